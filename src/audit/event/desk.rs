//! Events of operators' deeds that are no change of a link: requests for a second operator, and refusals.

use serde_json::{Value, json};

use super::AuditEvent;
use crate::helpdesk::links::approval::{ApprovalKind, ApprovalState};
use crate::linking::LinkId;

/// What happened at the helpdesk's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskEvent {
    /// A deed was asked for that needs a second operator.
    ApprovalRequested {
        /// What.
        kind: ApprovalKind,
        /// Number of the request.
        number: String,
        /// The link, where it is about one.
        link: Option<LinkId>,
    },
    /// A request for approval ended.
    ApprovalEnded {
        /// What.
        kind: ApprovalKind,
        /// Number of the request.
        number: String,
        /// How: approved, refused, withdrawn, expired, void.
        state: ApprovalState,
    },
    /// An operator tried what they may not do, or what was not as their page showed it.
    Refused {
        /// Short stable name of the deed.
        deed: &'static str,
        /// Short stable reason.
        reason: &'static str,
    },
    /// An operator asked for a page that is not for their role, or about what is not in their area, or not there.
    PageRefused {
        /// Method and pattern of the route.
        route: String,
        /// The number in the address.
        named: Option<String>,
    },
}

impl DeskEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::ApprovalRequested { .. } => "approval:request:made",
            Self::ApprovalEnded { .. } => "approval:request:ended",
            Self::Refused { .. } => "operator:deed:refused",
            Self::PageRefused { .. } => "operator:page:refused",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::ApprovalRequested { kind, number, link } => {
                json!({"kind": kind.as_str(), "request": number, "link": link})
            }
            Self::ApprovalEnded { kind, number, state } => {
                json!({"kind": kind.as_str(), "request": number, "state": state.as_str()})
            }
            Self::Refused { deed, reason } => json!({"deed": deed, "reason": reason}),
            Self::PageRefused { route, named } => json!({"route": route, "named": named}),
        }
    }
}

impl From<DeskEvent> for AuditEvent {
    fn from(event: DeskEvent) -> Self {
        Self::Desk(event)
    }
}
