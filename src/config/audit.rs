//! Where the head of the audit's chain is noted besides the database.

use std::time::Duration;

use serde::Deserialize;

/// `[audit]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditSettings {
    /// How often the head goes to the log; also at every stop.
    #[serde(with = "humantime_serde")]
    pub anchor_log_every: Duration,
    /// Who gets it by letter once a day.
    pub anchor_letters_to: Vec<String>,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { anchor_log_every: Duration::from_secs(60 * 60), anchor_letters_to: Vec::new() }
    }
}
