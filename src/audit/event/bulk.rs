//! Events of lists of links to be removed. Each link that goes has its own event besides, `link:account:removed_by_operator`.

use serde_json::{Value, json};

use super::AuditEvent;
use crate::helpdesk::links::bulk::list::ListState;

/// What happened to a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkEvent {
    /// An operator handed it in.
    Uploaded {
        /// Its number.
        list: String,
        /// Lines of the file.
        lines: u64,
        /// Links to be removed.
        to_do: u64,
    },
    /// An operator was shown people of it.
    Viewed {
        /// Its number.
        list: String,
    },
    /// It ended other than by its request for approval.
    Ended {
        /// Its number.
        list: String,
        /// How.
        state: ListState,
        /// Links removed.
        unlinked: u64,
        /// Links that were to be removed and were not looked at any more.
        left: u64,
    },
    /// An operator took the file of its results.
    Exported {
        /// Its number.
        list: String,
    },
}

impl BulkEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Uploaded { .. } => "bulk:list:uploaded",
            Self::Viewed { .. } => "bulk:list:viewed",
            Self::Ended { .. } => "bulk:list:ended",
            Self::Exported { .. } => "bulk:result:exported",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::Uploaded { list, lines, to_do } => json!({"list": list, "lines": lines, "to_do": to_do}),
            Self::Viewed { list } | Self::Exported { list } => json!({"list": list}),
            Self::Ended { list, state, unlinked, left } => {
                json!({"list": list, "state": state.as_str(), "unlinked": unlinked, "left": left})
            }
        }
    }
}

impl From<BulkEvent> for AuditEvent {
    fn from(event: BulkEvent) -> Self {
        Self::Bulk(event)
    }
}
