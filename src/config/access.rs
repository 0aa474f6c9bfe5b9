//! Staff of this service: what their sign-in asks for, and how long their sessions live.

use std::time::Duration;

use serde::Deserialize;

/// `[access]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccessSettings {
    /// Whether everybody needs a second factor.
    pub second_factor: SecondFactor,
    /// Idle end of an operator's session.
    #[serde(with = "humantime_serde")]
    pub operator_idle: Duration,
    /// Absolute end of it.
    #[serde(with = "humantime_serde")]
    pub operator_absolute: Duration,
}

/// Whether an operator needs a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// Everybody; who has none yet sets one up at the first sign-in.
    Required,
    /// Only who has set one up. For the demo: `serve` refuses it.
    Off,
}

impl Default for AccessSettings {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(n * 60);
        Self {
            second_factor: SecondFactor::Required,
            operator_idle: minutes(30),
            operator_absolute: minutes(12 * 60),
        }
    }
}
