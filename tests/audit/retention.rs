//! What was kept long enough is destroyed, and the record of it stays (T59).

use chrono::Duration;
use privyazka::audit::chain::Anchor;
use privyazka::config::retention::RetentionSettings;
use privyazka::retention::Retention;
use privyazka::store::outbox_entries::{self, NewEntry};

use crate::data::{insert_organisation, insert_profile};
use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, run};

on_each_database![
    t59_what_was_kept_long_enough_goes_and_its_record_stays,
    t59_what_operators_did_goes_after_its_time_with_a_record_of_each_kind,
    t59_the_audits_past_goes_and_the_chain_still_verifies,
    t59_a_broken_audit_is_not_destroyed,
];

fn retention(world: &World) -> Retention {
    Retention::new(world.store.clone(), world.clock.clone(), RetentionSettings::default())
}

const ROWS: &str = "SELECT (SELECT count(*) FROM authorization_requests) + (SELECT count(*) FROM browser_sessions) + \
                    (SELECT count(*) FROM outbox_entries) AS value";

/// A profile with a trip, a session, a letter that was sent and one that never was, all over by now.
async fn traces(world: &World) -> i64 {
    let now = world.clock.now();
    let written = world.store.write(move |db| {
        let organisation = insert_organisation(db)?;
        let profile = insert_profile(db, organisation, "teacher")?;
        let at = now.naive_utc().format("%Y-%m-%d %H:%M:%S%.6f");
        let (digest, no) = match db {
            privyazka::store::Db::Sqlite(_) => ("x'00'", "0"),
            #[cfg(feature = "postgres")]
            privyazka::store::Db::Pg(_) => ("'\\x00'", "FALSE"),
        };
        run(
            db,
            &format!(
                "INSERT INTO browser_sessions (token_digest, profile_id, stage, way, shared_computer, place, created_at, \
                 authenticated_at, last_seen_at, idle_seconds, expires_at) VALUES ({digest}, {profile}, 'full', \
                 'password', {no}, 'Firefox', '{at}', '{at}', '{at}', 60, '{at}'); \
                 INSERT INTO authorization_requests (reference, state_digest, cookie_digest, connection, purpose, \
                 profile_id, session_id, shared_computer, next_page, status, outcome, created_at, expires_at, closed_at) \
                 VALUES ('AAAA-0001', {digest}, {digest}, 'v3', 'link', {profile}, 1, {no}, 'settings', 'closed', \
                 'linked', '{at}', '{at}', '{at}')"
            ),
        )?;
        for uid in ["sent", "stuck"] {
            let profile = Some(privyazka::directory::ProfileId(profile));
            let entry =
                NewEntry { uid, kind: "linked", profile, link: None, letter_sealed: b"sealed", created_at: now };
            outbox_entries::insert(db, &entry)?;
        }
        let leases = outbox_entries::lease_due(db, now, now + Duration::seconds(90), 1)?;
        outbox_entries::close_sent(db, &[leases[0].lease.id], now)?;
        Ok(profile)
    });
    written.await.unwrap()
}

