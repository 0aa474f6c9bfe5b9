//! The audit is tamper-evident: what is committed is chained, whatever happens at once, and whatever an
//! attacker with all rights on the database changes is named by `audit verify` (T55).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on shall panic")]

mod program;
mod sealing;
#[path = "../support/mod.rs"]
mod support;
mod tampering;
mod world;
