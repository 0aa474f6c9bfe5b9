//! The master key.

use std::path::PathBuf;

use serde::Deserialize;

/// `[secrets]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretsSettings {
    /// File of exactly 32 bytes, mode 0600; all keys are derived from it.
    pub key_file: PathBuf,
}
