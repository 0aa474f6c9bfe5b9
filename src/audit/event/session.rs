//! Events of sessions: sign-ins and their ends.

use serde_json::{Value, json};

use super::AuditEvent;
use crate::sign_in::SignInWay;

/// What happened to sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// Somebody signed in.
    SignedIn {
        /// How.
        way: SignInWay,
        /// Through the linking-only door.
        linking_only: bool,
    },
    /// A sign-in was refused.
    SignInRefused {
        /// Short stable reason: `credentials`, `delayed` (the failure that begins a wait), `code` (a linking
        /// code), `one_time_expired`, `blocked`, `closed`, `phase` (the password no longer opens anything).
        reason: &'static str,
    },
    /// A session began in a browser this profile was not seen in.
    NewPlace,
    /// The person signed out.
    SignedOut,
    /// Sessions were ended from the list, by an unlink or by a new password.
    Ended {
        /// How many.
        count: usize,
        /// Short stable reason: `owner`, `owner_all`, `unlink`, `freeze`, `dispute`, `password`, `operator`.
        reason: &'static str,
    },
    /// The person went on as another profile of the same ESIA person.
    ProfileSwitched,
}

impl SessionEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "session:sign_in:succeeded",
            Self::SignInRefused { .. } => "session:sign_in:refused",
            Self::NewPlace => "session:place:new",
            Self::SignedOut => "session:sign_out:done",
            Self::Ended { .. } => "session:end:done",
            Self::ProfileSwitched => "session:profile:switched",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::SignedIn { way, linking_only } => {
                json!({"way": way.as_str(), "linking_only": linking_only})
            }
            Self::SignInRefused { reason } => json!({"reason": reason}),
            Self::Ended { count, reason } => json!({"count": count, "reason": reason}),
            Self::NewPlace | Self::SignedOut | Self::ProfileSwitched => json!({}),
        }
    }
}

impl From<SessionEvent> for AuditEvent {
    fn from(event: SessionEvent) -> Self {
        Self::Session(event)
    }
}
