//! What operators do to links, and what «Это был не я» does, on both databases (`docs/helpdesk.md`;
//! `docs/security.md`, T25, T26, T29, T30, T33, T39, T40, T53).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up shall panic")]

mod approvals;
#[path = "../races/desk.rs"]
mod desk;
mod disputes;
mod freezing;
mod left_over;
mod list_lines;
mod list_races;
mod lists;
mod reversal;
#[path = "../support/mod.rs"]
mod support;
mod unlinking;
#[path = "../races/world.rs"]
mod world;
