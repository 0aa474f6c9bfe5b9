//! `make bench`, second half: whole journeys against the running service (`docs/performance.md`).
//!
//! This program is the load and ESIA's side of it; it starts itself once more as the service, so that the
//! service's processor time and memory are those of a process of its own. Everything is on loopback.
//! `PRIVYAZKA_BENCH=quick` is a try-out in a minute, `full` adds a million people.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be set up shall end")]

mod answerer;
mod browser;
mod flows;
mod growth;
mod load;
#[cfg(feature = "test-postgres")]
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/support/processes.rs"]
mod processes;
mod region;
mod report;
mod scene;
mod service;
mod strain;

use std::path::Path;

use report::Report;
use scene::{Scale, Stage};

fn main() -> anyhow::Result<()> {
    if let Some(settings) = service::settings_to_serve() {
        return service::serve(Path::new(&settings));
    }
    // `cargo test --benches` only wants to see it start.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    actix_web::rt::System::new().block_on(async {
        let stage = Stage::new(Scale::from_environment());
        let mut report = Report::default();
        report.note("machine", service::machine());
        growth::flows_on_sqlite(&stage, &mut report).await;
        growth::users(&stage, &mut report).await;
        growth::flows_on_postgres(&stage, &mut report).await;
        growth::shared_commits(&mut report).await;
        strain::bystanders(&stage, &mut report).await;
        strain::slow_esia(&stage, &mut report).await;
        strain::flood(&stage, &mut report).await;
        report.print();
    });
    Ok(())
}
