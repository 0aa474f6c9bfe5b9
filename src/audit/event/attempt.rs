//! Events of trips to ESIA that came to nothing.

use serde_json::{Value, json};

use super::AuditEvent;

/// What became of a trip to ESIA, if no link or session tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptEvent {
    /// It ended without the wanted result.
    Refused {
        /// Reference of the trip.
        reference: String,
        /// Code of the outcome, as in `docs/error-codes.md`.
        code: u16,
    },
}

impl AttemptEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "attempt:esia:refused",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::Refused { reference, code } => json!({"reference": reference, "code": code}),
        }
    }
}

impl From<AttemptEvent> for AuditEvent {
    fn from(event: AttemptEvent) -> Self {
        Self::Attempt(event)
    }
}
