//! The tools of the tests find what they are meant to find.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on shall panic")]

#[cfg(feature = "test-browser")]
mod browser;
mod smtp_sink;
#[path = "../support/mod.rs"]
mod support;
