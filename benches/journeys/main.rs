//! `make bench`, second half: whole journeys against the running service (`docs/performance.md`).
//!
//! This program is the load and ESIA's side of it; it starts itself once more as the service, so that the
//! service's processor time and memory are those of a process of its own. Everything is on loopback.
//! `PRIVYAZKA_BENCH=quick` is a try-out in a minute, `full` adds a million people;
//! `PRIVYAZKA_BENCH_ONLY=sqlite,link` measures a part.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be set up shall end")]

mod answerer;
mod audit;
mod browser;
mod flows;
mod growth;
mod guessing;
mod helpdesk;
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
use scene::{Scale, Stage, Wanted};

fn main() -> anyhow::Result<()> {
    if let Some(settings) = service::settings_to_serve() {
        return service::serve(Path::new(&settings));
    }
    // `cargo test --benches` only wants to see it start.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    actix_web::rt::System::new().block_on(async {
        let stage = Stage::new(Scale::from_environment(), Wanted::from_environment());
        let mut report = Report::default();
        report.note("machine", service::machine());
        if stage.wanted.measurement("sqlite") {
            growth::flows_on_sqlite(&stage, &mut report).await;
        }
        if stage.wanted.measurement("gost") {
            growth::current_interface(&stage, &mut report).await;
        }
        if stage.wanted.measurement("people") {
            growth::users(&stage, &mut report).await;
        }
        if stage.wanted.measurement("postgres") {
            growth::flows_on_postgres(&stage, &mut report).await;
        }
        if stage.wanted.measurement("helpdesk") {
            helpdesk::on_sqlite(&stage, &mut report).await;
            helpdesk::on_postgres(&stage, &mut report).await;
        }
        if stage.wanted.measurement("audit") {
            audit::on_sqlite(&stage, &mut report).await;
            audit::on_postgres(&stage, &mut report).await;
        }
        if stage.wanted.measurement("commits") {
            growth::shared_commits(&mut report).await;
        }
        if stage.wanted.measurement("bystanders") {
            strain::bystanders(&stage, &mut report).await;
        }
        if stage.wanted.measurement("slow-esia") {
            strain::slow_esia(&stage, &mut report).await;
        }
        if stage.wanted.measurement("flood") {
            strain::flood(&stage, &mut report).await;
        }
        if stage.wanted.measurement("guessing") {
            guessing::answer_times(&stage, &mut report).await;
        }
        report.print();
    });
    Ok(())
}
