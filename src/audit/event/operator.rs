//! Events of the accounts of operators.

use serde_json::{Value, json};

use super::AuditEvent;
use crate::access::OperatorId;

/// One thing that happened to an operator's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorEvent {
    /// An operator signed in.
    SignedIn,
    /// A sign-in was refused.
    SignInRefused {
        /// Whose login it was, if anybody's.
        operator: Option<OperatorId>,
        /// Short stable reason: `credentials`, `delayed` (the failure that begins a wait), `disabled`.
        reason: &'static str,
    },
    /// An operator signed out.
    SignedOut,
}

impl OperatorEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::SignedIn => "operator:sign_in:succeeded",
            Self::SignInRefused { .. } => "operator:sign_in:refused",
            Self::SignedOut => "operator:sign_out:done",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::SignInRefused { operator, reason } => json!({"operator": operator, "reason": reason}),
            Self::SignedIn | Self::SignedOut => json!({}),
        }
    }
}

impl From<OperatorEvent> for AuditEvent {
    fn from(event: OperatorEvent) -> Self {
        Self::Operator(event)
    }
}
