//! Slows down guessing of linking codes without letting a stranger burn anybody's (`docs/sign-in.md`,
//! «Linking codes»; `docs/security.md`, T58 and T67).
//!
//! A try is counted three times: for its browser at its network address, which gets five and then waits
//! longer and longer; for the address; and for the login as a whole. A code is never used up by wrong tries.
//! What bounds guessing is the count of the whole: beyond its ceiling one try a second is judged, from
//! whomever it comes, but an address gets its first few judged all the same. So a flood from elsewhere
//! neither voids the owner's code nor keeps the owner out, and a week of it finds one code of a million.

use std::net::IpAddr;

use chrono::TimeDelta;

use super::address_ceiling::network_of;
use super::throttle::{Admission, QUIET, Throttle, TryKey};
use crate::directory::OrganisationId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;
use crate::store::{Db, StoreError, login_failures};

/// Tries of one login, from wherever, before they are slowed down.
const FREE_IN_ALL: i64 = 1000;
/// Tries of one login that an address has judged whatever others do.
const FREE_OF_ADDRESS: i64 = 5;
/// Beyond the ceiling one try is judged in this time.
const SLOWED_TO: TimeDelta = TimeDelta::seconds(1);

/// What the tries of one browser for one login are counted under.
#[derive(Clone, Debug)]
pub struct CodeKeys {
    browser: TryKey,
    address: TryKey,
    whole: TryKey,
}

impl CodeKeys {
    /// The keys of a login in an organisation, known or not.
    pub fn of(organisation: OrganisationId, login_key: &str, browser: &Digest, address: IpAddr) -> Self {
        let network = network_of(address).to_string();
        let key = |kind: &str, parts: &[&[u8]]| {
            let mut bytes = b"linking code ".to_vec();
            bytes.extend_from_slice(kind.as_bytes());
            bytes.extend_from_slice(&organisation.0.to_be_bytes());
            for part in parts {
                bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
                bytes.extend_from_slice(part);
            }
            Digest::of(&bytes)
        };
        let login = login_key.as_bytes();
        Self {
            browser: key("browser", &[login, network.as_bytes(), browser.as_bytes()]),
            address: key("address", &[login, network.as_bytes()]),
            whole: key("whole", &[login]),
        }
    }

    /// The count of the login as a whole; a new code begins it anew.
    pub fn whole(organisation: OrganisationId, login_key: &str) -> TryKey {
        Self::of(organisation, login_key, &Digest::of(b""), IpAddr::from([0, 0, 0, 0])).whole
    }
}

/// Until when this browser must wait, if it must. A reading: it keeps refused tries away from the writer.
///
/// # Errors
/// The database's.
pub fn blocked_until(
    throttle: &Throttle,
    db: &mut Db,
    keys: &CodeKeys,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    throttle.blocked_until(db, &keys.browser, now)
}

/// Counts a try as failed in advance.
///
/// # Errors
/// The database's.
pub fn admit(
    throttle: &Throttle,
    db: &mut Db,
    keys: &CodeKeys,
    now: Timestamp,
) -> Result<Admission, StoreError> {
    let of_address = login_failures::count_try(db, &keys.address, now, QUIET)?.unwrap_or(i64::MAX);
    match login_failures::count_try(db, &keys.whole, now, QUIET)? {
        Some(in_all) if in_all > FREE_IN_ALL => {
            login_failures::block_until(db, &keys.whole, now + SLOWED_TO)?;
        }
        None if of_address > FREE_OF_ADDRESS => {
            return Ok(Admission::Delayed { until: now + SLOWED_TO });
        }
        _ => {}
    }
    throttle.admit(db, &keys.browser, now)
}

/// The code was right: the browser's count and the whole begin anew.
///
/// # Errors
/// The database's.
pub fn forget(db: &mut Db, keys: &CodeKeys) -> Result<(), StoreError> {
    login_failures::delete(db, &keys.browser)?;
    login_failures::delete(db, &keys.whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t67_counts_are_of_a_login_a_browser_and_an_address() {
        let (school, other) = (OrganisationId(1), OrganisationId(2));
        let (one, two) = (Digest::of(b"one"), Digest::of(b"two"));
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let keys = CodeKeys::of(school, "pupil", &one, address("192.0.2.1"));
        let same = CodeKeys::of(school, "pupil", &two, address("192.0.2.1"));
        assert!(same.browser != keys.browser && same.address == keys.address && same.whole == keys.whole);
        let elsewhere = CodeKeys::of(school, "pupil", &one, address("192.0.2.2"));
        assert!(elsewhere.browser != keys.browser && elsewhere.address != keys.address);
        assert!(elsewhere.whole == keys.whole && elsewhere.whole == CodeKeys::whole(school, "pupil"));
        for stranger in [
            CodeKeys::of(school, "pupil2", &one, address("192.0.2.1")),
            CodeKeys::of(other, "pupil", &one, address("192.0.2.1")),
        ] {
            assert!(stranger.browser != keys.browser);
            assert!(stranger.address != keys.address && stranger.whole != keys.whole);
        }
        let household = |text| CodeKeys::of(school, "pupil", &one, address(text)).address;
        assert!(household("2001:db8:1:2::1") == household("2001:db8:1:2::9"));
    }
}
