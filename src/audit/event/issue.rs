//! Events of what operators hand out.

use serde_json::{Value, json};

use super::AuditEvent;
use crate::directory::OrganisationId;
use crate::platform::clock::Timestamp;

/// What an operator handed to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssueEvent {
    /// An operator opened the page on which something is handed to a person.
    PersonLookedAt,
    /// An operator saw a list of people before handing out slips.
    ListLookedAt {
        /// Whose people.
        organisation: OrganisationId,
        /// How many.
        count: usize,
    },
    /// A linking code; an earlier one no longer works.
    Code {
        /// Row of the answer that showed it, which holds what it rests on.
        issue: i64,
        /// Until when it works.
        until: Timestamp,
    },
    /// A password to be replaced at the first sign-in.
    OneTimePassword {
        /// Row of the answer that showed it.
        issue: i64,
        /// Until when it works.
        until: Timestamp,
    },
}

impl IssueEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::PersonLookedAt => "person:issue:opened",
            Self::ListLookedAt { .. } => "person:issue:listed",
            Self::Code { .. } => "link:code:issued",
            Self::OneTimePassword { .. } => "password:one_time:issued",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::PersonLookedAt => json!({}),
            Self::ListLookedAt { organisation, count } => {
                json!({"organisation": organisation.0, "count": count})
            }
            Self::Code { issue, until } | Self::OneTimePassword { issue, until } => {
                json!({"issue": issue, "until": until.to_rfc3339()})
            }
        }
    }
}

impl From<IssueEvent> for AuditEvent {
    fn from(event: IssueEvent) -> Self {
        Self::Issue(event)
    }
}