async fn t59_what_was_kept_long_enough_goes_and_its_record_stays(database: &TestDatabase) {
    let world = World::new(database);
    let profile = traces(&world).await;
    let retention = retention(&world);
    world.clock.advance(Duration::days(30));
    retention.round().await;
    assert_eq!(world.number(ROWS).await, 4);
    assert_eq!(
        world.number("SELECT count(*) AS value FROM audit_events").await,
        0,
        "nothing gone, no record"
    );

    let unsent = "SELECT count(*) AS value FROM outbox_entries WHERE letter_sealed IS NOT NULL";
    assert_eq!(world.number(unsent).await, 1);
    world.clock.advance(Duration::days(1));
    retention.round().await;
    assert_eq!(world.number(unsent).await, 0, "the content of a letter that was never sent");

    world.clock.advance(Duration::days(59));
    retention.round().await;
    assert_eq!(world.number(ROWS).await, 4, "ninety days and no moment more");
    world.clock.advance(Duration::hours(23));
    retention.round().await;
    assert_eq!(world.number(ROWS).await, 4, "one round a day");
    world.clock.advance(Duration::hours(1));
    retention.round().await;
    // The one that was given up after thirty days ended later than the others.
    assert_eq!(world.number(ROWS).await, 1);
    world.clock.advance(Duration::days(31));
    retention.round().await;
    assert_eq!(world.number(ROWS).await, 0);

    let records = world.store.read(|db| {
        let rows: Vec<(String, String)> = {
            use diesel::prelude::*;
            use privyazka::store::schema::audit_events;
            let query = audit_events::table
                .order(audit_events::id)
                .select((audit_events::kind, audit_events::details));
            privyazka::each!(db, |c| query.load(c))?
        };
        Ok(rows)
    });
    let records = records.await.unwrap();
    let kinds: Vec<&str> = records.iter().map(|(kind, _)| kind.as_str()).collect();
    let expected = ["letter_bodies", "attempts", "sessions", "letters", "letters"];
    assert_eq!(kinds, expected.map(|kind| format!("data:{kind}:destroyed")));
    for (kind, details) in &records {
        let details: serde_json::Value = serde_json::from_str(details).unwrap();
        assert_eq!(details["profiles"], serde_json::json!([profile]), "{kind}: whose");
        assert_eq!((&details["rows"], &details["reason"]), (&1.into(), &"expired".into()), "{kind}");
        assert_eq!(details["job"], "housekeeping");
        assert!(details["setting"].as_str().unwrap().starts_with("retention."), "{details}");
        assert_eq!(details["days"], if kind.contains("bodies") { 30 } else { 90 });
    }
}

/// One of each thing that the helpdesk keeps, over by now; cases and deeds are kept longer than codes.
async fn t59_what_operators_did_goes_after_its_time_with_a_record_of_each_kind(database: &TestDatabase) {
    let world = World::new(database);
    let now = world.clock.now();
    let written = world.store.write(move |db| {
        let organisation = insert_organisation(db)?;
        let profile = insert_profile(db, organisation, "teacher")?;
        let at = now.naive_utc().format("%Y-%m-%d %H:%M:%S%.6f");
        let (digest, no) = match db {
            privyazka::store::Db::Sqlite(_) => ("x'00'", "0"),
            #[cfg(feature = "postgres")]
            privyazka::store::Db::Pg(_) => ("'\\x00'", "FALSE"),
        };
        run(
            db,
            &format!(
                "INSERT INTO operators (id, uid, login, login_key, name, role, area_kind, area_id, needs_esia, \
                 must_change_password, created_at) VALUES \
                 (1, 'o1', 'one', 'one', 'Имя', 'senior', 'region', 1, {no}, {no}, '{at}'); \
                 INSERT INTO esia_subjects (id, issuer, subject, touched_at) \
                 VALUES (1, 'http://esia.example/', 7, '{at}'); \
                 INSERT INTO links (id, profile_id, esia_subject_id, status, level, holder, created_at, ended_at) \
                 VALUES (1, {profile}, 1, 'removed', 'confirmed', 'А.', '{at}', '{at}'); \
                 INSERT INTO cases (id, uid, number, profile_id, source, state, due_on, created_at, changed_at, \
                 closed_at) VALUES (1, 'c', 'AAAA-0001', {profile}, 'report', 'closed', '2026-03-01', '{at}', '{at}', \
                 '{at}'); \
                 INSERT INTO case_entries (uid, case_id, kind, state, created_at) \
                 VALUES ('e', 1, 'state', 'closed', '{at}'); \
                 INSERT INTO operator_deeds (uid, number, kind, profile_id, link_id, operator_id, comment_sealed, \
                 was_disputed, created_at) VALUES \
                 ('d', 'AAAA-0002', 'freeze', {profile}, 1, 1, {digest}, {no}, '{at}'); \
                 INSERT INTO approvals (uid, number, kind, area_kind, area_id, profile_id, link_id, reason, \
                 comment_sealed, asked_by, asked_at, expires_at, state, decided_at) VALUES \
                 ('a', 'AAAA-0003', 'unlink', 'organisation', 1, {profile}, 1, 'other', {digest}, 1, '{at}', '{at}', \
                 'expired', '{at}'); \
                 INSERT INTO undo_tokens (token_digest, profile_id, created_at, expires_at) \
                 VALUES ({digest}, {profile}, '{at}', '{at}'); \
                 INSERT INTO secret_issues (uid, form_digest, operator_id, kind, comment_sealed, created_at) \
                 VALUES ('s', {digest}, 1, 'code', {digest}, '{at}'); \
                 INSERT INTO linking_codes (profile_id, code_digest, issue_id, created_at, expires_at, ended_at, \
                 end_reason) VALUES ({profile}, {digest}, 1, '{at}', '{at}', '{at}', 'used'); \
                 INSERT INTO operator_sessions (token_digest, operator_id, stage, place, created_at, \
                 authenticated_at, last_seen_at, expires_at) \
                 VALUES ({digest}, 1, 'full', 'Firefox', '{at}', '{at}', '{at}', '{at}')"
            ),
        )
    });
    written.await.unwrap();
    let retention = retention(&world);
    let kept = async |tables: &[&str]| {
        let mut rows = 0;
        for table in tables {
            let sql: &'static str = format!("SELECT count(*) AS value FROM {table}").leak();
            rows += world.number(sql).await;
        }
        rows
    };
    let short = ["undo_tokens", "secret_issues", "linking_codes", "operator_sessions"];
    let long = ["cases", "case_entries", "operator_deeds", "approvals"];
    world.clock.advance(Duration::days(90));
    retention.round().await;
    assert_eq!((kept(&short).await, kept(&long).await), (4, 4), "ninety days and no moment more");
    world.clock.advance(Duration::days(1));
    retention.round().await;
    assert_eq!((kept(&short).await, kept(&long).await), (0, 4));
    world.clock.advance(Duration::days(1005));
    retention.round().await;
    assert_eq!(kept(&long).await, 4, "three years and a day");
    world.clock.advance(Duration::days(1));
    retention.round().await;
    assert_eq!(kept(&long).await, 0);
    for (kind, records) in [("codes", 3), ("sessions", 1), ("cases", 1), ("deeds", 2)] {
        let sql = format!("SELECT count(*) AS value FROM audit_events WHERE kind = 'data:{kind}:destroyed'");
        assert_eq!(world.number(sql.leak()).await, records, "{kind}");
    }
}

