//! Signing in with a password, sessions and recovery, over real databases.
//!
//! Each test is an `async fn(&TestDatabase)` named in its file's `on_each_database![…]`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on shall panic")]

mod guessing;
mod password;
mod recovery;
mod sessions;
#[path = "../support/mod.rs"]
mod support;
mod world;
