//! What an operator reads of the audit: their area and nothing else, a page at a time, and not unseen (T38, T55).

use chrono::{Duration, NaiveDate};
use diesel::prelude::*;
use privyazka::access::{Area, NewOperator, OperatorId, OperatorRole};
use privyazka::audit::event::EventArea;
use privyazka::audit::history::{AuditDays, AuditHistory, AuditQuestion};
use privyazka::audit::{self, Actor, PasswordEvent, RequestMeta, SessionEvent};
use privyazka::directory::territory::{MunicipalityId, RegionId};
use privyazka::directory::{OrganisationId, ProfileId};
use privyazka::each;
use privyazka::store::operators;
use privyazka::store::schema::{municipalities, organisations, settlements};
use privyazka::store::{Db, StoreError};

use crate::data::{insert_organisation, insert_profile};
use crate::support::database::{TestDatabase, on_each_database};
use crate::world::World;

on_each_database![
    t38_the_audit_shows_an_operators_area_and_nothing_else,
    t37_who_may_not_read_the_audit_gets_nothing_and_leaves_nothing,
    t55_reading_the_audit_is_an_event_of_its_own,
    the_audit_is_read_a_page_at_a_time,
    t38_a_file_of_the_audit_ends_at_the_area,
];

/// Two schools in two municipalities of a region, a profile in each, and a sign-out of each.
struct Town {
    world: World,
    history: AuditHistory,
    region: i64,
    schools: [i64; 2],
    places: [i64; 2],
    profiles: [i64; 2],
}

fn one(db: &mut Db, table: &str) -> Result<i64, StoreError> {
    crate::world::number(db, &format!("SELECT max(id) AS value FROM {table}"))
}

/// Another municipality of the same region with a school of its own.
fn insert_neighbour(db: &mut Db, region: i64) -> Result<(i64, i64), StoreError> {
    let place: i64 = each!(&mut *db, |c| diesel::insert_into(municipalities::table)
        .values((
            municipalities::region_id.eq(region),
            municipalities::number.eq(2),
            municipalities::name.eq("Златоустовский городской округ"),
        ))
        .returning(municipalities::id)
        .get_result(c))?;
    let settlement: i64 = each!(&mut *db, |c| diesel::insert_into(settlements::table)
        .values((settlements::municipality_id.eq(place), settlements::name.eq("Златоуст")))
        .returning(settlements::id)
        .get_result(c))?;
    let school = each!(db, |c| diesel::insert_into(organisations::table)
        .values((
            organisations::municipality_id.eq(place),
            organisations::settlement_id.eq(settlement),
            organisations::kind.eq("general"),
            organisations::name.eq("МБОУ «СОШ № 1»"),
            organisations::short_name.eq("СОШ № 1"),
            organisations::phone.eq(""),
        ))
        .returning(organisations::id)
        .get_result(c))?;
    Ok((place, school))
}

impl Town {
    async fn new(database: &TestDatabase) -> Self {
        let world = World::new(database);
        let now = world.clock.now();
        let built = world.store.write(move |db| {
            let first = insert_organisation(db)?;
            let (region, place) = (one(db, "regions")?, one(db, "municipalities")?);
            let (neighbour, second) = insert_neighbour(db, region)?;
            let profiles = [insert_profile(db, first, "teacher")?, insert_profile(db, second, "colleague")?];
            for profile in profiles {
                let profile = ProfileId(profile);
                let actor = Actor::Person(profile);
                let meta = RequestMeta::default();
                audit::record(db, now, SessionEvent::SignedOut, actor, Some(profile), &meta)?;
            }
            let nobody = Actor::Anonymous;
            audit::record(db, now, PasswordEvent::RecoveryRequested, nobody, None, &RequestMeta::default())?;
            Ok((region, [first, second], [place, neighbour], profiles))
        });
        let (region, schools, places, profiles) = built.await.unwrap();
        world.clock.advance(Duration::seconds(1));
        let history = AuditHistory::new(world.store.clone(), world.clock.clone(), 300);
        Self { world, history, region, schools, places, profiles }
    }