async fn t59_the_audits_past_goes_and_the_chain_still_verifies(database: &TestDatabase) {
    // More than a slice.
    let world = World::with_events(database, 700).await;
    let old = world.sealer.head().await.unwrap();
    world.clock.advance(Duration::days(1000));
    world.record(701..=705).await;
    world.sealer.seal_waiting().await.unwrap();
    let kept = world.sealer.head().await.unwrap();
    let retention = retention(&world);
    retention.round().await;
    assert_eq!(world.verify().await.walked, 705, "nothing is old enough");

    world.clock.advance(Duration::days(97));
    retention.round().await;
    // Its records are not sealed yet, and cover the checkpoint all the same.
    let report = world.verify_against(&[old, kept]).await;
    assert_eq!((report.breach, report.begin, report.walked, report.unsealed), (None, old, 5, 2));
    world.sealer.seal_waiting().await.unwrap();
    let report = world.verify_against(&[Anchor { sequence: 3, ..old }, kept]).await;
    assert_eq!((report.breach, report.begin, report.walked, report.unsealed), (None, old, 7, 0));
    assert_eq!(report.too_old.len(), 1);
    assert_eq!(world.number("SELECT count(*) AS value FROM audit_events WHERE id <= 700").await, 0);
    assert_eq!(world.number("SELECT count(*) AS value FROM audit_seals WHERE sequence <= 700").await, 0);

    // Years later everything from then is gone too, but for the records of this last destruction.
    world.clock.advance(Duration::days(1097));
    retention.round().await;
    world.sealer.seal_waiting().await.unwrap();
    let report = world.verify().await;
    assert_eq!((report.breach, report.walked), (None, 1));
    // The beginning is as safe as the rest.
    world
        .attack(&format!(
            "DELETE FROM audit_events; DELETE FROM audit_seals WHERE sequence = {}",
            report.head.sequence
        ))
        .await;
    assert!(world.complaint().await.contains("no record of destruction covers them"));
}

async fn t59_a_broken_audit_is_not_destroyed(database: &TestDatabase) {
    let world = World::with_events(database, 9).await;
    world.attack("UPDATE audit_events SET actor = 'system' WHERE id = 4").await;
    world.clock.advance(Duration::days(1100));
    retention(&world).round().await;
    assert_eq!(world.number("SELECT count(*) AS value FROM audit_events").await, 9);
    assert_eq!(world.complaint().await, "record 4, event 4: changed");
}
