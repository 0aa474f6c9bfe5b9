//! A write is all or nothing, also when its closure fails, panics or has rivals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::prelude::*;
use futures_util::future::join_all;
use privyazka::each;
use privyazka::store::schema::login_failures;
use privyazka::store::{Db, Store, StoreError};

use super::data::{count_regions, counter, increment, insert_counter, insert_region, run};
use super::support::database::{TestDatabase, on_each_database};
use super::support::scale::rounds;

on_each_database![
    an_error_in_a_write_keeps_nothing,
    a_failed_statement_in_a_write_keeps_nothing,
    a_panic_in_a_write_is_an_error_and_the_store_goes_on,
    a_panic_in_a_nested_transaction_loses_no_later_write,
    a_panic_in_a_read_is_an_error_and_the_store_goes_on,
    a_write_whose_caller_is_gone_stands_whole,
    a_conflict_among_concurrent_writes_takes_nobody_with_it,
    t75_concurrent_writes_all_succeed_and_count_exactly,
    t75_a_deadlock_is_tried_again,
    t75_a_full_pool_makes_others_wait_not_fail,
];

fn failed() -> StoreError {
    StoreError::Failed("on purpose".into())
}

async fn an_error_in_a_write_keeps_nothing(database: &TestDatabase) {
    let store = database.open();
    let answer: Result<(), _> = store
        .write(|db| {
            insert_region(db, "Челябинская область")?;
            assert_eq!(count_regions(db)?, 1, "a transaction sees its own rows");
            Err(failed())
        })
        .await;
    assert!(matches!(answer, Err(StoreError::Failed(text)) if text == "on purpose"));
    assert_eq!(store.read(count_regions).await.unwrap(), 0);
}

async fn a_failed_statement_in_a_write_keeps_nothing(database: &TestDatabase) {
    let store = database.open();
    let answer = store
        .write(|db| {
            insert_region(db, "Челябинская область")?;
            run(db, "INSERT INTO no_such_table VALUES (1)")
        })
        .await;
    assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
    assert_eq!(store.read(count_regions).await.unwrap(), 0);
    store.write(|db| insert_region(db, "Челябинская область")).await.expect("the store goes on");
}

/// A store of one connection, so that the next call gets the one that was left in the middle.
fn open_with_one_connection(database: &TestDatabase) -> Store {
    let mut settings = database.settings();
    settings.pool_size = 1;
    Store::open(&settings).expect("opens")
}

async fn a_panic_in_a_write_is_an_error_and_the_store_goes_on(database: &TestDatabase) {
    let store = open_with_one_connection(database);
    for round in 0..3 {
        let answer: Result<(), _> = store
            .write(|db| {
                insert_region(db, "Томская область")?;
                panic!("on purpose");
            })
            .await;
        assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
        store.write(move |db| insert_region(db, &format!("Область {round}"))).await.expect("goes on");
        assert_eq!(store.read(count_regions).await.unwrap(), round + 1);
    }
}

/// The panic leaves diesel's savepoint open below our transaction: a commit that closed only the
/// savepoint would acknowledge writes that are not kept.
async fn a_panic_in_a_nested_transaction_loses_no_later_write(database: &TestDatabase) {
    let store = open_with_one_connection(database);
    let answer: Result<(), _> = store
        .write(|db| {
            insert_region(db, "Томская область")?;
            each!(db, |c| c.transaction::<(), diesel::result::Error, _>(|_| panic!("on purpose")))?;
            Ok(())
        })
        .await;
    assert!(answer.is_err());
    store.write(|db| insert_region(db, "Челябинская область")).await.expect("goes on");
    drop(store);
    assert_eq!(database.open().read(count_regions).await.unwrap(), 1, "an acknowledged write is lost");
}

async fn a_panic_in_a_read_is_an_error_and_the_store_goes_on(database: &TestDatabase) {
    let store = open_with_one_connection(database);
    for _ in 0..3 {
        let answer: Result<(), _> = store.read(|_| panic!("on purpose")).await;
        assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
        assert_eq!(store.read(count_regions).await.unwrap(), 0);
    }
}

