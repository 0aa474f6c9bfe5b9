//! Grades of a match, required levels of the ESIA account, and how long what undoes a link works.

use std::time::Duration;

use serde::Deserialize;

use crate::identity::AssuranceLevel;

/// `[linking]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkingSettings {
    /// Lowest level for staff.
    pub staff_level: AssuranceLevel,
    /// Lowest level for authority staff.
    pub authority_level: AssuranceLevel,
    /// Lowest level for parents.
    pub parent_level: AssuranceLevel,
    /// Lowest level for pupils; a child account is accepted besides, under 14 and for `child_grace` after.
    pub pupil_level: AssuranceLevel,
    /// How long after the 14th birthday a child account is still accepted.
    #[serde(with = "humantime_serde")]
    pub child_grace: Duration,
    /// What a partial match asks for.
    pub partial: PartialMatch,
    /// Life of one trip to ESIA, from the start to the confirmation.
    #[serde(with = "humantime_serde")]
    pub attempt_life: Duration,
    /// Open trips of one browser session; the oldest is closed beyond.
    pub open_attempts: u32,
    /// How long «Это был не я» in a letter works.
    #[serde(with = "humantime_serde")]
    pub undo_life: Duration,
    /// Hours within which an operator's unlink may be taken back.
    pub reversal_hours: u32,
    /// Hours that a request waits for a second operator.
    pub approval_hours: u32,
    /// Days that a linking code works.
    pub code_days: u32,
    /// Codes that one answer to an operator may hold.
    pub codes_at_once: u32,
}

/// What a region lets a partial match do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartialMatch {
    /// Confirm with the differences marked; the password again where nothing but the name supports it.
    Confirm,
    /// Never link; the data must be corrected first.
    Refuse,
}

impl Default for LinkingSettings {
    fn default() -> Self {
        Self {
            staff_level: AssuranceLevel::Confirmed,
            authority_level: AssuranceLevel::Confirmed,
            parent_level: AssuranceLevel::Confirmed,
            pupil_level: AssuranceLevel::Confirmed,
            child_grace: Duration::from_secs(90 * 24 * 3600),
            partial: PartialMatch::Confirm,
            attempt_life: Duration::from_secs(20 * 60),
            open_attempts: 5,
            undo_life: Duration::from_secs(14 * 24 * 3600),
            reversal_hours: 24,
            approval_hours: 24,
            code_days: 7,
            codes_at_once: 500,
        }
    }
}
