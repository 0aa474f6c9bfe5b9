//! Events of operators who look at people.

use serde_json::{Value, json};

use super::AuditEvent;

/// What an operator looked for or at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeopleEvent {
    /// A page of a search was shown.
    Searched {
        /// What the text could mean: `snils`, `phone`, `email`, `login`, `name`.
        sorts: Vec<&'static str>,
        /// How many people the page showed.
        found: usize,
        /// Whether there were more.
        more: bool,
    },
    /// A card was opened.
    CardOpened,
    /// A card was asked for that does not exist in the operator's area.
    CardMissing {
        /// The number in the address.
        asked: i64,
    },
}

impl PeopleEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Searched { .. } => "helpdesk:search:done",
            Self::CardOpened => "helpdesk:card:opened",
            Self::CardMissing { .. } => "helpdesk:card:missing",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::Searched { sorts, found, more } => json!({"sorts": sorts, "found": found, "more": more}),
            Self::CardOpened => json!({}),
            Self::CardMissing { asked } => json!({"asked": asked}),
        }
    }
}

impl From<PeopleEvent> for AuditEvent {
    fn from(event: PeopleEvent) -> Self {
        Self::People(event)
    }
}
