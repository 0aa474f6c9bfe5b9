//! Views of the cases.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::helpdesk::Desk;
use crate::web::page::Page;
use crate::web::paths;

/// Which cases the queue shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// All that are not closed.
    #[default]
    Open,
    /// Those that the operator works on.
    Mine,
    /// The closed ones.
    Closed,
}

impl Show {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Open, Self::Mine, Self::Closed];

    /// Name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mine => "mine",
            Self::Closed => "closed",
        }
    }

    /// Reads the name; anything else is the open ones.
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|show| show.name() == name).unwrap_or_default()
    }

    /// Words of the tab.
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "Открытые",
            Self::Mine => "Мои",
            Self::Closed => "Закрытые",
        }
    }
}

/// A line of the queue.
pub struct CaseLine {
    /// Number.
    pub number: String,
    /// What it is about, in words.
    pub about: String,
    /// Short name of the organisation; may be empty.
    pub organisation: String,
    /// State in words.
    pub state: &'static str,
    /// Who works on it; may be empty.
    pub operator: String,
    /// The promised day.
    pub due: String,
    /// The promised day is over.
    pub overdue: bool,
}

/// `/helpdesk/cases`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/cases.html")]
pub struct CasesPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Which cases.
    pub show: Show,
    /// The cases.
    pub lines: Vec<CaseLine>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A line of a case's history.
pub struct HistoryLine {
    /// When.
    pub at: String,
    /// Who; empty for the service itself.
    pub by: String,
    /// What.
    pub what: String,
    /// What was written; may be empty.
    pub text: String,
}

/// `/helpdesk/cases/{number}`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/case.html")]
pub struct CasePage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// The same as in the queue.
    pub line: CaseLine,
    /// When it was opened.
    pub opened: String,
    /// Reference of the trip; may be empty.
    pub reference: String,
    /// What the person wrote; may be empty.
    pub words: String,
    /// Address of the card, and the name on it.
    pub profile: Option<(String, String)>,
    /// Where an answer goes, masked.
    pub answer_to: Option<String>,
    /// Whether that address is one of the report, not of the profile.
    pub from_report: bool,
    /// What was done.
    pub history: Vec<HistoryLine>,
    /// Whether the operator may take it.
    pub may_take: bool,
    /// Whether the operator may give it back.
    pub may_give_back: bool,
    /// Whether the operator may answer.
    pub may_answer: bool,
    /// When it last changed, in microseconds: a form of before is stale.
    pub seen: i64,
    /// What was written, after an error.
    pub text: String,
}
