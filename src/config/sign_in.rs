//! Session lengths, limits of guessing, cost of passwords.

use std::time::Duration;

use serde::Deserialize;

/// `[sign_in]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignInSettings {
    /// Idle end for staff and authorities.
    #[serde(with = "humantime_serde")]
    pub staff_idle: Duration,
    /// Absolute end for them.
    #[serde(with = "humantime_serde")]
    pub staff_absolute: Duration,
    /// Idle end for parents and pupils.
    #[serde(with = "humantime_serde")]
    pub family_idle: Duration,
    /// Absolute end for them.
    #[serde(with = "humantime_serde")]
    pub family_absolute: Duration,
    /// Idle end on a shared computer, for everybody.
    #[serde(with = "humantime_serde")]
    pub shared_idle: Duration,
    /// How long after a proof an unlink, or an operator's deed, needs no new one.
    #[serde(with = "humantime_serde")]
    pub fresh_proof: Duration,
    /// Life of a password-recovery address.
    #[serde(with = "humantime_serde")]
    pub recovery_life: Duration,
    /// Life of a password that an operator hands out.
    #[serde(with = "humantime_serde")]
    pub one_time_password_life: Duration,
    /// Parallel argon2 computations; 0 means one per core.
    pub argon2_parallel: usize,
    /// Sign-ins that may wait for one; more are answered with 503.
    pub argon2_queue: usize,
    /// Failed tries of one login from unknown browsers before delays begin.
    pub free_failures: u32,
    /// Longest delay between tries of one login.
    #[serde(with = "humantime_serde")]
    pub longest_delay: Duration,
    /// Password tries a minute from one network address.
    pub tries_per_address: u32,
    /// Trips to ESIA a minute from one network address.
    pub trips_per_address: u32,
}

impl Default for SignInSettings {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(n * 60);
        Self {
            staff_idle: minutes(30),
            staff_absolute: minutes(12 * 60),
            family_idle: minutes(12 * 60),
            family_absolute: minutes(24 * 60),
            shared_idle: minutes(15),
            fresh_proof: minutes(15),
            recovery_life: minutes(60),
            one_time_password_life: minutes(3 * 24 * 60),
            argon2_parallel: 0,
            argon2_queue: 64,
            free_failures: 5,
            longest_delay: minutes(15),
            tries_per_address: 300,
            trips_per_address: 300,
        }
    }
}
