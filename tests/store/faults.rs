//! The database fails under the store's feet: each fault is an answer, and the store goes on when it has
//! passed, without a restart (`docs/security.md`, T74).

use std::time::{Duration, Instant};

use privyazka::store::{Db, Store, StoreError};

use super::data::{count_regions, insert_region, number, run};
use super::support::database::{TestDatabase, block_on, on_each_database};

on_each_database![
    t74_a_full_disk_is_unavailable_and_passes,
    t74_a_lock_held_by_somebody_else_is_unavailable_and_passes,
    t74_a_transaction_the_database_ended_is_an_error_and_passes,
    t74_a_read_only_database_is_unavailable_and_passes,
];

fn open_with_connections(database: &TestDatabase, pool_size: u32) -> Store {
    let mut settings = database.settings();
    settings.pool_size = pool_size;
    Store::open(&settings).expect("opens")
}

async fn t74_a_full_disk_is_unavailable_and_passes(database: &TestDatabase) {
    if database.sqlite_file().is_none() {
        // PostgreSQL has no setting for it; what its server says of a full disk stands in its message.
        let store = database.open();
        let full = store
            .write(|db| {
                run(db, "DO $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$")
            })
            .await;
        assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
        return store
            .write(|db| insert_region(db, "Томская область"))
            .await
            .map(drop)
            .expect("it has passed");
    }
    let store = database.open();
    let limit = |pages: i64| move |db: &mut Db| run(db, &format!("PRAGMA max_page_count = {pages}"));
    let used =
        store.read(|db| number(db, "SELECT page_count AS value FROM pragma_page_count")).await.unwrap();
    store.write(limit(used)).await.expect("a setting of the writing connection");

    let large = |db: &mut Db| insert_region(db, &"я".repeat(200_000));
    let full = store.write(large).await;
    assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
    assert_eq!(store.read(count_regions).await.unwrap(), 0);

    store.write(limit(1_000_000)).await.expect("the writer lives");
    store.write(large).await.expect("it has passed");
    assert_eq!(store.read(count_regions).await.unwrap(), 1);
}

async fn t74_a_lock_held_by_somebody_else_is_unavailable_and_passes(database: &TestDatabase) {
    let store = database.open();
    let somebody = Store::open_unmigrated(&database.settings()).expect("opens");
    let (locked, is_locked) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let holder = std::thread::spawn(move || {
        block_on(somebody.write(move |db| {
            insert_region(db, "Томская область")?;
            locked.send(()).expect("the test waits");
            may_go.recv().expect("the test lets it go");
            Ok(())
        }))
    });
    is_locked.recv().unwrap();
    let begun = Instant::now();
    let refused = store.write(|db| insert_region(db, "Томская область")).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(begun.elapsed() < Duration::from_secs(60), "a request waited {:?}", begun.elapsed());
    assert_eq!(store.read(count_regions).await.unwrap(), 0, "readers are not held up");
    go.send(()).unwrap();
    holder.join().unwrap().expect("it had the lock");
    store.write(|db| insert_region(db, "Челябинская область")).await.expect("it has passed");
}

/// SQLite may roll a whole transaction back by itself (disk full, input/output error); PostgreSQL ends
/// it with the connection (shutdown, an administrator).
async fn t74_a_transaction_the_database_ended_is_an_error_and_passes(database: &TestDatabase) {
    let store = open_with_connections(database, 1);
    let on_sqlite = database.sqlite_file().is_some();
    for round in 0..3 {
        let ended = store
            .write(move |db| {
                insert_region(db, "Томская область")?;
                let end =
                    if on_sqlite { "ROLLBACK" } else { "SELECT pg_terminate_backend(pg_backend_pid())" };
                run(db, end)
            })
            .await;
        assert!(ended.is_err(), "nothing of it is kept, so it must not be acknowledged");
        store.write(move |db| insert_region(db, &format!("Область {round}"))).await.expect("it has passed");
        assert_eq!(store.read(count_regions).await.unwrap(), round + 1);
    }
}

async fn t74_a_read_only_database_is_unavailable_and_passes(database: &TestDatabase) {
    let store = database.open();
    let on_sqlite = database.sqlite_file().is_some();
    let refused = store
        .write(move |db| {
            run(
                db,
                if on_sqlite { "PRAGMA query_only = ON" } else { "SET LOCAL transaction_read_only = on" },
            )?;
            let inserted = insert_region(db, "Томская область");
            if on_sqlite {
                run(db, "PRAGMA query_only = OFF")?;
            }
            inserted
        })
        .await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    store.write(|db| insert_region(db, "Челябинская область")).await.expect("it has passed");
    assert_eq!(store.read(count_regions).await.unwrap(), 1);
}

/// After a restart of the server every pooled connection is dead; they must not fail one request each.
#[cfg(feature = "test-postgres")]
#[test]
fn t74_a_restarted_postgresql_fails_one_request_at_most() {
    let database = TestDatabase::postgres();
    block_on(async {
        let store = open_with_connections(&database, 8);
        // Opens all eight: none is given back before the last is taken.
        let all_taken = std::sync::Arc::new(std::sync::Barrier::new(8));
        let take = |_| {
            let all_taken = all_taken.clone();
            store.read(move |_| {
                all_taken.wait();
                Ok(())
            })
        };
        for taken in futures_util::future::join_all((0..8).map(take)).await {
            taken.expect("eight connections");
        }
        let administrator = Store::open_unmigrated(&database.settings()).expect("opens");
        administrator
            .read(|db| {
                run(
                    db,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()",
                )
            })
            .await
            .expect("a superuser may");
        let mut failures = 0;
        for number in 0..16 {
            let read = store.read(count_regions).await;
            let written = store.write(move |db| insert_region(db, &format!("Область {number}"))).await;
            for error in [read.err(), written.err()].into_iter().flatten() {
                assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
                failures += 1;
            }
        }
        assert!(failures <= 1, "{failures} requests failed");
    });
}
