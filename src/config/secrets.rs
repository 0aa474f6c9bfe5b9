//! The master key.

use std::path::PathBuf;

use serde::Deserialize;

/// `[secrets]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretsSettings {
    /// File of exactly 32 bytes, mode 0600; all keys are derived from it.
    pub key_file: PathBuf,
    /// The key before it, in a file of the same form: set while the master key is being changed, so that
    /// what was made under it is still read.
    #[serde(default)]
    pub previous_key_file: Option<PathBuf>,
}
