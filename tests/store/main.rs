//! What the store promises, on both databases alike.
//!
//! Each test is an `async fn(&TestDatabase)` named in its file's `on_each_database![…]`. A test here knows
//! tables and queries as the modules of `src/store/` do; rules of the service are tested above the store.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on shall panic")]

mod data;
mod faults;
mod group_commit;
mod growth;
mod keys;
mod opening;
mod people;
mod prepared;
mod rules;
mod statements;
#[path = "../support/mod.rs"]
mod support;
#[cfg(feature = "test-postgres")]
mod tls;
mod trips;
mod writes;
