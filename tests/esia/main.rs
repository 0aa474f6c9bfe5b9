//! The ESIA client against fixed vectors and against a server that answers whatever a test wants.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod answers;
mod claims;
#[cfg(feature = "test-gost")]
mod engine;
mod forged_tokens;
#[cfg(feature = "test-gost")]
#[path = "../support/gost_engine.rs"]
mod gost_engine;
mod gost_tokens;
mod harness;
mod person;
mod reach;
mod requests;
mod signers;
mod v3;
