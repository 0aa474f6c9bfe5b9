//! What the tables themselves refuse, whatever the code above them does.

use diesel::prelude::*;
use privyazka::each;
use privyazka::store::schema::{audit_events, links};
use privyazka::store::{Db, StoreError};

use super::data::{
    insert_event, insert_link, insert_organisation, insert_profile, insert_region, insert_subject, moment,
    run,
};
use super::support::database::{TestDatabase, on_each_database};

on_each_database![
    a_unique_violation_is_a_conflict,
    a_foreign_key_is_enforced,
    t27_a_profile_has_one_link_that_holds_its_slot,
    t27_a_subject_may_have_many_profiles,
    t55_audit_events_are_append_only,
    times_come_back_equal,
];

async fn a_unique_violation_is_a_conflict(database: &TestDatabase) {
    let store = database.open();
    store.write(|db| insert_region(db, "Челябинская область")).await.expect("the first is free");
    let second = store.write(|db| insert_region(db, "Челябинская область")).await;
    assert!(matches!(second, Err(StoreError::Conflict(_))), "{second:?}");
    store.write(|db| insert_region(db, "Томская область")).await.expect("a conflict leaves nothing broken");
}

async fn a_foreign_key_is_enforced(database: &TestDatabase) {
    let orphan = database.open().write(|db| insert_profile(db, 4711, "teacher")).await;
    assert!(matches!(orphan, Err(StoreError::Failed(_))), "{orphan:?}");
}

/// A profile and two persons of ESIA.
fn insert_people(db: &mut Db) -> Result<(i64, i64, i64), StoreError> {
    let organisation = insert_organisation(db)?;
    let profile = insert_profile(db, organisation, "teacher")?;
    Ok((profile, insert_subject(db, 1_000_001)?, insert_subject(db, 1_000_002)?))
}

async fn t27_a_profile_has_one_link_that_holds_its_slot(database: &TestDatabase) {
    let store = database.open();
    let (profile, first, second) = store.write(insert_people).await.expect("writes");
    for held in ["active", "frozen", "suspended"] {
        let link =
            store.write(move |db| insert_link(db, profile, first, held)).await.expect("the slot is free");
        for (subject, wanted) in
            [(first, "active"), (second, "active"), (second, "frozen"), (first, "suspended")]
        {
            let refused = store.write(move |db| insert_link(db, profile, subject, wanted)).await;
            assert!(matches!(refused, Err(StoreError::Conflict(_))), "{held}, then {wanted}: {refused:?}");
        }
        store.write(move |db| insert_link(db, profile, second, "removed")).await.expect("history is free");
        let end = move |db: &mut Db| {
            let removed = (links::status.eq("removed"), links::ended_at.eq(Some(moment())));
            Ok(each!(db, |c| diesel::update(links::table.find(link)).set(removed).execute(c))?)
        };
        assert_eq!(store.write(end).await.expect("writes"), 1);
    }
}

async fn t27_a_subject_may_have_many_profiles(database: &TestDatabase) {
    let store = database.open();
    let link_two = |db: &mut Db| {
        let organisation = insert_organisation(db)?;
        let subject = insert_subject(db, 1_000_001)?;
        for login in ["teacher", "anna"] {
            let profile = insert_profile(db, organisation, login)?;
            insert_link(db, profile, subject, "active")?;
        }
        Ok(())
    };
    store.write(link_two).await.expect("two profiles of one person");
}

async fn t55_audit_events_are_append_only(database: &TestDatabase) {
    let store = database.open();
    let event = store.write(insert_event).await.expect("writes");
    for change in [
        "UPDATE audit_events SET actor = 'nobody'",
        "UPDATE audit_events SET details = details",
        "DELETE FROM audit_events",
    ] {
        let refused = store.write(move |db| run(db, change)).await.expect_err(change);
        assert!(refused.to_string().contains("append-only"), "{change}: {refused}");
    }
    let kept = move |db: &mut Db| {
        Ok(each!(db, |c| audit_events::table
            .find(event)
            .select(audit_events::actor)
            .get_result::<String>(c))?)
    };
    assert_eq!(store.read(kept).await.unwrap(), "profile:1");
}

async fn times_come_back_equal(database: &TestDatabase) {
    let store = database.open();
    let event = store.write(insert_event).await.expect("writes");
    let read = move |db: &mut Db| {
        Ok(each!(db, |c| audit_events::table
            .find(event)
            .select(audit_events::occurred_at)
            .get_result::<chrono::NaiveDateTime>(c))?)
    };
    assert_eq!(store.read(read).await.unwrap(), moment());
    // The same moment finds it again, and a microsecond decides what is earlier.
    let count = |until: chrono::NaiveDateTime| {
        move |db: &mut Db| {
            let found = audit_events::table.filter(audit_events::occurred_at.le(until)).count();
            Ok(each!(db, |c| found.get_result::<i64>(c))?)
        }
    };
    let microsecond = chrono::TimeDelta::microseconds(1);
    assert_eq!(store.read(count(moment())).await.unwrap(), 1);
    assert_eq!(store.read(count(moment() - microsecond)).await.unwrap(), 0);
    // SQLite compares times as text: a moment without a fraction must sort before one with it.
    let whole_second = chrono::DateTime::from_timestamp(1_793_000_000, 0).expect("valid").naive_utc();
    assert_eq!(store.read(count(whole_second)).await.unwrap(), 0);
    assert_eq!(store.read(count(whole_second + chrono::TimeDelta::seconds(1))).await.unwrap(), 1);
}
