//! The training stand over real HTTP, judged by a client that is written here and nowhere else.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod authorize;
mod boundaries;
#[cfg(feature = "test-browser")]
mod browser;
mod control;
mod current;
mod faults;
#[cfg(feature = "test-gost")]
mod openssl;
mod people;
mod person;
mod records;
mod refresh;
mod rig;
mod signer;
mod token;

#[cfg(feature = "test-browser")]
#[path = "../support/mod.rs"]
mod support;
