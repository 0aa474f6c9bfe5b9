//! Slows down guessing of passwords (`docs/security.md`, T67).
//!
//! Tries of a login from browsers it never signed in from share one count; each known browser has its
//! own. So a stranger who exhausts the first delays other strangers, not the owner. A try is counted
//! before it is judged, in one conditional UPDATE: a hundred guesses at once are a hundred tries.

use chrono::TimeDelta;

use crate::config::sign_in::SignInSettings;
use crate::directory::OrganisationId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;
use crate::store::{Db, StoreError, login_failures};

/// A count without tries for this long begins anew.
pub const QUIET: TimeDelta = TimeDelta::hours(24);

/// First delay; each further failure doubles it.
const FIRST_DELAY: TimeDelta = TimeDelta::minutes(1);

/// What a count is kept for.
pub type TryKey = Digest;

/// The key for tries of `login_key` in an organisation; with `known_browser`, of that browser alone.
pub fn try_key(organisation: OrganisationId, login_key: &str, known_browser: Option<&Digest>) -> TryKey {
    let mut bytes = organisation.0.to_be_bytes().to_vec();
    if let Some(browser) = known_browser {
        bytes.extend_from_slice(browser.as_bytes());
    }
    bytes.push(u8::from(known_browser.is_some()));
    bytes.extend_from_slice(login_key.as_bytes());
    Digest::of(&bytes)
}

/// The key for tries of an operator's login, likewise. No organisation has the number 0.
pub fn operator_try_key(login_key: &str, known_browser: Option<&Digest>) -> TryKey {
    try_key(OrganisationId(0), login_key, known_browser)
}

/// How long after the failure number `failures` the next try must wait.
pub fn delay(failures: i64, free_failures: u32, longest: TimeDelta) -> TimeDelta {
    let beyond = failures - i64::from(free_failures);
    if beyond < 0 {
        return TimeDelta::zero();
    }
    // Two to the tenth minutes is beyond any setting that makes sense.
    let factor = 1 << beyond.min(10);
    (FIRST_DELAY * factor).min(longest)
}

/// Whole minutes from `now` until `until`, at least one: what the page says.
pub fn minutes_until(until: Timestamp, now: Timestamp) -> u32 {
    u32::try_from(((until - now).num_seconds() + 59) / 60).unwrap_or(0).max(1)
}

/// Whether a try may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may, and is counted; whether a delay begins if it fails.
    Counted {
        /// Failing it makes the next one wait.
        last_before_delay: bool,
    },
    /// Not before then.
    Delayed {
        /// When the next try may be made.
        until: Timestamp,
    },
}

/// The counts and the rule over them.
#[derive(Clone, Debug)]
pub struct Throttle {
    free_failures: u32,
    longest: TimeDelta,
}

impl Throttle {
    /// The rule of the settings.
    pub fn new(settings: &SignInSettings) -> Self {
        let longest = TimeDelta::from_std(settings.longest_delay).unwrap_or(TimeDelta::hours(1));
        Self { free_failures: settings.free_failures, longest }
    }

    /// Until when tries under `key` are refused, if they are. A reading: it keeps a flood of refused
    /// tries away from the writer.
    ///
    /// # Errors
    /// The database's.
    pub fn blocked_until(
        &self,
        db: &mut Db,
        key: &TryKey,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        Ok(login_failures::find_blocked_until(db, key)?.filter(|until| *until > now))
    }

    /// Counts a try as failed in advance; [`Throttle::forget`] takes it back when it succeeds.
    ///
    /// # Errors
    /// The database's.
    pub fn admit(&self, db: &mut Db, key: &TryKey, now: Timestamp) -> Result<Admission, StoreError> {
        let Some(failures) = login_failures::count_try(db, key, now, QUIET)? else {
            let until = login_failures::find_blocked_until(db, key)?.unwrap_or(now);
            return Ok(Admission::Delayed { until });
        };
        let delay = delay(failures, self.free_failures, self.longest);
        if delay > TimeDelta::zero() {
            login_failures::block_until(db, key, now + delay)?;
        }
        Ok(Admission::Counted { last_before_delay: delay > TimeDelta::zero() })
    }

    /// The password was right: the count begins anew.
    ///
    /// # Errors
    /// The database's.
    pub fn forget(&self, db: &mut Db, key: &TryKey) -> Result<(), StoreError> {
        login_failures::delete(db, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t67_the_delay_grows_from_the_fifth_failure_to_a_quarter_of_an_hour() {
        let table =
            [(1, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (10_000, 15), (i64::MAX, 15)];
        for (failures, minutes) in table {
            assert_eq!(
                delay(failures, 5, TimeDelta::minutes(15)),
                TimeDelta::minutes(minutes),
                "after {failures}"
            );
        }
        assert_eq!(delay(1, 0, TimeDelta::minutes(15)), TimeDelta::minutes(2));
    }

    #[test]
    fn t67_one_guess_a_second_is_tried_thirty_times_in_ten_thousand() {
        let (mut tried, mut failures, mut free_at) = (0, 0, 0);
        for second in 0..10_000 {
            if second >= free_at {
                tried += 1;
                failures += 1;
                free_at = second + delay(failures, 5, TimeDelta::minutes(15)).num_seconds();
            }
        }
        assert!((5..100).contains(&tried), "{tried}");
    }

    #[test]
    fn keys_tell_apart_organisations_logins_and_known_browsers() {
        let (school, other) = (OrganisationId(1), OrganisationId(2));
        let browser = Digest::of(b"browser");
        let keys = [
            try_key(school, "anna", None),
            try_key(other, "anna", None),
            try_key(school, "anna1", None),
            try_key(school, "anna", Some(&browser)),
            try_key(school, "anna", Some(&Digest::of(b"another"))),
        ];
        for (place, key) in keys.iter().enumerate() {
            assert!(keys[place + 1..].iter().all(|later| later != key), "{place}");
        }
        assert_eq!(try_key(school, "anna", Some(&browser)), keys[3]);
    }

    #[test]
    fn the_page_names_whole_minutes_and_never_none() {
        let now = Timestamp::UNIX_EPOCH;
        for (seconds, minutes) in [(1, 1), (60, 1), (61, 2), (900, 15), (0, 1), (-5, 1)] {
            assert_eq!(minutes_until(now + TimeDelta::seconds(seconds), now), minutes, "{seconds} s");
        }
    }
}
