//! The audit is tamper-evident: what is committed is chained, whatever happens at once, and whatever an
//! attacker with all rights on the database changes is named by `audit verify` (T55). What was kept long
//! enough is destroyed with a record, and a person's extract has all there is (T59).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on shall panic")]

#[allow(dead_code, reason = "a part of what the store's tests insert")]
#[path = "../store/data.rs"]
mod data;
mod extract;
mod history;
mod program;
mod retention;
mod sealing;
#[path = "../support/mod.rs"]
mod support;
mod tampering;
mod world;
