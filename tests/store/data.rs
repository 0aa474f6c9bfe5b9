//! Rows and questions of the store's tests.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use privyazka::each;
use privyazka::store::schema::{
    audit_events, esia_subjects, links, login_failures, municipalities, organisations, profiles, regions,
    settlements,
};
use privyazka::store::{Db, StoreError};

/// A moment with microseconds, the finest that both databases keep.
pub fn moment() -> NaiveDateTime {
    chrono::DateTime::from_timestamp_micros(1_793_000_000_123_456).expect("a valid moment").naive_utc()
}

/// One text that a query of the form `SELECT … AS value` answers.
pub fn text(db: &mut Db, query: &str) -> Result<String, StoreError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        value: String,
    }
    Ok(each!(db, |c| diesel::sql_query(query).get_result::<Row>(c))?.value)
}

/// One number that a query of the form `SELECT … AS value` answers.
pub fn number(db: &mut Db, query: &str) -> Result<i64, StoreError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        value: i64,
    }
    Ok(each!(db, |c| diesel::sql_query(query).get_result::<Row>(c))?.value)
}

/// Runs statements as they are.
pub fn run(db: &mut Db, sql: &str) -> Result<(), StoreError> {
    use diesel::connection::SimpleConnection as _;
    Ok(each!(db, |c| c.batch_execute(sql))?)
}

/// Adds a region.
pub fn insert_region(db: &mut Db, name: &str) -> Result<i64, StoreError> {
    Ok(each!(db, |c| diesel::insert_into(regions::table)
        .values(regions::name.eq(name))
        .returning(regions::id)
        .get_result(c))?)
}

/// How many regions there are.
pub fn count_regions(db: &mut Db) -> Result<i64, StoreError> {
    Ok(each!(db, |c| regions::table.count().get_result(c))?)
}

/// Adds an organisation with all the places above it.
pub fn insert_organisation(db: &mut Db) -> Result<i64, StoreError> {
    let region = insert_region(db, "Челябинская область")?;
    let municipality: i64 = each!(&mut *db, |c| diesel::insert_into(municipalities::table)
        .values((
            municipalities::region_id.eq(region),
            municipalities::number.eq(1),
            municipalities::name.eq("Миасский городской округ"),
        ))
        .returning(municipalities::id)
        .get_result(c))?;
    let settlement: i64 = each!(&mut *db, |c| diesel::insert_into(settlements::table)
        .values((settlements::municipality_id.eq(municipality), settlements::name.eq("Миасс")))
        .returning(settlements::id)
        .get_result(c))?;
    Ok(each!(db, |c| diesel::insert_into(organisations::table)
        .values((
            organisations::municipality_id.eq(municipality),
            organisations::settlement_id.eq(settlement),
            organisations::kind.eq("general"),
            organisations::name.eq("МБОУ «СОШ № 12»"),
            organisations::short_name.eq("СОШ № 12"),
            organisations::phone.eq("+7 3513 00-00-00"),
        ))
        .returning(organisations::id)
        .get_result(c))?)
}

/// Adds a profile of `organisation`.
pub fn insert_profile(db: &mut Db, organisation: i64, login: &str) -> Result<i64, StoreError> {
    Ok(each!(db, |c| diesel::insert_into(profiles::table)
        .values((
            profiles::uid.eq(format!("uid-{login}")),
            profiles::organisation_id.eq(organisation),
            profiles::login.eq(login),
            profiles::login_key.eq(login),
            profiles::last_name.eq("Смирнова"),
            profiles::first_name.eq("Анна"),
            profiles::status.eq("active"),
            profiles::status_since.eq(moment()),
            profiles::created_at.eq(moment()),
        ))
        .returning(profiles::id)
        .get_result(c))?)
}

/// Adds a person of ESIA.
pub fn insert_subject(db: &mut Db, subject: i64) -> Result<i64, StoreError> {
    Ok(each!(db, |c| diesel::insert_into(esia_subjects::table)
        .values((
            esia_subjects::issuer.eq("https://esia.example/"),
            esia_subjects::subject.eq(subject),
            esia_subjects::touched_at.eq(moment()),
        ))
        .returning(esia_subjects::id)
        .get_result(c))?)
}

/// Adds a link of that status; only `removed` has an end.
pub fn insert_link(db: &mut Db, profile: i64, subject: i64, status: &str) -> Result<i64, StoreError> {
    Ok(each!(db, |c| diesel::insert_into(links::table)
        .values((
            links::profile_id.eq(profile),
            links::esia_subject_id.eq(subject),
            links::status.eq(status),
            links::level.eq("confirmed"),
            links::holder.eq("Смирнова А. В."),
            links::created_at.eq(moment()),
            links::ended_at.eq((status == "removed").then(moment)),
        ))
        .returning(links::id)
        .get_result(c))?)
}

/// Adds an audit event.
pub fn insert_event(db: &mut Db) -> Result<i64, StoreError> {
    Ok(each!(db, |c| diesel::insert_into(audit_events::table)
        .values((
            audit_events::occurred_at.eq(moment()),
            audit_events::kind.eq("link:link:create"),
            audit_events::actor.eq("profile:1"),
            audit_events::details.eq("{}"),
            audit_events::request_id.eq("r-1"),
            audit_events::address.eq("127.0.0.1"),
        ))
        .returning(audit_events::id)
        .get_result(c))?)
}

/// The row that counting tests add to.
const COUNTER: &[u8] = b"counter";

/// Sets the counter to zero.
pub fn insert_counter(db: &mut Db) -> Result<(), StoreError> {
    each!(db, |c| diesel::insert_into(login_failures::table)
        .values((
            login_failures::key_digest.eq(COUNTER),
            login_failures::failures.eq(0),
            login_failures::last_failure_at.eq(moment()),
            login_failures::blocked_until.eq(moment()),
        ))
        .execute(c))?;
    Ok(())
}

/// What the counter says.
pub fn counter(db: &mut Db) -> Result<i64, StoreError> {
    Ok(each!(db, |c| login_failures::table.find(COUNTER).select(login_failures::failures).get_result(c))?)
}

/// Adds one to the counter.
pub fn increment(db: &mut Db) -> Result<(), StoreError> {
    each!(db, |c| diesel::update(login_failures::table.find(COUNTER))
        .set(login_failures::failures.eq(login_failures::failures + 1))
        .execute(c))?;
    Ok(())
}
