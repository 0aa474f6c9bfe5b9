//! View of a card.

use askama::Template;
use askama_web::WebTemplate;

use super::{HistoryRow, State};
use crate::linking::name_match::{Comparison, MatchFacts};
use crate::web::helpdesk::Desk;
use crate::web::page::Page;

/// `/helpdesk/profiles/{id}`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/card.html")]
pub struct CardPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Address of this card.
    pub address: String,
    /// Who.
    pub facts: Facts,
    /// The link.
    pub link: LinkFacts,
    /// The last trips to ESIA, newest first.
    pub tries: Vec<Try>,
    /// Live sessions.
    pub sessions: Vec<SessionRow>,
    /// Whether the operator may end them.
    pub may_end: bool,
    /// What happened, newest first.
    pub history: Vec<HistoryRow>,
    /// Address where the history goes on.
    pub earlier: Option<String>,
    /// Whether this is a later page of the history.
    pub continued: bool,
}

/// Who it is.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Full name.
    pub name: String,
    /// Roles in words.
    pub roles: String,
    /// Short name of the organisation.
    pub organisation: String,
    /// Settlement and municipality.
    pub place: String,
    /// Class or post.
    pub detail: String,
    /// Login.
    pub login: String,
    /// The public id by which lists name the profile.
    pub uid: String,
    /// Masked; empty if there is none.
    pub email: String,
    /// Masked; empty if there is none.
    pub phone: String,
    /// Masked; empty if there is none.
    pub snils: String,
    /// Since when the organisation lets nobody in: «Заблокирован …», «Закрыт …»; empty for an active one.
    pub closed: String,
    /// Whether a password is set.
    pub has_password: bool,
}

impl Facts {
    /// «Заблокирован организацией с {дата}».
    pub fn blocked_since(date: &str) -> String {
        format!("Заблокирован организацией с {date}")
    }

    /// «Закрыт с {дата}».
    pub fn closed_since(date: &str) -> String {
        format!("Закрыт с {date}")
    }
}

/// The link.
#[derive(Clone, Debug)]
pub struct LinkFacts {
    /// State.
    pub state: State,
    /// When it was linked.
    pub since: String,
    /// Level of the ESIA account then, an adjective.
    pub level: String,
    /// How the person had signed in to link, if the history says.
    pub way: Option<Way>,
    /// Somebody came back from ESIA and has still to confirm.
    pub awaits_confirmation: bool,
    /// What this operator may do to it.
    pub deeds: Vec<LinkDeed>,
}

/// A deed of [`crate::web::helpdesk::links`], offered on the card.
#[derive(Clone, Debug)]
pub struct LinkDeed {
    /// Its page.
    pub address: String,
    /// Its words.
    pub words: &'static str,
}

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Login and password.
    Password,
    /// Gosuslugi.
    Esia,
    /// The linking-only door.
    Door,
    /// A linking code.
    Code,
}

impl Way {
    /// Reads the name that the audit has.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "password" => Some(Self::Password),
            "esia" => Some(Self::Esia),
            "door" => Some(Self::Door),
            "code" => Some(Self::Code),
            _ => None,
        }
    }

    /// The words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Password => "По логину и паролю",
            Self::Esia => "Через Госуслуги",
            Self::Door => "Вход для привязки",
            Self::Code => "По коду привязки",
        }
    }
}

/// A trip to ESIA.
#[derive(Clone, Debug)]
pub struct Try {
    /// When.
    pub at: String,
    /// What it came to.
    pub outcome: String,
    /// Its number for support.
    pub reference: String,
    /// Fact by fact; empty where nothing was compared.
    pub verdict: Vec<VerdictRow>,
}

/// One fact of a match: whether it was the same, never what it was.
#[derive(Clone, Debug)]
pub struct VerdictRow {
    /// Which.
    pub label: &'static str,
    /// How it compared.
    pub comparison: Comparison,
}

impl VerdictRow {
    /// Every fact.
    pub fn all(matched: &MatchFacts) -> Vec<Self> {
        let labels = ["Фамилия", "Имя", "Отчество", "Дата рождения", "СНИЛС"];
        let facts = labels.into_iter().zip(matched.named());
        facts.map(|(label, (_, comparison))| Self { label, comparison }).collect()
    }
}

/// A live session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Id.
    pub id: String,
    /// Browser and system.
    pub place: String,
    /// How it began.
    pub way: Way,
    /// When it began.
    pub began: String,
    /// When it was used last.
    pub last_seen: String,
    /// «Чужой компьютер».
    pub shared: bool,
}
