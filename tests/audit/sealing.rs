//! Whatever is committed is sealed, once, by whoever comes first.

use std::sync::Arc;

use privyazka::audit::Sealer;
use privyazka::audit::chain::Anchor;
use tokio::task::JoinSet;

use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::{World, record};

on_each_database![
    t55_events_are_sealed_in_the_order_of_sealing_whatever_their_numbers,
    t55_eight_writers_and_three_sealers_make_one_chain,
    t55_the_tables_refuse_every_change,
    t55_events_from_before_the_chain_are_sealed_first,
];

async fn t55_events_are_sealed_in_the_order_of_sealing_whatever_their_numbers(database: &TestDatabase) {
    let world = World::with_events(database, 3).await;
    // A number that was given long before and comes into view only now.
    let late = world.store.write(|db| {
        crate::world::run(
            db,
            "INSERT INTO audit_events (id, occurred_at, kind, actor, details, request_id, address) \
             SELECT -5, occurred_at, kind, actor, details, request_id, address FROM audit_events WHERE id = 1",
        )
    });
    late.await.unwrap();
    world.record(4..=4).await;
    assert_eq!(world.sealer.seal_waiting().await.unwrap(), 2);
    let report = world.verify().await;
    assert_eq!((report.breach, report.walked, report.unsealed), (None, 5, 0));
    assert_eq!(world.number("SELECT sequence AS value FROM audit_seals WHERE event_id = -5").await, 4);
}

/// Two transactions of PostgreSQL: the first takes its number and stays open while later ones are sealed.
#[cfg(feature = "test-postgres")]
#[test]
fn t55_an_event_that_commits_late_is_not_forgotten() {
    use diesel::connection::SimpleConnection as _;
    use diesel::{Connection as _, PgConnection};

    let database = TestDatabase::postgres();
    crate::support::database::block_on(async {
        let world = World::with_events(&database, 3).await;
        let mut late = PgConnection::establish(&database.url()).unwrap();
        late.batch_execute(
            "BEGIN; INSERT INTO audit_events (occurred_at, kind, actor, details, request_id, address) \
             VALUES (now(), 'session:sign_out:done', 'system', '{}', '', '')",
        )
        .unwrap();
        world.record(5..=6).await;
        assert_eq!(world.sealer.seal_waiting().await.unwrap(), 2, "what is committed does not wait for it");
        assert_eq!(world.verify().await.breach, None);
        late.batch_execute("COMMIT").unwrap();
        assert_eq!(world.sealer.seal_waiting().await.unwrap(), 1);
        let report = world.verify().await;
        assert_eq!((report.breach, report.walked, report.unsealed), (None, 6, 0));
        let number = "SELECT event_id AS value FROM audit_seals WHERE sequence = 6";
        assert_eq!(world.number(number).await, 4, "sealed last, with the number it was given first");
    });
}

/// A sealer holds its turn, as one that hangs would; another node neither waits nor doubles.
#[cfg(feature = "test-postgres")]
#[test]
fn t55_a_second_sealer_leaves_the_turn_to_the_first() {
    use diesel::connection::SimpleConnection as _;
    use diesel::{Connection as _, PgConnection};

    let database = TestDatabase::postgres();
    crate::support::database::block_on(async {
        let world = World::new(&database);
        world.record(1..=3).await;
        let mut first = PgConnection::establish(&database.url()).unwrap();
        first.batch_execute("BEGIN; SELECT id FROM audit_sealers WHERE id = 1 FOR UPDATE").unwrap();
        assert_eq!(world.sealer.seal_waiting().await.unwrap(), 0);
        assert_eq!(world.verify().await.unsealed, 3);
        // Killed in the middle: its transaction is gone, and with it its turn.
        drop(first);
        let patience = std::time::Instant::now();
        while world.sealer.seal_waiting().await.unwrap() == 0 {
            assert!(patience.elapsed() < std::time::Duration::from_secs(30), "the turn is never given back");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let report = world.verify().await;
        assert_eq!((report.breach, report.walked, report.unsealed), (None, 3, 0));
    });
}

async fn t55_eight_writers_and_three_sealers_make_one_chain(database: &TestDatabase) {
    const WRITERS: usize = 8;
    let world = Arc::new(World::new(database));
    let each = rounds(125, 1_250);
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, clock) = (world.store.clone(), world.clock.clone());
        writers.spawn(async move {
            for event in 0..each {
                let (now, number) = (clock.now(), u16::try_from(writer * 1_250 + event).unwrap());
                store.write(move |db| record(db, now, number)).await.unwrap();
            }
        });
    }
    let (done, told) = tokio::sync::watch::channel(false);
    let mut sealers = JoinSet::new();
    for _ in 0..3 {
        // Another process would have a store of its own.
        let sealer = Sealer::new(database.open(), world.clock.clone());
        let told = told.clone();
        sealers.spawn(async move {
            let mut sealed = 0;
            while !*told.borrow() {
                sealed += sealer.seal_waiting().await.unwrap();
                tokio::task::yield_now().await;
            }
            sealed
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    done.send(true).unwrap();
    let mut sealed = 0;
    while let Some(ended) = sealers.join_next().await {
        sealed += ended.unwrap();
    }
    sealed += world.sealer.seal_waiting().await.unwrap();
    assert_eq!(sealed, WRITERS * each, "each event once");
    let report = world.verify().await;
    assert_eq!((report.breach, report.walked, report.unsealed), (None, (WRITERS * each) as u64, 0));
}

async fn t55_the_tables_refuse_every_change(database: &TestDatabase) {
    let world = World::with_events(database, 3).await;
    world.record_sign_out().await;
    let mut changes = vec![
        "UPDATE audit_seals SET sealed_at = sealed_at",
        "DELETE FROM audit_seals",
        "DELETE FROM audit_events WHERE id = 1",
        "DELETE FROM audit_unsealed",
        "UPDATE audit_unsealed SET event_id = event_id + 100",
    ];
    if database.sqlite_file().is_none() {
        changes.extend(["TRUNCATE audit_events", "TRUNCATE audit_seals", "TRUNCATE audit_unsealed"]);
    }
    for change in changes {
        let refused = world.store.write(move |db| crate::world::run(db, change)).await.expect_err(change);
        assert!(refused.to_string().contains("append-only"), "{change}: {refused}");
    }
    // With a checkpoint behind the second record, these two may go; the third may not.
    let checkpoint = "INSERT INTO audit_checkpoints (sequence, hash, created_at) \
                      SELECT sequence, hash, sealed_at FROM audit_seals WHERE sequence = 2";
    world.store.write(move |db| crate::world::run(db, checkpoint)).await.unwrap();
    for (change, allowed) in [
        ("DELETE FROM audit_events WHERE id = 3", false),
        ("DELETE FROM audit_seals WHERE sequence = 3", false),
        ("DELETE FROM audit_events WHERE id <= 2", true),
        ("DELETE FROM audit_seals WHERE sequence <= 2", true),
        ("UPDATE audit_checkpoints SET sequence = 3", false),
        ("DELETE FROM audit_checkpoints", false),
    ] {
        let result = world.store.write(move |db| crate::world::run(db, change)).await;
        assert_eq!(result.is_ok(), allowed, "{change}: {result:?}");
    }
}

async fn t55_events_from_before_the_chain_are_sealed_first(database: &TestDatabase) {
    let world = World::new(database);
    world.record(1..=700).await;
    assert_eq!(world.sealer.head().await.unwrap(), Anchor::START);
    // More than a slice at once.
    assert_eq!(world.sealer.seal_waiting().await.unwrap(), 700);
    assert_eq!(world.verify().await.walked, 700);
}
