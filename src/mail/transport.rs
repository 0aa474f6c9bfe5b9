//! What carries letters: a mail server, a folder, or memory.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::mailbox;
use super::smtp::Smtp;
use crate::config::ConfigError;
use crate::config::mail::{MailSettings, TransportKind};
use crate::platform::clock::Timestamp;

/// A letter ready to go; sealed in its outbox entry until it has gone. `Debug` shows nothing of it.
#[derive(Clone, Serialize, Deserialize)]
pub struct OutgoingLetter {
    /// Public id of its outbox entry.
    pub uid: String,
    /// When it was written.
    pub date: Timestamp,
    /// Envelope sender.
    pub from: String,
    /// The one recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text alternative.
    pub text: String,
    /// The whole message in ASCII, the same bytes at every attempt.
    pub message: String,
}

impl fmt::Debug for OutgoingLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutgoingLetter({})", self.uid)
    }
}

/// Why a letter did not go. The text names stage and code, never what the server said: servers repeat
/// the recipient.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// This letter will never be taken.
    #[error("{0}")]
    Permanent(String),
    /// Another attempt may do.
    #[error("{0}")]
    Transient(String),
}

/// What carries letters.
#[derive(Debug)]
pub enum Transport {
    /// A mail server.
    Smtp(Smtp),
    /// One `.eml` file a letter with a readable copy beside it ([`mailbox`]).
    Directory(PathBuf),
    /// A list for tests; several dispatchers may share it.
    Memory(Arc<Mutex<Vec<OutgoingLetter>>>),
}

impl Transport {
    /// The transport the settings name. Reads the files they name; blocks.
    ///
    /// # Errors
    /// A missing key, an unreadable file, or an SMTP address that would send in the open.
    pub fn from_settings(settings: &MailSettings) -> Result<Self, ConfigError> {
        match settings.transport {
            TransportKind::Memory => Ok(Self::Memory(Arc::default())),
            TransportKind::Directory => settings
                .directory
                .clone()
                .map(Self::Directory)
                .ok_or_else(|| ConfigError::Invalid("mail.directory is missing".into())),
            TransportKind::Smtp => {
                let url = match (&settings.smtp_url, &settings.smtp_url_file) {
                    (Some(url), None) => url.clone(),
                    (None, Some(file)) => std::fs::read_to_string(file)
                        .map_err(|error| ConfigError::Invalid(format!("mail.smtp_url_file: {error}")))?,
                    _ => {
                        return Err(ConfigError::Invalid(
                            "set one of mail.smtp_url and mail.smtp_url_file".into(),
                        ));
                    }
                };
                let ca = settings
                    .ca_file
                    .as_ref()
                    .map(std::fs::read)
                    .transpose()
                    .map_err(|error| ConfigError::Invalid(format!("mail.ca_file: {error}")))?;
                Smtp::from_url(url.trim(), ca.as_deref()).map(Self::Smtp)
            }
        }
    }

    /// Sends one letter. Dropping the future is safe: a half-spoken connection goes with it.
    ///
    /// # Errors
    /// Whether another attempt may do.
    pub async fn send(&self, letter: &OutgoingLetter) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter).await,
            Self::Directory(dir) => {
                let (dir, letter) = (dir.clone(), letter.clone());
                tokio::task::spawn_blocking(move || mailbox::write(&dir, &letter))
                    .await
                    .map_err(|_| SendError::Transient("directory: task".into()))?
                    .map_err(|error| SendError::Transient(format!("directory: {}", error.kind())))
            }
            Self::Memory(list) => {
                list.lock().unwrap_or_else(PoisonError::into_inner).push(letter.clone());
                Ok(())
            }
        }
    }

    /// Whether a letter could go now: the server is reached and logged in to, the folder takes a file.
    ///
    /// # Errors
    /// What stands against it.
    pub async fn check(&self) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.check().await,
            Self::Directory(dir) => {
                let dir = dir.clone();
                tokio::task::spawn_blocking(move || mailbox::check(&dir))
                    .await
                    .map_err(|_| SendError::Transient("directory: task".into()))?
                    .map_err(|error| SendError::Transient(format!("directory: {}", error.kind())))
            }
            Self::Memory(_) => Ok(()),
        }
    }

    /// Ends what idles between letters.
    pub async fn rest(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.quit().await;
        }
    }
}
