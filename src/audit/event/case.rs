//! Events of cases.

use serde_json::{Value, json};

use super::AuditEvent;
use crate::helpdesk::cases::case::{CaseId, CaseSource, CaseState};

/// What happened to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseEvent {
    /// It was opened.
    Opened {
        /// The case.
        case: CaseId,
        /// Its number.
        number: String,
        /// How it began.
        source: CaseSource,
        /// Outcome of the problem page.
        outcome: Option<u16>,
    },
    /// An operator read it.
    Read {
        /// The case.
        case: CaseId,
    },
    /// It moved, or somebody took it or gave it back.
    Moved {
        /// The case.
        case: CaseId,
        /// Where it stands now.
        state: CaseState,
    },
    /// A note for colleagues was added.
    Noted {
        /// The case.
        case: CaseId,
    },
    /// The person was answered by letter.
    Answered {
        /// The case.
        case: CaseId,
        /// Where it stands now.
        state: CaseState,
    },
}

impl CaseEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "case:report:opened",
            Self::Read { .. } => "case:record:read",
            Self::Moved { .. } => "case:state:changed",
            Self::Noted { .. } => "case:note:added",
            Self::Answered { .. } => "case:answer:sent",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::Opened { case, number, source, outcome } => {
                json!({"case": case, "number": number, "source": source.as_str(), "outcome": outcome})
            }
            Self::Moved { case, state } | Self::Answered { case, state } => {
                json!({"case": case, "state": state.as_str()})
            }
            Self::Read { case } | Self::Noted { case } => json!({"case": case}),
        }
    }
}

impl From<CaseEvent> for AuditEvent {
    fn from(event: CaseEvent) -> Self {
        Self::Case(event)
    }
}
