//! Staff of this service: how long their sessions live.

use std::time::Duration;

use serde::Deserialize;

/// `[access]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccessSettings {
    /// Idle end of an operator's session.
    #[serde(with = "humantime_serde")]
    pub operator_idle: Duration,
    /// Absolute end of it.
    #[serde(with = "humantime_serde")]
    pub operator_absolute: Duration,
}

impl Default for AccessSettings {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(n * 60);
        Self { operator_idle: minutes(30), operator_absolute: minutes(12 * 60) }
    }
}
