//! Views of what operators do to links.

use askama::Template;
use askama_web::WebTemplate;

use crate::directory::ProfileId;
use crate::helpdesk::links::approval::{ApprovalId, MayNotDecide};
use crate::helpdesk::links::deed::NotReversible;
use crate::helpdesk::links::link_desk::Refusal;
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::identity::AssuranceLevel;
use crate::linking::LinkId;
use crate::russian::{self, Plural};
use crate::web::helpdesk::Desk;
use crate::web::page::Page;
use crate::web::paths;

/// Whom a page is about.
#[derive(Clone)]
pub struct Subject {
    /// The profile.
    pub id: ProfileId,
    /// Full name.
    pub name: String,
    /// Short name of the organisation.
    pub organisation: String,
}

/// A link.
#[derive(Clone)]
pub struct LinkFacts {
    /// Which; the form names it, so that another one in its place is never touched.
    pub id: LinkId,
    /// Name with initials as ESIA had it.
    pub holder: String,
    /// Level of the ESIA account.
    pub level: AssuranceLevel,
    /// Since when.
    pub since: String,
    /// Whether it is frozen.
    pub frozen: bool,
}

/// Why an unlink cannot begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no link.
    NothingLinked,
    /// It is the operator's own profile.
    OwnProfile,
    /// A second operator is asked already.
    Waiting {
        /// Number of the request.
        number: String,
        /// Until when it waits.
        until: String,
    },
}

/// `/helpdesk/profiles/{id}/unlink`, first step.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/links/reason.html")]
pub struct UnlinkReasonPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Whom.
    pub subject: Subject,
    /// The link; none if there is none.
    pub link: Option<LinkFacts>,
    /// Why it cannot begin.
    pub obstacle: Option<Obstacle>,
    /// The reason chosen before.
    pub reason: String,
    /// What was typed before.
    pub basis: String,
    /// Hours within which the unlink may be taken back.
    pub reversal_hours: u32,
}

impl UnlinkReasonPage {
    /// «24 часов».
    fn reversal(&self) -> String {
        russian::counted(self.reversal_hours.into(), Plural::HOUR_GENITIVE)
    }
}

/// Second step.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/links/check.html")]
pub struct UnlinkCheckPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Whom.
    pub subject: Subject,
    /// The link.
    pub link: LinkFacts,
    /// Why.
    pub reason: UnlinkReason,
    /// What it rests on.
    pub basis: String,
    /// Sessions that end.
    pub sessions: u64,
    /// Masked address of the letter; none if there is none.
    pub email: Option<String>,
    /// Whether a second operator must agree.
    pub guarded: bool,
    /// Hours within which the unlink may be taken back.
    pub reversal_hours: u32,
}

impl UnlinkCheckPage {
    /// «24 часов».
    fn reversal(&self) -> String {
        russian::counted(self.reversal_hours.into(), Plural::HOUR_GENITIVE)
    }

    /// «2 сеанса».
    fn counted_sessions(&self) -> String {
        russian::counted(self.sessions, Plural::SESSION)
    }
}

/// A deed of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Freeze.
    Freeze,
    /// Unfreeze.
    Unfreeze,
    /// Give a removed link back.
    Restore,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Freeze, Self::Unfreeze, Self::Restore];

    /// The last part of its address.
    fn name(self) -> &'static str {
        match self {
            Self::Freeze => "freeze",
            Self::Unfreeze => "unfreeze",
            Self::Restore => "restore",
        }
    }

    /// Its address.
    pub fn path(self, profile: ProfileId) -> String {
        paths::desk_profile(profile, self.name())
    }

    /// The deed that an address is of.
    pub fn of_path(path: &str) -> Option<Self> {
        let last = path.rsplit('/').next()?;
        Self::ALL.into_iter().find(|deed| deed.name() == last)
    }
}

/// Why it cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneStepObstacle {
    /// No active link.
    NothingToFreeze,
    /// No frozen one.
    NothingFrozen,
    /// No unlink by an operator within its time.
    NothingToRestore,
    /// The rule says no.
    NotReversible(NotReversible),
    /// Somebody else must do it.
    AnotherOperator,
    /// It is the operator's own profile.
    OwnProfile,
}

impl OneStepObstacle {
    /// In words.
    fn words(self) -> &'static str {
        match self {
            Self::NothingToFreeze => "Приостанавливать нечего: действующей привязки у профиля нет.",
            Self::NothingFrozen => "Возобновлять нечего: приостановленной привязки у профиля нет.",
            Self::NothingToRestore => {
                "Возвращать нечего: поддержка не отвязывала этот профиль, или время для возврата вышло."
            }
            Self::NotReversible(reason) => not_reversible(reason),
            Self::AnotherOperator => ANOTHER,
            Self::OwnProfile => OWN,
        }
    }
}

