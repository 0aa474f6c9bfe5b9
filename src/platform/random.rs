//! Random numbers for secrets, from the system's generator only.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use uuid::{Builder, Uuid};

/// `N` random bytes fit for secrets.
///
/// # Panics
/// If the operating system has no randomness to give: going on would make guessable secrets.
#[allow(clippy::expect_used, reason = "without randomness nothing here is safe")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A random (version 4) UUID: 122 random bits.
pub fn uuid() -> Uuid {
    Builder::from_random_bytes(bytes()).into_uuid()
}
