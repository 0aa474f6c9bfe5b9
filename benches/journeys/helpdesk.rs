//! The helpdesk's search and cards, in this process, where each kind of question can be told from the others;
//! then an operator's whole deed, search to unlink, as a flow.

use std::time::{Duration, Instant};

use privyazka::access::{Area, Operator, OperatorId, OperatorRole};
use privyazka::audit::RequestMeta;
use privyazka::config::sign_in::SignInSettings;
use privyazka::directory::demo_region::people::generated_phone;
use privyazka::directory::{NewProfile, OrganisationId, ProfileId, ProfileStatus, Role};
use privyazka::helpdesk::people::open_card::Before;
use privyazka::helpdesk::people::search_people::Search;
use privyazka::helpdesk::{PeopleDesk, SearchQuery};
use privyazka::identity::{PersonName, Snils};
use privyazka::platform::clock::Clock;
use privyazka::sign_in::Sessions;
use privyazka::store::{Db, StoreError, organisations, profiles};

use super::flows::{Crowd, Flow};
use super::load::{quantile, run};
use super::region::{Region, Size};
use super::report::Report;
use super::scene::{Scale, Stage};
use super::service;

/// Times each question is asked.
const TIMES: usize = 200;
/// Unlinks that are measured.
const UNLINKS: usize = 500;

/// The region and the largest area of each smaller kind, with their operators.
struct Desks {
    desk: PeopleDesk,
    postmaster: Option<u32>,
    areas: Vec<(&'static str, Operator)>,
}

/// Search and cards on SQLite.
pub async fn on_sqlite(stage: &Stage, report: &mut Report) {
    let url = format!("sqlite://{}", stage.path("helpdesk.db").display());
    measure(stage, url, None, "SQLite", report).await;
}

/// The same on PostgreSQL.
#[cfg(feature = "test-postgres")]
pub async fn on_postgres(stage: &Stage, report: &mut Report) {
    let database = super::postgres::cluster_of_a_region().database();
    let postmaster = super::growth::postmaster_of(&database.url);
    measure(stage, database.url.clone(), postmaster, "PostgreSQL", report).await;
}

/// Without the server there is nothing to measure; the table says so.
#[cfg(not(feature = "test-postgres"))]
pub async fn on_postgres(_: &Stage, report: &mut Report) {
    report.note("helpdesk, PostgreSQL", "not measured: built without the feature `test-postgres`");
}

async fn measure(stage: &Stage, url: String, postmaster: Option<u32>, database: &str, report: &mut Report) {
    let users = match stage.scale {
        Scale::Quick => 5_000,
        Scale::Default => 100_000,
        Scale::Full => 1_000_000,
    };
    let begun = Instant::now();
    let issuer = stage.answerer.issuer();
    // Links are no part of what is searched; making them would take most of the time.
    let size = Size { linked: 1_500, ..Size::of(users, 0) };
    let region = Region::fill(url, stage.keys(), issuer, size).await;
    let desks = Desks::open(stage, &region, postmaster).await;
    report.note(
        format!("helpdesk, {database}: filling in {users} people"),
        format!("{:.0} s", begun.elapsed().as_secs_f64()),
    );
    desks.searches(&region, database, report).await;
    desks.cards(&region, database, report).await;
    unlinks(stage, &region, postmaster, database, report).await;
}

/// An operator at work over the service, from the search to the unlink with its letter.
async fn unlinks(
    stage: &Stage,
    region: &Region,
    postmaster: Option<u32>,
    database: &str,
    report: &mut Report,
) {
    let service = stage.serve(region).await.with_postgres(postmaster);
    let crowd = Crowd::new(region, service.port);
    let limit = if region.users > 100_000 { 1.2 } else { 1.0 };
    for flow in [Flow::Unlink, Flow::UnlinkAllPages] {
        let measured = run(&service, &crowd, flow, stage.scale.flows(UNLINKS), 8).await;
        let server = measured.database_cpu.map_or(String::new(), |cpu| format!(" + server {cpu:.2} ms"));
        let what = format!("{}, {database}, {} people, CPU a flow at 8", flow.name(), region.users);
        let figure = format!("{:.3} ms{server}; {}{}", measured.cpu, measured.spread(), measured.failures());
        if flow == Flow::Unlink {
            let kept = measured.cpu <= limit && measured.failed.0 == 0;
            report.judge(what, figure, format!("≤ {limit} ms"), kept);
        } else {
            report.note(what, figure);
        }
    }
}

impl Desks {
    async fn open(stage: &Stage, region: &Region, postmaster: Option<u32>) -> Self {
        let store = region.store.clone();
        let home = OrganisationId(region.organisation_of(0));
        store.write(move |db| add_the_rare_one(db, home)).await.expect("stored");
        tidy(&region.url);
        let entries = store.read(organisations::list_organisations).await.expect("readable");
        let regions = store.read(organisations::list_regions).await.expect("readable");
        let municipality = entries.iter().find(|one| one.id == home).expect("it is there").municipality;
        let areas = vec![
            ("region", operator(1, Area::Region(regions[0].id))),
            ("municipality", operator(2, Area::Municipality(municipality))),
            ("organisation", operator(3, Area::Organisation(home))),
        ];
        let sessions = Sessions::new(store, Clock::system(), SignInSettings::default());
        Self { desk: PeopleDesk::new(sessions, stage.keys()), postmaster, areas }
    }

