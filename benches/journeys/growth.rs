//! The flows of the budget, and what becomes of their cost as users and simultaneous requests grow.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use privyazka::audit::{self, Actor, RequestMeta, SessionEvent};
use privyazka::config::database::DatabaseSettings;
use privyazka::platform::clock::Clock;
use privyazka::store::{Db, Store};

use super::flows::{Crowd, Flow};
use super::load::{Measured, run};
use super::region::Size;
use super::report::Report;
use super::scene::{Scale, Scene, Stage};

/// Simultaneous flows at which the budget is held.
const USUAL: usize = 8;

/// Processor milliseconds a flow may cost, on SQLite and on PostgreSQL.
fn budget(flow: Flow, postgres: bool) -> f64 {
    match (flow, postgres) {
        (Flow::Page | Flow::Settings, _) => 0.1,
        (Flow::Password, _) => 26.0,
        (Flow::Link, false) => 4.6,
        (Flow::Link, true) => 8.0,
        (Flow::Esia, _) => 4.4,
        (Flow::Unlink | Flow::UnlinkAllPages, _) => 1.0,
    }
}

/// How many are needed for a figure whose last digit stands still.
fn count(flow: Flow, scale: Scale) -> usize {
    scale.flows(match flow {
        Flow::Page | Flow::Settings => 8_000,
        Flow::Password => 120,
        Flow::Link => 400,
        Flow::Esia | Flow::Unlink | Flow::UnlinkAllPages => 500,
    })
}

/// The flows on SQLite, cold start and memory.
pub async fn flows_on_sqlite(stage: &Stage, report: &mut Report) {
    let users = stage.scale.users();
    let scene = stage.sqlite(Size::of(users, 3_000)).await;
    let mut starts = vec![scene.service.cold_start];
    for _ in 0..4 {
        starts.push(stage.serve(&scene.region).await.cold_start);
    }
    starts.sort();
    let start = starts[2].as_secs_f64() * 1000.0;
    report.judge(
        "cold start to the first page, median of 5",
        format!("{start:.0} ms"),
        "≤ 100 ms",
        start <= 100.0,
    );
    scene.service.settle().await;
    let idle = scene.service.memory();
    report.judge("memory, idle", format!("{idle:.1} MiB"), "≤ 20 MiB", idle <= 20.0);
    concurrency(&scene, "SQLite", stage, report).await;
    let after = scene.service.memory();
    report.judge("memory after that load", format!("{after:.1} MiB"), "≤ 90 MiB", after <= 90.0);
}

/// The flows that go to ESIA by today's interface: two signatures by GOST, each checked before it leaves, and
/// two tokens of GOST.
pub async fn current_interface(stage: &Stage, report: &mut Report) {
    let scene = stage.sqlite(Size::of(stage.scale.users(), 600)).await;
    let scene = stage.current(scene).await;
    let crowd = Crowd::new(&scene.region, scene.service.port);
    for flow in stage.wanted.flows() {
        if matches!(flow, Flow::Link | Flow::Esia) {
            let measured = run(&scene.service, &crowd, flow, count(flow, stage.scale), USUAL).await;
            report.judge(
                format!("{}, v3 with GOST, SQLite, CPU a flow at {USUAL}", flow.name()),
                format!("{:.3} ms; {}{}", measured.cpu, measured.spread(), measured.failures()),
                "≤ 10 ms",
                measured.cpu <= 10.0 && measured.failed.0 == 0,
            );
        }
    }
}

/// The flows on PostgreSQL, with the server's share.
#[cfg(feature = "test-postgres")]
pub async fn flows_on_postgres(stage: &Stage, report: &mut Report) {
    let database = super::postgres::cluster_of_a_region().database();
    let postmaster = postmaster_of(&database.url);
    let users = stage.scale.users() / 5;
    let scene = stage.scene(database.url.clone(), Size::of(users, 3_000), postmaster).await;
    concurrency(&scene, "PostgreSQL", stage, report).await;
}

/// The process above all those that serve a database.
#[cfg(feature = "test-postgres")]
pub fn postmaster_of(url: &str) -> Option<u32> {
    use diesel::{Connection as _, QueryableByName, RunQueryDsl as _};

    #[derive(QueryableByName)]
    struct Backend {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        pid: i32,
    }

    // Without its connection the server process would end before it could be looked at.
    let mut connection = diesel::PgConnection::establish(url).expect("the server answers");
    let backend: Backend = diesel::sql_query("SELECT pg_backend_pid() AS pid")
        .get_result(&mut connection)
        .expect("the server answers");
    u32::try_from(backend.pid).ok().and_then(super::service::parent_of)
}

/// Without the server there is nothing to measure; the table says so.
#[cfg(not(feature = "test-postgres"))]
pub async fn flows_on_postgres(_: &Stage, report: &mut Report) {
    report.note("PostgreSQL", "not measured: built without the feature `test-postgres`");
}

