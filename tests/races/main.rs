//! Races with real concurrency on both databases: whatever happens at once, some order of one after another
//! explains the result, and a profile has one link, a link one audit event and one letter
//! (`docs/security.md`, T6, T21, T25, T27, T28).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up shall panic")]

mod callbacks;
mod confirmations;
mod desk;
mod desk_model;
mod desk_round;
mod interleavings;
mod look_ups;
mod model;
mod operators;
mod race;
mod round;
#[path = "../support/mod.rs"]
mod support;
mod unlinks;
mod world;
