//! Samples of what operators do to links.

use super::view::*;
use crate::directory::ProfileId;
use crate::helpdesk::links::approval::{ApprovalId, MayNotDecide};
use crate::helpdesk::links::deed::NotReversible;
use crate::helpdesk::links::link_desk::Refusal;
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::identity::AssuranceLevel;
use crate::linking::LinkId;
use crate::web::helpdesk::Section;
use crate::web::helpdesk::samples::{desk, filled_desk};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the area.
pub fn all() -> Vec<Rendered> {
    [
        sample::render::<UnlinkReasonPage>(),
        sample::render::<UnlinkCheckPage>(),
        sample::render::<OneStepPage>(),
        sample::render::<DeedDonePage>(),
        sample::render::<DeedRefusedPage>(),
        sample::render::<ApprovalsPage>(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const BASIS: &str = "Обращение 2026-114, заявление на бумаге";

fn subject() -> Subject {
    Subject {
        id: ProfileId(17),
        name: "Смирнова Анна Викторовна".into(),
        organisation: "МБОУ \"СОШ № 12\"".into(),
    }
}

fn link(frozen: bool) -> LinkFacts {
    LinkFacts {
        id: LinkId(5),
        holder: "Смирнова А. В.".into(),
        level: AssuranceLevel::Confirmed,
        since: "1 марта 2026 года".into(),
        frozen,
    }
}

fn filled_subject(text: &str) -> Subject {
    Subject { id: ProfileId(17), name: text.into(), organisation: text.into() }
}

fn filled_link(text: &str) -> LinkFacts {
    LinkFacts { holder: text.into(), since: text.into(), ..link(true) }
}

impl Sampled for UnlinkReasonPage {
    const PAGE: &'static str = "helpdesk/links/reason";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |obstacle: Option<Obstacle>, problems: Vec<Problem>| Self {
            page: Page { problems, ..sample::entrance() },
            desk: desk(Section::Start),
            subject: subject(),
            link: (obstacle != Some(Obstacle::NothingLinked)).then(|| link(false)),
            obstacle,
            reason: String::new(),
            basis: String::new(),
            reversal_hours: 24,
        };
        let waiting = Obstacle::Waiting {
            number: "K7Q2-9XWD".into(),
            until: "2 марта 2026 года, 14:05".into(),
        };
        vec![
            ("plain", with(None, Vec::new())),
            ("wrong", with(None, vec![Problem::ReasonMissing, Problem::BasisShort])),
            ("again", Self { reason: "left".into(), basis: BASIS.into(), ..with(None, Vec::new()) }),
            ("nothing", with(Some(Obstacle::NothingLinked), Vec::new())),
            ("own", with(Some(Obstacle::OwnProfile), Vec::new())),
            ("waiting", with(Some(waiting), Vec::new())),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            subject: filled_subject(text),
            link: Some(filled_link(text)),
            obstacle: None,
            reason: text.into(),
            basis: text.into(),
            reversal_hours: 24,
        }
    }
}

impl Sampled for UnlinkCheckPage {
    const PAGE: &'static str = "helpdesk/links/check";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |sessions, guarded| Self {
            page: sample::entrance(),
            desk: desk(Section::Start),
            subject: subject(),
            link: link(false),
            reason: UnlinkReason::Application,
            basis: BASIS.into(),
            sessions,
            email: Some("s•••@journal.example".into()),
            guarded,
            reversal_hours: 24,
        };
        vec![
            ("plain", with(2, false)),
            ("no_mail", Self { email: None, ..with(0, false) }),
            ("frozen", Self { link: link(true), ..with(0, false) }),
            ("guarded", with(1, true)),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            subject: filled_subject(text),
            link: filled_link(text),
            reason: UnlinkReason::Other,
            basis: text.into(),
            sessions: 5,
            email: Some(text.into()),
            guarded: true,
            reversal_hours: 24,
        }
    }
}

impl Sampled for OneStepPage {
    const PAGE: &'static str = "helpdesk/links/one_step";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |deed, obstacle| Self {
            page: sample::entrance(),
            desk: desk(Section::Start),
            deed,
            subject: subject(),
            link: Some(link(deed == Deed::Unfreeze)),
            obstacle,
            basis: String::new(),
        };
        let no = |reason| with(Deed::Restore, Some(OneStepObstacle::NotReversible(reason)));
        let wrong = Page { problems: vec![Problem::BasisShort], ..sample::entrance() };
        vec![
            ("freeze", with(Deed::Freeze, None)),
            ("freeze_wrong", Self { page: wrong, basis: "нет".into(), ..with(Deed::Freeze, None) }),
            ("freeze_nothing", with(Deed::Freeze, Some(OneStepObstacle::NothingToFreeze))),
            ("unfreeze", with(Deed::Unfreeze, None)),
            ("unfreeze_nothing", with(Deed::Unfreeze, Some(OneStepObstacle::NothingFrozen))),
            ("restore", with(Deed::Restore, None)),
            (
                "restore_nothing",
                Self { link: None, ..with(Deed::Restore, Some(OneStepObstacle::NothingToRestore)) },
            ),
            ("restore_not_ours", no(NotReversible::NotByOperator)),
            ("restore_late", no(NotReversible::TooLate)),
            ("restore_disputed", no(NotReversible::Disputed)),
            ("restore_taken", no(NotReversible::SlotTaken)),
            ("restore_of_another", no(NotReversible::AccountOfAnother)),
            ("restore_changed", no(NotReversible::ChangedHands)),
            ("restore_second", with(Deed::Restore, Some(OneStepObstacle::AnotherOperator))),
            ("own", with(Deed::Freeze, Some(OneStepObstacle::OwnProfile))),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            deed: Deed::Unfreeze,
            subject: filled_subject(text),
            link: Some(filled_link(text)),
            obstacle: None,
            basis: text.into(),
        }
    }
}

