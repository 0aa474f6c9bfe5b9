//! Table `operator_browsers`: from where an operator has signed in. Holds digests of random cookies only.

use diesel::prelude::*;

use super::schema::operator_browsers;
use super::{Db, StoreError};
use crate::access::OperatorId;
use crate::each;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// Whether the operator has signed in from this browser.
///
/// # Errors
/// The database's.
pub fn is_known(db: &mut Db, operator: OperatorId, browser: &Digest) -> Result<bool, StoreError> {
    let query = diesel::select(diesel::dsl::exists(
        operator_browsers::table
            .filter(operator_browsers::operator_id.eq(operator.0))
            .filter(operator_browsers::browser_digest.eq(browser.as_bytes())),
    ));
    Ok(each!(db, |c| query.get_result(c))?)
}

/// Notes a sign-in from this browser.
///
/// # Errors
/// The database's.
pub fn remember(
    db: &mut Db,
    operator: OperatorId,
    browser: &Digest,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        operator_browsers::operator_id.eq(operator.0),
        operator_browsers::browser_digest.eq(browser.as_bytes()),
        operator_browsers::last_seen_at.eq(now.naive_utc()),
    );
    each!(db, |c| {
        diesel::insert_into(operator_browsers::table)
            .values(row)
            .on_conflict((operator_browsers::operator_id, operator_browsers::browser_digest))
            .do_update()
            .set(operator_browsers::last_seen_at.eq(now.naive_utc()))
            .execute(c)
    })?;
    Ok(())
}

/// Forgets the browsers of up to `limit` operators that were not seen since `before`; how many.
///
/// # Errors
/// The database's.
pub fn delete_unseen_since(db: &mut Db, before: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let old = operator_browsers::table
        .filter(operator_browsers::last_seen_at.lt(before.naive_utc()))
        .limit(limit)
        .select(operator_browsers::operator_id);
    let operators: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = operator_browsers::table
        .filter(operator_browsers::operator_id.eq_any(operators))
        .filter(operator_browsers::last_seen_at.lt(before.naive_utc()));
    Ok(each!(db, |c| diesel::delete(old).execute(c))?)
}