    async fn operator(&self, role: OperatorRole, area: Area) -> OperatorId {
        let now = self.world.clock.now();
        let login = format!("{}-{}-{}", role.as_str(), area.kind(), area.id());
        let new = NewOperator {
            login,
            name: "Котова Нина Сергеевна".into(),
            email: None,
            role,
            area,
            profile: None,
            needs_esia: false,
            password_hash: String::new(),
            must_change_password: false,
        };
        self.world.store.write(move |db| operators::insert(db, &new, now)).await.unwrap()
    }

    async fn administrator(&self, area: Area) -> OperatorId {
        self.operator(OperatorRole::Administrator, area).await
    }

    fn days(&self) -> AuditDays {
        let today = self.history.today();
        AuditDays { from: today, to: today }
    }

    fn question(&self) -> AuditQuestion {
        AuditQuestion { days: self.days(), of: None, operator: None, profile: None, before: None }
    }

    /// What the operator sees: kinds with the profile each is about.
    async fn seen(
        &self,
        operator: OperatorId,
        question: AuditQuestion,
    ) -> Option<Vec<(String, Option<i64>)>> {
        self.world.clock.advance(Duration::seconds(1));
        let answer = self.history.read(operator, question, RequestMeta::default()).await.unwrap()?;
        Some(answer.entries.into_iter().map(|(entry, _)| (entry.kind, entry.profile)).collect())
    }
}

async fn t38_the_audit_shows_an_operators_area_and_nothing_else(database: &TestDatabase) {
    let town = Town::new(database).await;
    let out = |profile| ("session:sign_out:done".to_owned(), Some(profile));
    let [mine, theirs] = town.profiles;
    for (area, expected) in [
        (Area::Organisation(OrganisationId(town.schools[0])), vec![out(mine)]),
        (Area::Municipality(MunicipalityId(town.places[1])), vec![out(theirs)]),
        (Area::Organisation(OrganisationId(town.schools[1])), vec![out(theirs)]),
        (Area::Municipality(MunicipalityId(999)), vec![]),
    ] {
        let operator = town.administrator(area).await;
        // Days a region's clock away, and what operators of the same area have read before.
        let question = AuditQuestion { of: Some(EventArea::Session), ..town.question() };
        assert_eq!(town.seen(operator, question.clone()).await.unwrap(), expected, "{area:?}");
        // A neighbour's number shows nothing, whatever else is asked for.
        let foreign = if expected == [out(mine)] { theirs } else { mine };
        let asked = AuditQuestion { profile: Some(foreign), ..town.question() };
        assert_eq!(town.seen(operator, asked).await.unwrap(), [], "{area:?}");
    }
    let region = town.administrator(Area::Region(RegionId(town.region))).await;
    let seen = town.seen(region, town.question()).await.unwrap();
    for event in [out(mine), out(theirs), ("password:recovery:requested".to_owned(), None)] {
        assert!(seen.contains(&event), "{event:?} in {seen:?}");
    }
    let another = town.administrator(Area::Region(RegionId(999))).await;
    let seen = town.seen(another, AuditQuestion { of: Some(EventArea::Session), ..town.question() }).await;
    assert_eq!(seen.unwrap(), []);
    // The day is the region's: yesterday's question shows nothing of today.
    let yesterday = town.history.today() - Duration::days(1);
    let days = AuditDays { from: yesterday, to: yesterday };
    assert_eq!(town.seen(region, AuditQuestion { days, ..town.question() }).await.unwrap(), []);
}

async fn t37_who_may_not_read_the_audit_gets_nothing_and_leaves_nothing(database: &TestDatabase) {
    let town = Town::new(database).await;
    let area = Area::Region(RegionId(town.region));
    let before = town.world.number("SELECT count(*) AS value FROM audit_events").await;
    let disabled = town.administrator(area).await;
    let now = "UPDATE operators SET disabled_at = created_at";
    town.world.store.write(move |db| crate::world::run(db, now)).await.unwrap();
    let mut refused = vec![disabled, OperatorId(999)];
    for role in [OperatorRole::Support, OperatorRole::Senior, OperatorRole::Analyst] {
        refused.push(town.operator(role, area).await);
    }
    for operator in refused {
        assert_eq!(town.seen(operator, town.question()).await, None);
        let file = town.history.export(operator, town.days(), RequestMeta::default()).await.unwrap();
        assert!(file.is_none(), "{operator:?}");
    }
    assert_eq!(town.world.number("SELECT count(*) AS value FROM audit_events").await, before);
}

