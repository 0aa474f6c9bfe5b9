//! Which way in is open from when.

use chrono::NaiveDate;
use serde::Deserialize;

/// `[rollout]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RolloutSettings {
    /// First day on which profiles may be linked; none if that is open already.
    pub linking_from: Option<NaiveDate>,
    /// First day on which the password no longer opens the journal; none while both ways are open.
    pub esia_only_from: Option<NaiveDate>,
    /// First day on which the sign-in page puts Gosuslugi first.
    pub prefer_esia_from: Option<NaiveDate>,
    /// Whether, after that day, the password still opens a session that can only link.
    pub linking_door: bool,
    /// Whether operators hand out linking codes, and the door takes them.
    pub linking_codes: bool,
}

impl Default for RolloutSettings {
    fn default() -> Self {
        Self {
            linking_from: None,
            esia_only_from: None,
            prefer_esia_from: None,
            linking_door: true,
            linking_codes: true,
        }
    }
}