impl Sampled for DeedDonePage {
    const PAGE: &'static str = "helpdesk/links/done";

    fn samples() -> Vec<(&'static str, Self)> {
        let from = |what, card| Self { page: sample::entrance(), desk: desk(Section::Start), what, card };
        let with = |what| from(what, Some("/helpdesk/profiles/17".into()));
        let record = || "K7Q2-9XWD".to_owned();
        vec![
            ("unlinked", with(DeedDone::Unlinked { record: record(), told: true })),
            ("unlinked_silently", with(DeedDone::Unlinked { record: record(), told: false })),
            ("asked", with(DeedDone::Asked { number: record(), until: "2 марта 2026 года, 14:05".into() })),
            ("frozen", with(DeedDone::OneStep { deed: Deed::Freeze, record: record() })),
            ("unfrozen", with(DeedDone::OneStep { deed: Deed::Unfreeze, record: record() })),
            ("restored", with(DeedDone::OneStep { deed: Deed::Restore, record: record() })),
            ("list_begun", from(DeedDone::ListBegun { number: record() }, None)),
            ("refused", from(DeedDone::Refused, None)),
            ("withdrawn", from(DeedDone::Withdrawn, None)),
        ]
    }

    fn filled(text: &str) -> Self {
        let what = DeedDone::Asked { number: text.into(), until: text.into() };
        Self { page: sample::filled(text), desk: filled_desk(text), what, card: Some(text.into()) }
    }
}

impl Sampled for DeedRefusedPage {
    const PAGE: &'static str = "helpdesk/links/refused";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |refusal| Self {
            page: sample::entrance(),
            desk: desk(Section::Start),
            refusal,
            back: "/helpdesk/approvals".into(),
        };
        vec![
            ("stale", with(Refusal::Stale)),
            ("own", with(Refusal::OwnProfile)),
            ("asked", with(Refusal::AskedAlready)),
            ("list", with(Refusal::ListChanged)),
            ("another", with(Refusal::AnotherOperator)),
            ("asker", with(Refusal::AskerLostRight)),
            ("own_request", with(Refusal::MayNotDecide(MayNotDecide::OwnRequest))),
            ("over", with(Refusal::MayNotDecide(MayNotDecide::Over))),
            ("taken", with(Refusal::NotReversible(NotReversible::SlotTaken))),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            refusal: Refusal::Stale,
            back: text.into(),
        }
    }
}

impl Sampled for ApprovalsPage {
    const PAGE: &'static str = "helpdesk/links/approvals";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id, may_decide, may_withdraw| ApprovalRow {
            id: ApprovalId(id),
            number: format!("K7Q2-9XW{id}"),
            subject: Some(subject()),
            list: None,
            reason: UnlinkReason::Left,
            basis: BASIS.into(),
            asked_by: "Котова Нина Сергеевна".into(),
            asked_at: "1 марта 2026 года, 14:05".into(),
            until: "2 марта 2026 года, 14:05".into(),
            may_decide,
            may_withdraw,
        };
        let with = |rows| Self {
            page: sample::entrance(),
            desk: desk(Section::Approvals),
            rows,
            approval_hours: 24,
        };
        vec![
            ("empty", with(Vec::new())),
            ("some", with(vec![row(1, true, false), row(2, false, true), row(3, false, false)])),
            (
                "list",
                with(vec![ApprovalRow { subject: None, list: Some((1250, 1258)), ..row(1, true, false) }]),
            ),
        ]
    }

    fn filled(text: &str) -> Self {
        let row = ApprovalRow {
            id: ApprovalId(1),
            number: text.into(),
            subject: Some(filled_subject(text)),
            list: Some((2, 3)),
            reason: UnlinkReason::Other,
            basis: text.into(),
            asked_by: text.into(),
            asked_at: text.into(),
            until: text.into(),
            may_decide: true,
            may_withdraw: false,
        };
        Self { page: sample::filled(text), desk: filled_desk(text), rows: vec![row], approval_hours: 24 }
    }
}
