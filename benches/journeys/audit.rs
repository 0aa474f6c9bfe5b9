//! The audit when it has grown: one person's history, an operator's page, sealing and verifying.

use std::time::Instant;

use chrono::Duration;
use privyazka::access::Area;
use privyazka::audit::verify::{Expectation, verify};
use privyazka::audit::{Period, Sealer};
use privyazka::config::database::DatabaseSettings;
use privyazka::directory::territory::MunicipalityId;
use privyazka::directory::{OrganisationId, ProfileId};
use privyazka::each;
use privyazka::platform::clock::{Clock, Timestamp};
use privyazka::store::audit_search::{AuditSearch, search};
use privyazka::store::{Db, Store, StoreError, audit_events};

use super::load::quantile;
use super::report::Report;
use super::scene::{Scale, Stage};

/// Times each question is asked.
const TIMES: usize = 200;
/// Events of a profile, and days that all of them lie in.
const EACH: u32 = 10;
const DAYS: u32 = 1_000;

/// On SQLite.
pub async fn on_sqlite(stage: &Stage, report: &mut Report) {
    let url = format!("sqlite://{}", stage.path("audit.db").display());
    measure(stage, url, "SQLite", report).await;
}

/// On PostgreSQL.
#[cfg(feature = "test-postgres")]
pub async fn on_postgres(stage: &Stage, report: &mut Report) {
    let database = super::postgres::cluster_of_a_region().database();
    measure(stage, database.url.clone(), "PostgreSQL", report).await;
}

/// Without the server there is nothing to measure; the table says so.
#[cfg(not(feature = "test-postgres"))]
pub async fn on_postgres(_: &Stage, report: &mut Report) {
    report.note("audit, PostgreSQL", "not measured: built without the feature `test-postgres`");
}

async fn measure(stage: &Stage, url: String, database: &str, report: &mut Report) {
    let events: u32 = match stage.scale {
        Scale::Quick => 20_000,
        Scale::Default => 200_000,
        Scale::Full => 1_000_000,
    };
    let store = Store::open(&DatabaseSettings::new(url)).expect("the database opens");
    let clock = Clock::system();
    let begin = clock.now() - Duration::days(DAYS.into());
    for first in (0..events).step_by(10_000) {
        store.write(move |db| fill(db, begin, first, events)).await.expect("filled");
    }
    let what = |part: &str| format!("audit, {database}, {events} events: {part}");
    let begun = Instant::now();
    let sealed = Sealer::new(store.clone(), clock.clone()).seal_waiting().await.expect("sealed");
    let rate = f64::from(events) / begun.elapsed().as_secs_f64();
    report.judge(what("sealed a second"), format!("{rate:.0}"), "all", sealed == events as usize);
    let begun = Instant::now();
    let verified = verify(&store, &Expectation::default()).await.expect("read");
    let rate = f64::from(events) / begun.elapsed().as_secs_f64();
    report.judge(what("verified a second"), format!("{rate:.0}"), "no breach", verified.breach.is_none());

    let profiles = i64::from(events / EACH);
    let ask = |number: i64| audit_question(&store, number, profiles);
    let (p50, p99) = times(ask).await;
    report.judge(what("a person's history"), format!("p50 {p50:.2}, p99 {p99:.2} ms"), "≤ 2 ms", p50 <= 2.0);
    let week = Period { from: clock.now() - Duration::days(7), until: clock.now() };
    for (part, area, kinds) in [
        ("a page of a municipality", Area::Municipality(MunicipalityId(7)), None),
        ("a page of an organisation", Area::Organisation(OrganisationId(7)), None),
        ("what a week of a municipality has none of", Area::Municipality(MunicipalityId(7)), Some("case")),
    ] {
        let asked =
            AuditSearch { area, period: week, kinds, actor: None, profile: None, before: None, limit: 51 };
        let ask = |_| {
            let (store, asked) = (store.clone(), asked.clone());
            async move { store.read(move |db| search(db, &asked)).await.expect("read").len() }
        };
        let (p50, p99) = times(ask).await;
        report.note(what(part), format!("p50 {p50:.2}, p99 {p99:.2} ms"));
    }
}

async fn audit_question(store: &Store, number: i64, profiles: i64) -> usize {
    let profile = ProfileId(number * 7_919 % profiles);
    let history = store.read(move |db| audit_events::list_of_profile(db, profile, i64::MAX, 50));
    let found = history.await.expect("read").len();
    assert_eq!(found, EACH as usize, "every profile has its events");
    found
}

async fn times<F: Future<Output = usize>>(ask: impl Fn(i64) -> F) -> (f64, f64) {
    let mut latencies = Vec::with_capacity(TIMES);
    for number in 0..TIMES as i64 + 5 {
        let begun = Instant::now();
        ask(number).await;
        latencies.push(begun.elapsed());
    }
    let mut latencies = latencies.split_off(5);
    latencies.sort();
    (quantile(&latencies, 0.5), quantile(&latencies, 0.99))
}

/// Ten thousand events, spread over the days and the profiles.
fn fill(db: &mut Db, begin: Timestamp, first: u32, events: u32) -> Result<(), StoreError> {
    use diesel::connection::SimpleConnection as _;
    let (profiles, at) = (events / EACH, begin.naive_utc().format("%Y-%m-%d %H:%M:%S"));
    let seconds = f64::from(DAYS) * 86_400.0 / f64::from(events);
    let (numbers, moment) = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(_) => (
            format!(
                "WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {first} + 10000)"
            ),
            format!("strftime('%Y-%m-%d %H:%M:%f', '{at}', '+' || (n * {seconds}) || ' seconds')"),
        ),
        #[cfg(feature = "postgres")]
        Db::Pg(_) => (
            format!("WITH s AS (SELECT generate_series({first}, {first} + 9999) AS n)"),
            format!("TIMESTAMP '{at}' + n * INTERVAL '{seconds} seconds'"),
        ),
    };
    let insert = format!(
        "{numbers} INSERT INTO audit_events (occurred_at, kind, actor, profile_id, details, request_id, address, \
         organisation_id, municipality_id) SELECT {moment}, 'session:sign_in:succeeded', 'profile:' || (n % {profiles}), \
         n % {profiles}, '{{\"linking_only\":false,\"way\":\"esia\"}}', '01234567-89ab-cdef-0123-456789abcdef', \
         '192.0.2.1', n % {profiles} % 2000, n % {profiles} % 43 FROM s"
    );
    Ok(each!(db, |c| c.batch_execute(&insert))?)
}
