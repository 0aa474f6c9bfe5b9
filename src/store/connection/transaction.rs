//! One write as one transaction, tried again while the database asks for it.

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::{Db, StoreError};
use crate::each;

/// How often a write is tried when the database asks for it.
const MAX_TRIES: u32 = 8;

/// Runs `f` as one transaction on a connection the caller holds (start-up, tools, tests).
///
/// # Errors
/// What `f` reports; the transaction is rolled back.
pub fn transaction<T>(
    db: &mut Db,
    f: &mut impl FnMut(&mut Db) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    try_again(|| attempt(db, f))
}

/// Runs `f`, which is one statement, without asking for a transaction around it: PostgreSQL makes one.
#[cfg(feature = "postgres")]
pub(super) fn statement<T>(
    db: &mut Db,
    f: &mut impl FnMut(&mut Db) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    try_again(|| f(db).map_err(by_contention))
}

fn try_again<T>(mut attempt: impl FnMut() -> Result<T, TransactionError>) -> Result<T, StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match attempt() {
            Err(TransactionError::Again(_)) if tries < MAX_TRIES => {
                // Contention passes within milliseconds; the pause grows so that rivals draw apart.
                std::thread::sleep(Duration::from_millis(u64::from(tries * tries)));
            }
            Err(TransactionError::Again(error) | TransactionError::Final(error)) => return Err(error),
            Ok(value) => return Ok(value),
        }
    }
}

enum TransactionError {
    Again(StoreError),
    Final(StoreError),
}

fn attempt<T>(
    db: &mut Db,
    f: &mut impl FnMut(&mut Db) -> Result<T, StoreError>,
) -> Result<T, TransactionError> {
    begin(db).map_err(judge)?;
    let result = f(db);
    let ended = if result.is_ok() { commit(db) } else { rollback(db) };
    match (result, ended) {
        (Ok(value), Ok(())) => Ok(value),
        (Ok(_), Err(error)) => {
            // A refused COMMIT leaves a transaction behind.
            let _ = rollback(db);
            Err(judge(error))
        }
        (Err(error), _) => Err(by_contention(error)),
    }
}

fn by_contention(error: StoreError) -> TransactionError {
    if is_contention(&error) { TransactionError::Again(error) } else { TransactionError::Final(error) }
}

fn judge(error: DieselError) -> TransactionError {
    let error = match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, info) => {
            return TransactionError::Again(StoreError::Unavailable(info.message().to_owned()));
        }
        other => StoreError::from(other),
    };
    by_contention(error)
}

fn is_contention(error: &StoreError) -> bool {
    let (StoreError::Unavailable(message) | StoreError::Failed(message)) = error else { return false };
    ["could not serialize access", "deadlock detected", "database is locked"]
        .iter()
        .any(|part| message.contains(part))
}

pub(super) fn begin(db: &mut Db) -> Result<(), DieselError> {
    match db {
        // IMMEDIATE: the write lock is taken now, not in the middle, where SQLite could only refuse.
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        #[cfg(feature = "postgres")]
        Db::Pg(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED"),
    }
}

pub(super) fn commit(db: &mut Db) -> Result<(), DieselError> {
    each!(db, |c| AnsiTransactionManager::commit_transaction(c))
}

pub(super) fn rollback(db: &mut Db) -> Result<(), DieselError> {
    each!(db, |c| AnsiTransactionManager::rollback_transaction(c))
}