const ANOTHER: &str = "Это должен сделать другой оператор: вы участвовали в прежнем решении.";
const OWN: &str = "Это ваш собственный профиль. С ним работает другой оператор.";

fn not_reversible(reason: NotReversible) -> &'static str {
    match reason {
        NotReversible::NotByOperator => {
            "Вернуть можно только то, что отвязала поддержка. Привязку, которую снял сам пользователь, он восстановит сам."
        }
        NotReversible::TooLate => "Срок возврата прошёл. Пользователь может привязать учётную запись заново.",
        NotReversible::Disputed => {
            "По этой привязке был спор, поэтому вернуть её нельзя. Пользователь может привязать учётную запись заново."
        }
        NotReversible::SlotTaken => {
            "К профилю уже привязана учётная запись Госуслуг, поэтому прежнюю вернуть нельзя."
        }
        NotReversible::AccountOfAnother => {
            "Эта учётная запись Госуслуг уже привязана к профилю другого человека."
        }
        NotReversible::ChangedHands => {
            "С тех пор в профиле сменились данные или пароль либо его закрыли. Пользователь может привязать учётную запись заново."
        }
    }
}

/// `/helpdesk/profiles/{id}/freeze`, `/unfreeze`, `/restore`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/links/one_step.html")]
pub struct OneStepPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// What.
    pub deed: Deed,
    /// Whom.
    pub subject: Subject,
    /// The link it is about.
    pub link: Option<LinkFacts>,
    /// Why it cannot be done.
    pub obstacle: Option<OneStepObstacle>,
    /// What was typed before.
    pub basis: String,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeedDone {
    /// The link is removed.
    Unlinked {
        /// Number of the record.
        record: String,
        /// Whether a letter was queued.
        told: bool,
    },
    /// A second operator is asked.
    Asked {
        /// Number of the request.
        number: String,
        /// Until when it waits.
        until: String,
    },
    /// A list is carried out from now on.
    ListBegun {
        /// Its number.
        number: String,
    },
    /// A deed of one step.
    OneStep {
        /// Which.
        deed: Deed,
        /// Number of the record.
        record: String,
    },
    /// A request was refused.
    Refused,
    /// A request was withdrawn.
    Withdrawn,
}

/// The answer to a deed.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/links/done.html")]
pub struct DeedDonePage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// What.
    pub what: DeedDone,
    /// Address of the card it began at; none from the queue of approvals.
    pub card: Option<String>,
}

/// The answer to one that was refused.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/links/refused.html")]
pub struct DeedRefusedPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Why.
    pub refusal: Refusal,
    /// Where to look at it anew.
    pub back: String,
}

impl DeedRefusedPage {
    fn words(&self) -> &'static str {
        match self.refusal {
            Refusal::NotFound | Refusal::Stale => {
                "Пока страница была открыта, привязка изменилась. Откройте её заново и проверьте, что нужно сделать."
            }
            Refusal::OwnProfile | Refusal::MayNotDecide(MayNotDecide::OwnProfile) => OWN,
            Refusal::ListChanged => {
                "Пока страница была открыта, список изменился. Откройте его заново и проверьте, что нужно сделать."
            }
            Refusal::AskedAlready => "Этот запрос уже ждёт согласования другим оператором.",
            Refusal::AnotherOperator => ANOTHER,
            Refusal::AskerLostRight => {
                "Оператор, который это запросил, больше не работает с этим профилем. Запрос закрыт."
            }
            Refusal::MayNotDecide(MayNotDecide::OwnRequest) => {
                "Свой запрос согласовать нельзя: решает другой оператор."
            }
            Refusal::MayNotDecide(MayNotDecide::Over) => {
                "Решение по этому запросу уже принято, или его срок истёк."
            }
            Refusal::NotReversible(reason) => not_reversible(reason),
        }
    }
}

/// A request that waits.
#[derive(Clone)]
pub struct ApprovalRow {
    /// Which.
    pub id: ApprovalId,
    /// Its number.
    pub number: String,
    /// Whom it is about; none for a list.
    pub subject: Option<Subject>,
    /// The list it is about: links to be removed, lines of the file.
    pub list: Option<(u64, u64)>,
    /// Why.
    pub reason: UnlinkReason,
    /// What it rests on.
    pub basis: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: String,
    /// Until when it waits.
    pub until: String,
    /// Whether this operator may decide.
    pub may_decide: bool,
    /// Whether it is this operator's own.
    pub may_withdraw: bool,
}

/// `/helpdesk/approvals`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/links/approvals.html")]
pub struct ApprovalsPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// What waits, the oldest first.
    pub rows: Vec<ApprovalRow>,
    /// Hours that a request waits.
    pub approval_hours: u32,
}

impl ApprovalsPage {
    /// «24 часа».
    fn waits(&self) -> String {
        russian::counted(self.approval_hours.into(), Plural::HOUR)
    }
}
