//! The ESIA client against fixed vectors and against a server that answers whatever a test wants.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod answers;
mod claims;
mod forged_tokens;
mod harness;
mod person;
mod reach;
mod requests;
#[path = "../support/mod.rs"]
mod support;
mod tls;