async fn t55_reading_the_audit_is_an_event_of_its_own(database: &TestDatabase) {
    let town = Town::new(database).await;
    let area = Area::Municipality(MunicipalityId(town.places[0]));
    let operator = town.administrator(area).await;
    let question = AuditQuestion { profile: Some(town.profiles[0]), ..town.question() };
    assert_eq!(town.seen(operator, question).await.unwrap().len(), 1, "itself is not part of what is read");
    let foreign = AuditQuestion { profile: Some(town.profiles[1]), ..town.question() };
    assert_eq!(town.seen(operator, foreign).await.unwrap(), []);
    let mine = AuditQuestion { operator: Some(operator.0), ..town.question() };
    let readings = town.seen(operator, mine).await.unwrap();
    let read = "data:audit:read".to_owned();
    // Newest first; the neighbour's number stands in the details, the event is nobody's of the neighbours.
    assert_eq!(readings, [(read.clone(), None), (read, Some(town.profiles[0]))]);
    let asked =
        "SELECT count(*) AS value FROM audit_events WHERE kind = 'data:audit:read' AND municipality_id = ";
    let own = town.world.store.read({
        let query = format!("{asked}{}", town.places[0]);
        move |db| crate::world::number(db, &query)
    });
    assert_eq!(own.await.unwrap(), 3);
}

async fn the_audit_is_read_a_page_at_a_time(database: &TestDatabase) {
    let town = Town::new(database).await;
    let (profile, now) = (ProfileId(town.profiles[0]), town.world.clock.now());
    let many = town.world.store.write(move |db| {
        (0..120).try_for_each(|_| {
            // Many of one moment.
            let meta = RequestMeta::default();
            audit::record(db, now, SessionEvent::NewPlace, Actor::Person(profile), Some(profile), &meta)
        })
    });
    many.await.unwrap();
    town.world.sealer.seal_waiting().await.unwrap();
    let operator = town.administrator(Area::Organisation(OrganisationId(town.schools[0]))).await;
    let (mut numbers, mut pages, mut before) = (Vec::new(), 0, None);
    loop {
        town.world.clock.advance(Duration::seconds(1));
        let question = AuditQuestion { of: Some(EventArea::Session), before, ..town.question() };
        let answer = town.history.read(operator, question, RequestMeta::default()).await.unwrap().unwrap();
        assert!(answer.entries.len() <= 50);
        assert!(answer.entries.iter().all(|(_, seal)| seal.is_some()), "each with the number of its record");
        before = answer.entries.last().map(|(entry, _)| (entry.occurred_at, entry.id));
        numbers.extend(answer.entries.iter().map(|(entry, _)| entry.id));
        pages += 1;
        if !answer.more {
            break;
        }
        assert!(pages < 10, "the pages have no end");
    }
    assert_eq!((pages, numbers.len()), (3, 121));
    assert!(numbers.is_sorted_by(|later, earlier| later > earlier), "newest first, none twice");
}

async fn t38_a_file_of_the_audit_ends_at_the_area(database: &TestDatabase) {
    let town = Town::new(database).await;
    let operator = town.administrator(Area::Municipality(MunicipalityId(town.places[0]))).await;
    let days = AuditDays { from: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(), to: town.history.today() };
    let mut file = town.history.export(operator, days, RequestMeta::default()).await.unwrap().unwrap();
    let mut text = String::new();
    while let Some(lines) = file.next_lines().await.unwrap() {
        text.push_str(std::str::from_utf8(&lines).unwrap());
    }
    let mine = format!(",profile:{},{},", town.profiles[0], town.profiles[0]);
    assert!(text.contains(&mine), "{text}");
    assert!(!text.contains(&format!("profile:{}", town.profiles[1])), "{text}");
    assert!(!text.contains("password:recovery"), "what is nobody's only the region sees");
    assert!(text.contains("data:audit:exported"), "the file tells of itself");
}
