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
    /// The owner chose a password in the place of one that an operator handed out.
    OneTimeReplaced,
}

impl PasswordEvent {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::RecoveryRequested => "password:recovery:requested",
            Self::Recovered => "password:recovery:done",
            Self::OneTimeReplaced => "password:one_time:replaced",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::RecoveryRequested | Self::Recovered | Self::OneTimeReplaced => json!({}),
        }
    }
}

impl From<PasswordEvent> for AuditEvent {
    fn from(event: PasswordEvent) -> Self {
        Self::Password(event)
    }
}
