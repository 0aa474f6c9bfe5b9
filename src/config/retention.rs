//! How long what is kept (`docs/audit.md`).

use std::time::Duration;

use serde::Deserialize;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Records of destruction are audit events, and РКН order 179 (28.10.2022, п. 8) has them kept for three years.
const SHORTEST_AUDIT: Duration = Duration::from_secs(3 * 365 * 24 * 60 * 60);

/// `[retention]`. Each time counts from the end of what is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSettings {
    /// Trips to ESIA with their outcomes.
    #[serde(with = "humantime_serde")]
    pub attempts: Duration,
    /// Browser sessions.
    #[serde(with = "humantime_serde")]
    pub sessions: Duration,
    /// Contents of letters that were not sent; those of sent ones go at once.
    #[serde(with = "humantime_serde")]
    pub letter_bodies: Duration,
    /// That a letter was sent, or why not.
    #[serde(with = "humantime_serde")]
    pub letters: Duration,
    /// Lists of links to be removed, with what came of each line.
    #[serde(with = "humantime_serde")]
    pub lists: Duration,
    /// Closed cases with everything said in them.
    #[serde(with = "humantime_serde")]
    pub cases: Duration,
    /// What operators did to links, and the requests that waited for a second operator, with what they rest on.
    #[serde(with = "humantime_serde")]
    pub deeds: Duration,
    /// Linking codes and one-time addresses that are over, and what a code's issue rests on.
    #[serde(with = "humantime_serde")]
    pub codes: Duration,
    /// The audit.
    #[serde(with = "humantime_serde")]
    pub audit: Duration,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self {
            attempts: 90 * DAY,
            sessions: 90 * DAY,
            letter_bodies: 30 * DAY,
            letters: 90 * DAY,
            lists: 90 * DAY,
            cases: 1096 * DAY,
            deeds: 1096 * DAY,
            codes: 90 * DAY,
            audit: 1096 * DAY,
        }
    }
}

impl RetentionSettings {
    /// What is shorter than it may be, with the reason.
    pub fn breaches(&self) -> Vec<(&'static str, &'static str)> {
        let at_least_a_day = "must be a day or more: what is still at work would be destroyed";
        let mut breaches = Vec::new();
        for (key, kept) in [
            ("retention.attempts", self.attempts),
            ("retention.sessions", self.sessions),
            ("retention.letters", self.letters),
            ("retention.lists", self.lists),
            ("retention.cases", self.cases),
            ("retention.codes", self.codes),
        ] {
            if kept < DAY {
                breaches.push((key, at_least_a_day));
            }
        }
        if self.letter_bodies < 4 * DAY {
            breaches.push(("retention.letter_bodies", "must be 4 days or more: a letter is tried for three"));
        }
        if self.deeds < 30 * DAY {
            breaches.push((
                "retention.deeds",
                "must be 30 days or more: what froze or removed a link is asked about",
            ));
        }
        if self.audit < SHORTEST_AUDIT {
            breaches.push((
                "retention.audit",
                "must be 1095 days or more: it holds the records of destruction, which РКН order 179 has \
                 kept for three years",
            ));
        }
        breaches
    }
}
