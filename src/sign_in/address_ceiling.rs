//! A wide ceiling of requests per network address, in this process (`docs/security.md`, T67).
//!
//! Wide, because a school of a thousand sits behind one address; it stops floods, not guessing.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Counts requests per address. Clones share the counts.
#[derive(Clone)]
pub struct AddressCeiling(Arc<DefaultKeyedRateLimiter<IpAddr>>);

impl fmt::Debug for AddressCeiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressCeiling")
    }
}

impl AddressCeiling {
    /// At most `n` requests a minute from one address, at once or spread; 0 counts as 1.
    pub fn per_minute(n: u32) -> Self {
        Self(Arc::new(RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)))))
    }

    /// Counts one request.
    ///
    /// # Errors
    /// The address has used up its share; how long until the next request.
    pub fn check(&self, address: IpAddr) -> Result<(), Duration> {
        self.0
            .check_key(&network_of(address))
            .map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }

    /// Forgets addresses that have their whole share again; to be called from time to time.
    pub fn sweep(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

/// One household has a /64 of IPv6 addresses: they count together. IPv4 in IPv6 clothes counts as IPv4.
pub(super) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t67_the_ceiling_stops_one_address_and_no_other() {
        let ceiling = AddressCeiling::per_minute(3);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for _ in 0..3 {
            assert!(ceiling.check(address("192.0.2.1")).is_ok());
        }
        let wait = ceiling.check(address("192.0.2.1")).unwrap_err();
        assert!(wait > Duration::from_secs(1) && wait <= Duration::from_secs(20), "{wait:?}");
        assert!(ceiling.check(address("::ffff:192.0.2.1")).is_err());
        assert!(ceiling.check(address("192.0.2.2")).is_ok());
    }

    #[test]
    fn t67_ipv6_addresses_of_one_household_count_together() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }
}
