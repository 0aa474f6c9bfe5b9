//! Why the client cannot start.

use std::path::{Path, PathBuf};

/// A file or setting that cannot be used. Says which and why; never shows key material.
#[derive(Debug, thiserror::Error)]
pub enum EsiaSetupError {
    /// A key or certificate file.
    #[error("{}: {reason}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client or an address.
    #[error("{0}")]
    Setting(String),
}

impl EsiaSetupError {
    pub(super) fn file(file: &Path, reason: impl ToString) -> Self {
        Self::File { file: file.to_owned(), reason: reason.to_string() }
    }
}
