//! Events of links.

use serde_json::{Value, json};

use super::AuditEvent;
use super::attempt::verdict;
use crate::access::OperatorId;
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::linking::LinkId;
use crate::linking::name_match::MatchFacts;
use crate::linking::undo::UndoResult;

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
        /// How the person had signed in: `password`, `esia`, `code`, or `door` for the linking-only door.
        way: &'static str,
    },
    /// The owner removed the link.
    RemovedByOwner {
        /// The link.
        link: LinkId,
        /// What the owner chose as reason, if anything.
        reason: Option<&'static str>,
    },
    /// An operator removed the link.
    RemovedByOperator {
        /// The link.
        link: LinkId,
        /// Why.
        reason: UnlinkReason,
        /// Number of the record.
        record: String,
        /// Who had asked for it, where a second operator was needed.
        asked_by: Option<OperatorId>,
        /// Number of the list that it was done by.
        list: Option<String>,
    },
    /// An operator gave a removed link back.
    Restored {
        /// The link.
        link: LinkId,
        /// Number of the record.
        record: String,
        /// Number of the unlink that was taken back.
        reverts: String,
    },
    /// An operator froze the link.
    Frozen {
        /// The link.
        link: LinkId,
        /// Number of the record.
        record: String,
    },
    /// An operator let a frozen link sign in again.
    Unfrozen {
        /// The link.
        link: LinkId,
        /// Number of the record.
        record: String,
    },
    /// The person said «Это был не я».
    Disputed {
        /// The link that the letter told of.
        link: Option<LinkId>,
        /// What came of it.
        result: UndoResult,
        /// Number of the case.
        case: String,
    },
}

impl LinkEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "link:account:created",
            Self::RemovedByOwner { .. } => "link:account:removed_by_owner",
            Self::RemovedByOperator { .. } => "link:account:removed_by_operator",
            Self::Restored { .. } => "link:account:restored",
            Self::Frozen { .. } => "link:account:frozen",
            Self::Unfrozen { .. } => "link:account:unfrozen",
            Self::Disputed { .. } => "link:account:disputed",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::Created { link, reference, grade, matched, way } => json!({
                "link": link, "reference": reference, "grade": grade, "match": verdict(*matched), "way": way,
            }),
            Self::RemovedByOwner { link, reason } => json!({"link": link, "reason": reason}),
            Self::RemovedByOperator { link, reason, record, asked_by, list } => {
                let reason = reason.as_str();
                json!({"link": link, "reason": reason, "record": record, "asked_by": asked_by, "list": list})
            }
            Self::Restored { link, record, reverts } => {
                json!({"link": link, "record": record, "reverts": reverts})
            }
            Self::Frozen { link, record } | Self::Unfrozen { link, record } => {
                json!({"link": link, "record": record})
            }
            Self::Disputed { link, result, case } => {
                json!({"link": link, "result": result.as_str(), "case": case})
            }
        }
    }
}

impl From<LinkEvent> for AuditEvent {
    fn from(event: LinkEvent) -> Self {
        Self::Link(event)
    }
}
