//! Table `login_failures`: tries of a login that have not succeeded, under a digest of what they aim at.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::kept::Kept;
use super::schema::login_failures;
use super::{Db, StoreError};
use crate::each;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// Until when tries under this key are refused; none while it has no failures.
///
/// # Errors
/// The database's.
pub fn find_blocked_until(db: &mut Db, key: &Digest) -> Result<Option<Timestamp>, StoreError> {
    let query = login_failures::table
        .filter(login_failures::key_digest.eq(key.as_bytes()))
        .select(login_failures::blocked_until);
    let until: Option<NaiveDateTime> = each!(db, |c| query.get_result(c).optional())?;
    Ok(until.map(|until| until.and_utc()))
}

/// Counts one try, unless tries are refused at `now`; how many there are with it, or `None` if refused.
/// After `quiet` without a try the count begins anew.
///
/// The conditional UPDATE decides: of tries at the same moment each is counted before any is judged.
///
/// # Errors
/// The database's.
pub fn count_try(
    db: &mut Db,
    key: &Digest,
    now: Timestamp,
    quiet: TimeDelta,
) -> Result<Option<i64>, StoreError> {
    let (now, stale) = (now.naive_utc(), (now - quiet).naive_utc());
    let first = (
        login_failures::key_digest.eq(key.as_bytes()),
        login_failures::failures.eq(0),
        login_failures::last_failure_at.eq(now),
        login_failures::blocked_until.eq(now),
    );
    each!(&mut *db, |c| {
        diesel::insert_into(login_failures::table).values(first).on_conflict_do_nothing().execute(c)
    })?;
    let count = diesel::dsl::case_when(
        login_failures::last_failure_at.lt(stale),
        1.into_sql::<diesel::sql_types::BigInt>(),
    )
    .otherwise(login_failures::failures + 1);
    let update = diesel::update(
        login_failures::table
            .filter(login_failures::key_digest.eq(key.as_bytes()))
            .filter(login_failures::blocked_until.le(now)),
    )
    .set((login_failures::failures.eq(count), login_failures::last_failure_at.eq(now)))
    .returning(login_failures::failures);
    Ok(each!(db, |c| Kept(update).get_result(c).optional())?)
}

/// Refuses tries under this key until `until`.
///
/// # Errors
/// The database's.
pub fn block_until(db: &mut Db, key: &Digest, until: Timestamp) -> Result<(), StoreError> {
    let update = diesel::update(login_failures::table.filter(login_failures::key_digest.eq(key.as_bytes())))
        .set(login_failures::blocked_until.eq(until.naive_utc()));
    each!(db, |c| update.execute(c))?;
    Ok(())
}

/// Forgets the failures under this key.
///
/// # Errors
/// The database's.
pub fn delete(db: &mut Db, key: &Digest) -> Result<(), StoreError> {
    let delete = diesel::delete(login_failures::table.filter(login_failures::key_digest.eq(key.as_bytes())));
    each!(db, |c| delete.execute(c))?;
    Ok(())
}

/// Forgets the failures under all of these keys.
///
/// # Errors
/// The database's.
pub fn delete_all(db: &mut Db, keys: &[Digest]) -> Result<(), StoreError> {
    let keys: Vec<&[u8]> = keys.iter().map(Digest::as_bytes).collect();
    let delete = diesel::delete(login_failures::table.filter(login_failures::key_digest.eq_any(keys)));
    each!(db, |c| delete.execute(c))?;
    Ok(())
}

/// Forgets up to `limit` keys without a try since `before`; how many.
///
/// # Errors
/// The database's.
pub fn delete_quiet_since(db: &mut Db, before: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let old = login_failures::table
        .filter(login_failures::last_failure_at.lt(before.naive_utc()))
        .limit(limit)
        .select(login_failures::key_digest);
    let keys: Vec<Vec<u8>> = each!(&mut *db, |c| old.load(c))?;
    let old = login_failures::table.filter(login_failures::key_digest.eq_any(keys));
    Ok(each!(db, |c| diesel::delete(old).execute(c))?)
}
