//! Events of the accounts of operators.

use serde_json::{Value, json};

use super::AuditEvent;
use crate::access::{Area, OperatorId, OperatorRole};

/// One thing that happened to an operator's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorEvent {
    /// An operator signed in.
    SignedIn,
    /// A sign-in was refused.
    SignInRefused {
        /// Whose login it was, if anybody's.
        operator: Option<OperatorId>,
        /// Short stable reason: `credentials`, `code`, `delayed` (the failure that begins a wait), `disabled`.
        reason: &'static str,
    },
    /// An operator on duty proved once more who they are, before a deed.
    ProofGiven,
    /// Such a proof was refused.
    ProofRefused {
        /// Short stable reason: `credentials`, `code`, `delayed` (the failure that begins a wait).
        reason: &'static str,
    },
    /// A recovery code stood in for the second factor.
    RecoveryCodeUsed {
        /// How many are left.
        left: i64,
    },
    /// An operator set up a second factor, with new recovery codes.
    FactorSet,
    /// An operator changed the own password.
    PasswordChanged,
    /// An administrator, or the command line, added an operator.
    Created {
        /// Whom.
        operator: OperatorId,
        /// Role.
        role: OperatorRole,
        /// Area.
        area: Area,
    },
    /// An operator was given another role or area.
    Changed {
        /// Whom.
        operator: OperatorId,
        /// New role.
        role: OperatorRole,
        /// New area.
        area: Area,
    },
    /// An operator was disabled.
    Disabled {
        /// Whom.
        operator: OperatorId,
        /// How many sessions ended with it.
        sessions: usize,
    },
    /// A disabled operator may work again, with new proofs.
    Enabled {
        /// Whom.
        operator: OperatorId,
    },
    /// An operator's password and second factor were taken away for new ones.
    Reset {
        /// Whose.
        operator: OperatorId,
        /// How many sessions ended with it.
        sessions: usize,
    },
    /// An operator signed out.
    SignedOut,
}

impl OperatorEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::SignedIn => "operator:sign_in:succeeded",
            Self::SignInRefused { .. } => "operator:sign_in:refused",
            Self::ProofGiven => "operator:proof:given",
            Self::ProofRefused { .. } => "operator:proof:refused",
            Self::RecoveryCodeUsed { .. } => "operator:recovery_code:used",
            Self::FactorSet => "operator:second_factor:set",
            Self::PasswordChanged => "operator:password:changed",
            Self::Created { .. } => "operator:account:created",
            Self::Changed { .. } => "operator:account:changed",
            Self::Disabled { .. } => "operator:account:disabled",
            Self::Enabled { .. } => "operator:account:enabled",
            Self::Reset { .. } => "operator:account:reset",
            Self::SignedOut => "operator:sign_out:done",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::SignInRefused { operator, reason } => json!({"operator": operator, "reason": reason}),
            Self::Created { operator, role, area } | Self::Changed { operator, role, area } => {
                let area = format!("{}:{}", area.kind(), area.id());
                json!({"operator": operator, "role": role.as_str(), "area": area})
            }
            Self::Disabled { operator, sessions } | Self::Reset { operator, sessions } => {
                json!({"operator": operator, "sessions": sessions})
            }
            Self::Enabled { operator } => json!({"operator": operator}),
            Self::RecoveryCodeUsed { left } => json!({"left": left}),
            Self::ProofRefused { reason } => json!({"reason": reason}),
            Self::SignedIn | Self::ProofGiven | Self::FactorSet | Self::PasswordChanged | Self::SignedOut => {
                json!({})
            }
        }
    }
}

impl From<OperatorEvent> for AuditEvent {
    fn from(event: OperatorEvent) -> Self {
        Self::Operator(event)
    }
}
