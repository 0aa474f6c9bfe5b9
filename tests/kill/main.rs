//! The built program from outside. Ends without warning, and orderly ones: the process is killed, told to
//! stop, or loses its database. What was acknowledged is there, nothing is half done, and it goes on without
//! help (`docs/security.md`, T57, T73, T74, T76, T77, T78). And where it connects to (T65).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up shall panic")]

mod child;
mod clock;
#[cfg(feature = "test-postgres")]
mod connections;
mod demo;
#[path = "../races/desk.rs"]
mod desk;
#[path = "../app/harness/mod.rs"]
mod harness;
mod kills;
mod lists;
mod migrations;
mod outages;
mod program;
mod remains;
mod rotation;
mod stops;
#[path = "../support/mod.rs"]
mod support;
#[path = "../races/world.rs"]
mod world;
