//! Events of passwords.

use serde_json::{Value, json};

use super::AuditEvent;

/// What happened to a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordEvent {
    /// A recovery letter was asked for.
    RecoveryRequested,
    /// A new password was set through a recovery letter.
    Recovered,
}

impl PasswordEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::RecoveryRequested => "password:recovery:requested",
            Self::Recovered => "password:recovery:done",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::RecoveryRequested | Self::Recovered => json!({}),
        }
    }
}

impl From<PasswordEvent> for AuditEvent {
    fn from(event: PasswordEvent) -> Self {
        Self::Password(event)
    }
}