    async fn searches(&self, region: &Region, database: &str, report: &mut Report) {
        let person = region.users / 2;
        let snils = Snils::with_control_sum(500_000_000 + person).formatted();
        let questions = [
            ("a rare name", "яхонтова".to_owned()),
            ("a prefix of 75,000 a million", "сем".to_owned()),
            ("a name and a surname", "ирина зайц".to_owned()),
            ("two common words that nobody has together", "абрамова булат".to_owned()),
            ("three words", "зайцева ирина львовна".to_owned()),
            ("SNILS", snils),
            ("telephone", generated_phone(person)),
            ("login", format!("user-{person:07}")),
            ("nobody", "щукина зинаида".to_owned()),
        ];
        for (area, operator) in &self.areas {
            for (what, text) in &questions {
                let query = SearchQuery::parse(text).expect("long enough");
                let search = Search { query, organisation: None, after: None };
                let ask = || async {
                    let found = self.desk.search(operator, search.clone(), meta()).await.expect("answered");
                    found.people.len()
                };
                let cost = self.cost(ask).await;
                // Only what an operator does all day is held against the budget of processor time.
                report.judge(
                    format!("helpdesk, {database}, {} people: search in a {area}, {what}", region.users),
                    format!("{} found: {}", cost.found, cost.shown),
                    "≤ 50 ms",
                    cost.slowest <= 50.0,
                );
            }
        }
    }

    async fn cards(&self, region: &Region, database: &str, report: &mut Report) {
        let (_, operator) = &self.areas[0];
        let number = std::cell::Cell::new(1_i64);
        let users = i64::from(region.users);
        let open = |operator, first: i64, step: i64| {
            let number = &number;
            async move {
                number.set((number.get() + step) % users);
                let id = ProfileId(first + number.get());
                let card = self.desk.open_card(operator, id, Before::NOW, meta()).await.expect("answered");
                usize::from(card.is_some())
            }
        };
        let cost = self.cost(|| open(operator, 11, 7_919)).await;
        report.judge(
            format!("helpdesk, {database}, {users} people: card"),
            cost.shown,
            "≤ 50 ms",
            cost.slowest <= 50.0 && cost.found == 1,
        );
        // By turns, so that both are asked of the same machine.
        let (_, narrow) = &self.areas[2];
        let mut latencies = [Vec::new(), Vec::new()];
        for _ in 0..TIMES * 5 {
            for (missing, latencies) in latencies.iter_mut().enumerate() {
                let begun = Instant::now();
                let first = if missing == 1 { 1_000_000_000 } else { 12 };
                let found = open(narrow, first, if missing == 1 { 0 } else { 7_919 }).await;
                if found == 0 {
                    latencies.push(begun.elapsed());
                }
            }
        }
        let [foreign, missing] = latencies.map(|mut all| {
            all.sort();
            quantile(&all, 0.5)
        });
        let difference = (foreign / missing - 1.0).abs() * 100.0;
        report.judge(
            format!("helpdesk, {database}, {users} people: another area's card → one that is nowhere"),
            format!("{foreign:.2} → {missing:.2} ms ({difference:.1} %)"),
            "≤ 10 %",
            difference <= 10.0,
        );
    }

    async fn cost<F: Future<Output = usize>>(&self, ask: impl Fn() -> F) -> Cost {
        for _ in 0..5 {
            ask().await;
        }
        let own = std::process::id();
        let cpu = || (service::cpu_of(own).unwrap_or_default(), self.postmaster.map(service::family_cpu));
        let (before, mut latencies, mut found) = (cpu(), Vec::with_capacity(TIMES), 0);
        for _ in 0..TIMES {
            let begun = Instant::now();
            found = ask().await;
            latencies.push(begun.elapsed());
        }
        let after = cpu();
        latencies.sort();
        #[allow(clippy::cast_precision_loss, reason = "a few hundred")]
        let each = |spent: Duration| spent.as_secs_f64() * 1000.0 / TIMES as f64;
        let server = after.1.zip(before.1).map(|(after, before)| each(after - before));
        let server = server.map_or(String::new(), |server| format!(" + server {server:.2} ms"));
        let (p50, p99) = (quantile(&latencies, 0.5), quantile(&latencies, 0.99));
        let shown = format!("CPU {:.2} ms{server}; p50 {p50:.2}, p99 {p99:.2} ms", each(after.0 - before.0));
        Cost { found, shown, slowest: p99 }
    }
}

struct Cost {
    found: usize,
    shown: String,
    slowest: f64,
}

fn meta() -> RequestMeta {
    RequestMeta { request_id: "bench".into(), address: "127.0.0.1".into() }
}

fn operator(id: i64, area: Area) -> Operator {
    Operator {
        id: OperatorId(id),
        login: format!("bench-{id}"),
        name: "Оператор".into(),
        email: None,
        role: OperatorRole::Support,
        area,
        profile: None,
        needs_esia: false,
        disabled_at: None,
    }
}

/// What PostgreSQL does by itself some time after so many rows came: a measurement begins with it done.
fn tidy(url: &str) {
    #[cfg(feature = "test-postgres")]
    if url.starts_with("postgres") {
        use diesel::Connection as _;
        use diesel::connection::SimpleConnection as _;
        let mut connection = diesel::PgConnection::establish(url).expect("the server answers");
        connection.batch_execute("VACUUM (ANALYZE)").expect("the tables are tidied");
    }
    #[cfg(not(feature = "test-postgres"))]
    let _ = url;
}

/// Somebody whose surname nobody else has.
fn add_the_rare_one(db: &mut Db, home: OrganisationId) -> Result<(), StoreError> {
    let new = NewProfile {
        uid: "rare".into(),
        organisation: home,
        login: "rare".into(),
        password_hash: None,
        name: PersonName::new("Яхонтова", "Зинаида", None),
        birth_date: None,
        snils: None,
        email: None,
        phone: None,
        post: None,
        roles: vec![Role::Parent],
        status: ProfileStatus::Active,
        created_at: Clock::system().now(),
    };
    profiles::insert(db, &new).map(drop)
}
