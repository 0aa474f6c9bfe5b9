//! Events of links.

use serde_json::{Value, json};

use super::AuditEvent;
use super::attempt::verdict;
use crate::linking::LinkId;
use crate::linking::name_match::MatchFacts;

/// What happened to a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// A link was stored.
    Created {
        /// The link.
        link: LinkId,
        /// Reference of the trip.
        reference: String,
        /// Grade of the match: `exact` or `partial`.
        grade: &'static str,
        /// How the two sides compared.
        matched: Option<MatchFacts>,
        /// How the person had signed in: `password`, `esia`, or `door` for the linking-only door.
        way: &'static str,
    },
    /// The owner removed the link.
    RemovedByOwner {
        /// The link.
        link: LinkId,
        /// What the owner chose as reason, if anything.
        reason: Option<&'static str>,
    },
}

impl LinkEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "link:account:created",
            Self::RemovedByOwner { .. } => "link:account:removed_by_owner",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::Created { link, reference, grade, matched, way } => json!({
                "link": link, "reference": reference, "grade": grade, "match": verdict(*matched), "way": way,
            }),
            Self::RemovedByOwner { link, reason } => json!({"link": link, "reason": reason}),
        }
    }
}

impl From<LinkEvent> for AuditEvent {
    fn from(event: LinkEvent) -> Self {
        Self::Link(event)
    }
}
