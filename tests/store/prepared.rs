//! Statements of every request are prepared once for each connection, not at every execution.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use chrono::Duration;
use diesel::connection::{Connection as _, InstrumentationEvent};
use privyazka::directory::ProfileId;
use privyazka::each;
use privyazka::federation::{Outcome, RequestId};
use privyazka::identity::{Issuer, Subject};
use privyazka::linking::LinkId;
use privyazka::platform::secret::Digest;
use privyazka::sign_in::SessionId;
use privyazka::store::{
    Db, StoreError, approvals, authorization_requests, browser_sessions, known_browsers, linking_codes,
    links, login_failures, outbox_entries, password_recoveries, profiles,
};

use super::data::{insert_organisation, insert_profile, moment};
use super::support::database::{TestDatabase, on_each_database};

on_each_database![what_a_link_and_an_unlink_send_stays_prepared];

/// What was sent, and what was put into the cache of prepared statements.
#[derive(Default)]
struct Seen {
    sent: Vec<String>,
    kept: HashSet<String>,
}

fn watched(db: &mut Db, f: impl FnOnce(&mut Db) -> Result<(), StoreError>) -> Result<Seen, StoreError> {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let shared = Arc::clone(&seen);
    let note = move |event: InstrumentationEvent<'_>| {
        let mut seen = shared.lock().unwrap();
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                seen.sent.push(text.split(" -- binds: ").next().unwrap_or_default().to_owned());
            }
            InstrumentationEvent::CacheQuery { sql, .. } => {
                seen.kept.insert(sql.to_owned());
            }
            _ => {}
        }
    };
    each!(&mut *db, |c| c.set_instrumentation(note));
    let result = f(db);
    each!(&mut *db, |c| c.set_instrumentation(None::<fn(InstrumentationEvent<'_>)>));
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    result.map(|()| seen)
}

async fn what_a_link_and_an_unlink_send_stays_prepared(database: &TestDatabase) {
    let store = database.open();
    let seen = store.write(|db| {
        let school = insert_organisation(db)?;
        let profile = ProfileId(insert_profile(db, school, "anna")?);
        watched(db, |db| send_all(db, profile))
    });
    let seen = seen.await.unwrap();
    let anew: Vec<_> = seen.sent.iter().filter(|sql| !seen.kept.contains(*sql)).collect();
    assert!(anew.is_empty(), "prepared at every execution: {anew:#?}");
    assert!(seen.sent.iter().filter(|sql| sql.starts_with("UPDATE")).count() >= 14, "{:#?}", seen.sent);
}

/// Rows that are not there do: a statement is the same whatever it finds.
fn send_all(db: &mut Db, profile: ProfileId) -> Result<(), StoreError> {
    let now = moment().and_utc();
    let (trip, link, session) = (RequestId(1), LinkId(1), SessionId(1));
    let subject = Subject::from_number(1_000_000_001).unwrap();
    links::lock_subject(db, &Issuer::new("http://esia.example/"), subject, now)?;
    links::lock_profile(db, profile)?;
    links::remove(db, link, "operator", now)?;
    links::list_last(db, &[profile, ProfileId(2), ProfileId(3)])?;
    authorization_requests::claim(db, trip, now)?;
    authorization_requests::keep_identity(db, trip, b"sealed")?;
    authorization_requests::close(db, trip, Outcome::SignedIn, Some(session), now)?;
    authorization_requests::close_verified(db, trip, Outcome::Linked, now)?;
    authorization_requests::close_of_profile(db, profile, now)?;
    browser_sessions::touch(db, session, now)?;
    browser_sessions::keep_until(db, session, now)?;
    browser_sessions::end(db, session, now, "signed_out")?;
    browser_sessions::end_all_of_profile(db, profile, None, now, "unlink")?;
    known_browsers::remember(db, profile, &Digest::of(b"browser"), now)?;
    password_recoveries::mark_all_used(db, profile, now)?;
    linking_codes::void(db, &[profile], "linked", now)?;
    login_failures::count_try(db, &Digest::of(b"key"), now, Duration::hours(1))?;
    approvals::void_of_link(db, link, now)?;
    outbox_entries::cancel_about_link(db, link, now)?;
    outbox_entries::close_sent(db, &[1, 2, 3], now)?;
    profiles::list(db, &[profile, ProfileId(2), ProfileId(3)]).map(drop)
}
