//! Tables stay bounded: what has run out is swept, and the room it took is used again.

use std::sync::Arc;

use chrono::Duration;
use privyazka::config::retention::RetentionSettings;
use privyazka::directory::catalog::DirectoryCatalog;
use privyazka::housekeeping::Housekeeping;
use privyazka::platform::clock::{Clock, Timestamp};
use privyazka::store::outbox_entries::{self, NewEntry};
use privyazka::store::{Db, Store, StoreError};

use super::data::number;
use super::support::database::{TestDatabase, block_on, on_each_database};
use super::support::scale::rounds;
use super::trips::begin;

on_each_database![t70_letters_are_forgotten_ninety_days_after_their_end];

#[test]
fn t70_trips_that_were_begun_and_left_take_no_more_room_on_sqlite() {
    block_on(trips_that_were_begun_and_left_take_no_more_room(&TestDatabase::sqlite()));
}

/// With a cluster of its own: a transaction of another test, even in another database, would keep
/// PostgreSQL from using the pages of an index again.
#[cfg(feature = "test-postgres")]
#[test]
fn t70_trips_that_were_begun_and_left_take_no_more_room_on_postgres() {
    let cluster = super::support::postgres::Cluster::of_one_test();
    let database = TestDatabase::at(cluster.migrated_url());
    block_on(trips_that_were_begun_and_left_take_no_more_room(&database));
}

/// The clean-up over a clock of the test.
async fn housekeeping(store: &Store, clock: &Clock) -> Housekeeping {
    let catalog = Arc::new(DirectoryCatalog::load(store).await.unwrap());
    Housekeeping::new(store.clone(), clock.clone(), catalog, Vec::new(), RetentionSettings::default())
}

async fn count(store: &Store, table: &str) -> i64 {
    let query = format!("SELECT count(*) AS value FROM {table}");
    store.read(move |db| number(db, &query)).await.unwrap()
}

/// Bytes of the table with its indexes; on SQLite the pages of the whole database.
async fn size(store: &Store) -> i64 {
    let size = |db: &mut Db| match db {
        Db::Sqlite(_) => number(db, "SELECT page_count AS value FROM pragma_page_count()"),
        #[cfg(feature = "postgres")]
        Db::Pg(_) => number(db, "SELECT pg_total_relation_size('authorization_requests') AS value"),
    };
    store.read(size).await.unwrap()
}

/// What PostgreSQL does by itself when enough rows are gone; here at a known moment. It cannot run within
/// a transaction, so it has a connection of its own.
async fn let_the_room_be_used_again(database: &TestDatabase) {
    #[cfg(feature = "test-postgres")]
    if database.sqlite_file().is_none() {
        use diesel::Connection as _;
        use diesel::connection::SimpleConnection as _;
        let mut connection = diesel::PgConnection::establish(&database.url()).unwrap();
        connection.batch_execute("VACUUM authorization_requests").unwrap();
    }
    let _ = database;
}

async fn begin_many(store: &Store, round: usize, trips: usize, expires_at: Timestamp) {
    for first in (0..trips).step_by(1000) {
        let last = (first + 1000).min(trips);
        let begun = store.write(move |db| -> Result<(), StoreError> {
            (first..last).try_for_each(|trip| begin(db, &format!("{round}-{trip}"), expires_at))
        });
        begun.await.unwrap();
    }
}

async fn trips_that_were_begun_and_left_take_no_more_room(database: &TestDatabase) {
    let (store, clock) = (database.open(), Clock::manual(Clock::system().now()));
    let housekeeping = housekeeping(&store, &clock).await;
    let trips = rounds(3_000, 200_000);
    let mut sizes = Vec::new();
    for round in 0..6 {
        begin_many(&store, round, trips, clock.now() + Duration::minutes(20)).await;
        assert_eq!(count(&store, "authorization_requests").await, trips as i64);
        sizes.push(size(&store).await);
        clock.advance(Duration::minutes(79));
        housekeeping.round().await;
        assert_eq!(count(&store, "authorization_requests").await, trips as i64, "kept for an hour");
        clock.advance(Duration::minutes(2));
        housekeeping.round().await;
        assert_eq!(count(&store, "authorization_requests").await, 0);
        let_the_room_be_used_again(database).await;
    }
    // PostgreSQL uses an index's page again only when nobody can still be reading it: it settles at about
    // one and a half times the room of the first round. Without a sweep it would be six times.
    let limit = if database.sqlite_file().is_some() { 105 } else { 250 };
    assert!(sizes.iter().all(|size| size * 100 <= sizes[0] * limit), "{sizes:?}");
}

async fn t70_letters_are_forgotten_ninety_days_after_their_end(database: &TestDatabase) {
    let (store, clock) = (database.open(), Clock::manual(Clock::system().now()));
    let now = clock.now();
    let letters = ["sent", "dead", "waiting"];
    let kept = store.write(move |db| {
        for uid in letters {
            let letter_sealed = b"sealed";
            let entry =
                NewEntry { uid, kind: "linked", profile: None, link: None, letter_sealed, created_at: now };
            outbox_entries::insert(db, &entry)?;
        }
        let leases = outbox_entries::lease_due(db, now, now + Duration::seconds(90), 2)?;
        outbox_entries::close_sent(db, &[leases[0].lease.id], now)?;
        outbox_entries::close_dead(db, &leases[1].lease, now, "greeting 550")
    });
    assert!(kept.await.unwrap());
    let housekeeping = housekeeping(&store, &clock).await;
    clock.advance(Duration::days(90));
    housekeeping.round().await;
    assert_eq!(count(&store, "outbox_entries").await, 3);
    clock.advance(Duration::days(1));
    housekeeping.round().await;
    assert_eq!(
        count(&store, "outbox_entries").await,
        1,
        "one that was given up meanwhile has its own ninety days"
    );
}