async fn a_write_whose_caller_is_gone_stands_whole(database: &TestDatabase) {
    let store = database.open();
    let (started, has_started) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel();
    let (took, has_taken) = std::sync::mpsc::channel();
    let write = {
        let store = store.clone();
        tokio::spawn(async move {
            store
                .write(move |db| {
                    insert_region(db, "Томская область")?;
                    started.send(()).expect("the test waits");
                    may_go.recv().expect("the test lets it go");
                    let region = insert_region(db, "Челябинская область")?;
                    took.send(()).expect("the test waits");
                    Ok(region)
                })
                .await
        })
    };
    tokio::task::yield_now().await;
    tokio::task::spawn_blocking(move || has_started.recv()).await.unwrap().unwrap();
    write.abort();
    assert!(write.await.unwrap_err().is_cancelled());
    go.send(()).unwrap();
    tokio::task::spawn_blocking(move || has_taken.recv()).await.unwrap().unwrap();
    // On SQLite the next write waits behind it. PostgreSQL's rival waits for the unique name.
    let rival = store.write(|db| insert_region(db, "Челябинская область")).await;
    assert!(matches!(rival, Err(StoreError::Conflict(_))), "{rival:?}");
    assert_eq!(store.read(count_regions).await.unwrap(), 2);
}

async fn a_conflict_among_concurrent_writes_takes_nobody_with_it(database: &TestDatabase) {
    let store = database.open();
    let names: Vec<String> = (0..64).map(|number| format!("Область {}", number % 48)).collect();
    let answers =
        join_all(names.into_iter().map(|name| store.write(move |db| insert_region(db, &name)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 48);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(StoreError::Conflict(_)))).count(), 16);
    assert_eq!(store.read(count_regions).await.unwrap(), 48);
}

async fn t75_concurrent_writes_all_succeed_and_count_exactly(database: &TestDatabase) {
    let store = database.open();
    store.write(insert_counter).await.expect("writes");
    let rounds = rounds(8, 200);
    for _ in 0..rounds {
        for answer in join_all((0..64).map(|_| store.write(increment))).await {
            answer.expect("a rival is waited for");
        }
    }
    assert_eq!(store.read(counter).await.unwrap(), 64 * rounds as i64);
}

/// Two writes take two rows in opposite order. SQLite has one writer, so there it cannot happen; on
/// PostgreSQL the server ends one of them, which must then run again from its start.
async fn t75_a_deadlock_is_tried_again(database: &TestDatabase) {
    let store = database.open();
    let names = ["Челябинская область", "Томская область"];
    store
        .write(move |db| names.iter().try_for_each(|name| insert_region(db, name).map(drop)))
        .await
        .expect("writes");
    let tries = Arc::new(AtomicU32::new(0));
    let both_hold_one = Arc::new(std::sync::Barrier::new(2));
    let one_writer = database.sqlite_file().is_some();
    let rename = |order: [&'static str; 2]| {
        let (tries, both_hold_one) = (tries.clone(), both_hold_one.clone());
        let mut first_try = true;
        store.write(move |db| {
            tries.fetch_add(1, Ordering::Relaxed);
            run(db, &format!("UPDATE regions SET name = name || '+' WHERE name LIKE '{}%'", order[0]))?;
            if std::mem::take(&mut first_try) && !one_writer {
                both_hold_one.wait();
            }
            run(db, &format!("UPDATE regions SET name = name || '+' WHERE name LIKE '{}%'", order[1]))
        })
    };
    let answers = join_all([rename(names), rename([names[1], names[0]])]).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    // Whoever runs again may be quicker than the one that was let through, and meet it once more.
    let tries = tries.load(Ordering::Relaxed);
    assert!(if one_writer { tries == 2 } else { tries >= 3 }, "{tries}");
    for name in names {
        let twice = format!("SELECT count(*) AS value FROM regions WHERE name = '{name}++'");
        assert_eq!(store.read(move |db| super::data::number(db, &twice)).await.unwrap(), 1, "{name}");
    }
}

async fn t75_a_full_pool_makes_others_wait_not_fail(database: &TestDatabase) {
    let store = open_with_one_connection(database);
    store.write(insert_counter).await.expect("writes");
    let reads = join_all((0..64).map(|_| store.read(counter)));
    let writes = join_all((0..64).map(|_| store.write(increment)));
    let (reads, writes) = futures_util::future::join(reads, writes).await;
    assert!(reads.iter().all(Result::is_ok) && writes.iter().all(Result::is_ok), "{reads:?} {writes:?}");
    let zero = |db: &mut Db| Ok(each!(db, |c| login_failures::table.count().get_result::<i64>(c))?);
    assert_eq!(store.read(zero).await.unwrap(), 1);
    assert_eq!(store.read(counter).await.unwrap(), 64);
}
