//! Events of trips to ESIA that came to nothing.

use serde_json::{Value, json};

use super::AuditEvent;
use crate::linking::name_match::MatchFacts;

/// What became of a trip to ESIA, if no link or session tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptEvent {
    /// It ended without the wanted result.
    Refused {
        /// Reference of the trip.
        reference: String,
        /// Code of the outcome, as in `docs/error-codes.md`.
        code: u16,
        /// How the two sides compared, if ESIA vouched for somebody.
        matched: Option<MatchFacts>,
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
            Self::Refused { reference, code, matched } => {
                json!({"reference": reference, "code": code, "match": verdict(*matched)})
            }
        }
    }
}

/// The verdict of a match, fact by fact; null where nothing was compared.
pub(super) fn verdict(matched: Option<MatchFacts>) -> Value {
    let Some(matched) = matched else { return Value::Null };
    matched
        .named()
        .into_iter()
        .map(|(name, comparison)| (name.to_owned(), Value::from(comparison.as_str())))
        .collect()
}

impl From<AttemptEvent> for AuditEvent {
    fn from(event: AttemptEvent) -> Self {
        Self::Attempt(event)
    }
}