/// Each flow by 1, 8 and 64 at a time.
async fn concurrency(scene: &Scene, database: &str, stage: &Stage, report: &mut Report) {
    let crowd = Crowd::new(&scene.region, scene.service.port);
    for flow in stage.wanted.flows() {
        let mut all: Vec<Measured> = Vec::new();
        for concurrent in [1, USUAL, 64] {
            let measured = run(&scene.service, &crowd, flow, count(flow, stage.scale), concurrent).await;
            all.push(measured);
        }
        let name = format!("{}, {database}", flow.name());
        let [alone, usual, many] = &all[..] else { return };
        let limit = budget(flow, database == "PostgreSQL");
        let server = usual.database_cpu.map_or(String::new(), |cpu| format!(" + server {cpu:.2} ms"));
        let server_kept = flow != Flow::Link || usual.database_cpu.is_none_or(|cpu| cpu <= 3.0);
        let server_limit =
            if flow == Flow::Link && usual.database_cpu.is_some() { " + ≤ 3 ms" } else { "" };
        report.judge(
            format!("{name}, CPU a flow at 8"),
            format!("{:.3} ms{server}; {}{}", usual.cpu, usual.spread(), usual.failures()),
            format!("≤ {limit} ms{server_limit}"),
            usual.cpu <= limit && server_kept && usual.failed.0 == 0,
        );
        let growth = many.cpu / alone.cpu;
        report.judge(
            format!("{name}, CPU a flow at 1 → 64"),
            format!("{:.3} → {:.3} ms (× {growth:.2})", alone.cpu, many.cpu),
            "≤ × 1.25",
            growth <= 1.25,
        );
        let best = all.iter().map(|one| one.rate).fold(0.0, f64::max);
        let (ratio, tail) = (many.rate / best, many.quantile(0.99) / many.quantile(0.5));
        report.judge(
            format!("{name}, 64 at a time"),
            format!("{:.0}/s (best {best:.0}/s); {}{}", many.rate, many.spread(), many.failures()),
            "≥ 0.9 × best; p99 ≤ 4 × p50; none fails",
            ratio >= 0.9 && tail <= 4.0 && many.failed.0 == 0,
        );
    }
}

/// The same flows among a thousand people and among many more.
pub async fn users(stage: &Stage, report: &mut Report) {
    let mut costs = Vec::new();
    let sizes = match stage.scale {
        Scale::Full => vec![1_000, 100_000, 1_000_000],
        scale => vec![1_000, scale.users()],
    };
    for users in &sizes {
        let begun = Instant::now();
        let scene = stage.sqlite(Size::of(*users, 600)).await;
        report.note(format!("filling in {users} people"), format!("{:.0} s", begun.elapsed().as_secs_f64()));
        let crowd = Crowd::new(&scene.region, scene.service.port);
        let mut cost = Vec::new();
        for flow in stage.wanted.flows() {
            cost.push(run(&scene.service, &crowd, flow, count(flow, stage.scale), USUAL).await);
        }
        costs.push(cost);
    }
    let (few, many) = (&costs[0], &costs[costs.len() - 1]);
    for ((flow, few), many) in stage.wanted.flows().iter().zip(few).zip(many) {
        let growth = many.cpu / few.cpu;
        report.judge(
            format!("{}, CPU a flow, 1000 → {} people", flow.name(), sizes[sizes.len() - 1]),
            format!(
                "{:.3} → {:.3} ms (× {growth:.2}){}{}",
                few.cpu,
                many.cpu,
                few.failures(),
                many.failures()
            ),
            "≤ × 1.3",
            growth <= 1.3 && few.failed.0 + many.failed.0 == 0,
        );
    }
}

/// Durable writes a second by one writer and by 64, on SQLite.
pub async fn shared_commits(report: &mut Report) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("commits.db").display());
    let store = Store::open(&DatabaseSettings::new(url)).expect("the database opens");
    let mut rates = [0.0_f64; 2];
    // By turns, because the disk's speed swings.
    for _ in 0..3 {
        for (rate, writers) in rates.iter_mut().zip([1, 64]) {
            *rate += commits(&store, writers, Duration::from_secs(2)).await / 3.0;
        }
    }
    let [alone, together] = rates;
    report.judge(
        "durable writes a second, SQLite, 1 → 64 writers",
        format!("{alone:.0} → {together:.0}/s (× {:.1})", together / alone),
        "≥ × 3",
        together >= 3.0 * alone,
    );
}

async fn commits(store: &Store, writers: usize, time: Duration) -> f64 {
    let begun = Instant::now();
    let writer = || async {
        let mut done = 0_u32;
        while begun.elapsed() < time {
            let write = |db: &mut Db| {
                let meta = RequestMeta { request_id: "bench".into(), address: "127.0.0.1".into() };
                let event = SessionEvent::SignInRefused { reason: "credentials" };
                audit::record(db, Clock::system().now(), event, Actor::Anonymous, None, &meta)
            };
            store.write(write).await.expect("written");
            done += 1;
        }
        done
    };
    let done: u32 = join_all((0..writers).map(|_| writer())).await.into_iter().sum();
    f64::from(done) / begun.elapsed().as_secs_f64()
}
