//! SQLite's one writer commits waiting writes together; seen from outside, in the write-ahead log.

use futures_util::future::join_all;
use privyazka::store::StoreError;

use super::data::{count_regions, insert_region};
use super::support::database::{TestDatabase, block_on};

/// Length of the log's own head, and of the head of each frame (SQLite's file format, section 4).
const LOG_HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// How many commits the write-ahead log holds: a frame that ends a transaction says so in its head.
fn commits_in_log(database: &TestDatabase) -> usize {
    let file = database.sqlite_file().expect("SQLite").with_extension("db-wal");
    let log = std::fs::read(file).expect("the log is there while the store is open");
    let word = |from: usize| u32::from_be_bytes(log[from..from + 4].try_into().expect("four bytes"));
    let frame = FRAME_HEAD + word(8) as usize;
    let salt = [word(16), word(20)];
    (LOG_HEAD..)
        .step_by(frame)
        .take_while(|start| start + frame <= log.len())
        // Frames of another salt are left over from before the log was begun anew.
        .take_while(|start| [word(start + 8), word(start + 12)] == salt)
        .filter(|start| word(start + 4) != 0)
        .count()
}

#[test]
fn concurrent_writes_share_commits() {
    let database = TestDatabase::sqlite();
    block_on(async {
        let store = database.open();
        let before = commits_in_log(&database);
        let names = (0..64).map(|number| format!("Область {number}"));
        for answer in join_all(names.map(|name| store.write(move |db| insert_region(db, &name)))).await {
            answer.expect("writes");
        }
        let commits = commits_in_log(&database) - before;
        assert!((1..=8).contains(&commits), "64 writes at once took {commits} commits");
        assert_eq!(store.read(count_regions).await.unwrap(), 64);
    });
}

#[test]
fn writes_one_after_the_other_are_committed_each_before_its_answer() {
    let database = TestDatabase::sqlite();
    block_on(async {
        let store = database.open();
        for number in 0..10 {
            let before = commits_in_log(&database);
            store.write(move |db| insert_region(db, &format!("Область {number}"))).await.expect("writes");
            assert_eq!(commits_in_log(&database), before + 1, "an answer came without its commit");
        }
    });
}

#[test]
fn a_failed_write_leaves_those_of_the_same_commit() {
    let database = TestDatabase::sqlite();
    block_on(async {
        let store = database.open();
        let writes = (0..64).map(|number| {
            store.write(move |db| {
                let id = insert_region(db, &format!("Область {number}"))?;
                if number % 2 == 0 { Ok(id) } else { Err(StoreError::Corrupt("on purpose")) }
            })
        });
        let answers = join_all(writes).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 32);
        assert_eq!(store.read(count_regions).await.unwrap(), 32);
    });
}

#[test]
fn more_writes_than_the_queue_holds_are_unavailable_and_nothing_is_lost() {
    let database = TestDatabase::sqlite();
    block_on(async {
        let store = database.open();
        let writes =
            (0..2000).map(|number| store.write(move |db| insert_region(db, &format!("Область {number}"))));
        let answers = join_all(writes).await;
        let kept = answers.iter().filter(|answer| answer.is_ok()).count();
        let refused = answers.iter().filter(|a| matches!(a, Err(StoreError::Unavailable(_)))).count();
        assert!(refused > 0, "the queue has a bound");
        assert_eq!(kept + refused, 2000);
        assert_eq!(store.read(count_regions).await.unwrap(), kept as i64);
    });
}
