//! The helpdesk: what it promises, and how much it takes in.

use chrono::NaiveDate;
use serde::Deserialize;

/// `[helpdesk]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HelpdeskSettings {
    /// Working days after which a case is promised to be answered.
    pub answer_working_days: u32,
    /// Days besides Saturdays and Sundays on which nobody works: a list of dates, `["2026-12-31"]`.
    pub days_off: Vec<NaiveDate>,
    /// Cases of one profile that may be open at once.
    pub open_cases: u32,
    /// Cases that one network address may open in a minute.
    pub cases_per_address: u32,
}

impl Default for HelpdeskSettings {
    fn default() -> Self {
        Self { answer_working_days: 3, days_off: Vec::new(), open_cases: 3, cases_per_address: 20 }
    }
}
