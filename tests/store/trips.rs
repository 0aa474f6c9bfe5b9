//! What housekeeping does with trips to ESIA that came to no end.

use chrono::Duration;
use privyazka::error_code::OutcomeCode;
use privyazka::federation::{Outcome, Purpose, RequestState};
use privyazka::platform::clock::{Clock, Timestamp};
use privyazka::platform::secret::Digest;
use privyazka::store::authorization_requests::{self as trips, NewRequest};
use privyazka::store::{Db, StoreError};

use super::support::database::{TestDatabase, on_each_database};

on_each_database![
    an_identity_nobody_confirmed_is_wiped_when_its_trip_has_run_out,
    t70_trips_nobody_came_back_from_are_deleted_in_slices,
];

pub fn begin(db: &mut Db, reference: &str, expires_at: Timestamp) -> Result<(), StoreError> {
    let new = NewRequest {
        reference: reference.into(),
        state_digest: Digest::of(reference.as_bytes()),
        cookie_digest: Digest::of(b"cookie"),
        ticket_digest: None,
        connection: "test".into(),
        purpose: Purpose::SignIn,
        shared_computer: false,
        next_page: "",
        created_at: expires_at - Duration::minutes(20),
        expires_at,
    };
    trips::insert(db, &new).map(drop)
}

fn verify(db: &mut Db, reference: &str, now: Timestamp) -> Result<(), StoreError> {
    let id = trips::find_by_reference(db, reference)?.expect("it was stored").id;
    assert!(trips::claim(db, id, now)? && trips::keep_identity(db, id, b"sealed")?);
    Ok(())
}

async fn an_identity_nobody_confirmed_is_wiped_when_its_trip_has_run_out(database: &TestDatabase) {
    let (store, now) = (database.open(), Clock::system().now());
    let (over, open) = (now - Duration::seconds(1), now + Duration::seconds(1));
    let closed = store.write(move |db| {
        for (reference, end) in [("OVER-0001", over), ("OPEN-0001", open), ("AWAY-0001", over)] {
            begin(db, reference, end)?;
        }
        verify(db, "OVER-0001", over)?;
        verify(db, "OPEN-0001", over)?;
        trips::close_expired(db, now, 10)
    });
    assert_eq!(closed.await.unwrap(), 1);
    let state = |reference: &'static str| {
        let found = store.read(move |db| trips::find_by_reference(db, reference));
        async { found.await.unwrap().expect("it is kept").state }
    };
    let expired = RequestState::Closed { outcome: Outcome::Refused(OutcomeCode::Expired), session: None };
    assert_eq!(state("OVER-0001").await, expired);
    assert_eq!(state("OPEN-0001").await, RequestState::Verified { identity_sealed: b"sealed".to_vec() });
    assert_eq!(state("AWAY-0001").await, RequestState::Pending, "nobody has come back yet");
}

async fn t70_trips_nobody_came_back_from_are_deleted_in_slices(database: &TestDatabase) {
    let (store, now) = (database.open(), Clock::system().now());
    let deleted = store.write(move |db| {
        for number in 0..5 {
            begin(db, &format!("AWAY-{number:04}"), now - Duration::hours(2))?;
        }
        begin(db, "BACK-0001", now - Duration::hours(2))?;
        verify(db, "BACK-0001", now - Duration::hours(2))?;
        let first = trips::delete_abandoned(db, now, 3)?;
        Ok((first, trips::delete_abandoned(db, now, 3)?, trips::delete_abandoned(db, now, 3)?))
    });
    assert_eq!(deleted.await.unwrap(), (3, 2, 0));
    let kept = store.read(|db| trips::find_by_reference(db, "BACK-0001")).await.unwrap();
    assert!(kept.is_some(), "one that somebody came back from tells what went wrong");
}
