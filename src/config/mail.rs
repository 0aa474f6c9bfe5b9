//! How letters leave.

use std::path::PathBuf;

use lettre::message::Mailbox;
use serde::Deserialize;

use super::ConfigError;

/// `[mail]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// What carries the letters.
    pub transport: TransportKind,
    /// `smtps://user:password@host:465`, or `smtp://user:password@host:587` (STARTTLS required), or
    /// `smtp+plain://127.0.0.1:25` for a relay on this machine. User and password percent-encoded.
    #[serde(default)]
    pub smtp_url: Option<String>,
    /// The same, read from a file, which keeps the password out of the settings.
    #[serde(default)]
    pub smtp_url_file: Option<PathBuf>,
    /// Extra certification authority (PEM) for the mail server.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Folder of the `directory` transport.
    #[serde(default)]
    pub directory: Option<PathBuf>,
    /// Sender, for example `Сетевой город <noreply@example.ru>`.
    pub from: String,
}

/// What carries the letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransportKind {
    /// A mail server.
    Smtp,
    /// One `.eml` file a letter.
    Directory,
    /// Kept in memory, for tests.
    Memory,
}

impl MailSettings {
    /// The sender of every letter.
    ///
    /// # Errors
    /// `mail.from` is not one mailbox with an ASCII address.
    pub fn sender(&self) -> Result<Mailbox, ConfigError> {
        self.from.parse::<Mailbox>().ok().filter(|sender| sender.email.to_string().is_ascii()).ok_or_else(
            || ConfigError::Invalid("mail.from must look like `Name <mailbox@example.ru>`".into()),
        )
    }
}

impl std::fmt::Debug for MailSettings {
    /// The SMTP address holds a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings").field("transport", &self.transport).finish_non_exhaustive()
    }
}
