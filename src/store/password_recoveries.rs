//! Table `password_recoveries`: one row a recovery letter, holding the digest of its token.

use diesel::prelude::*;

use super::kept::Kept;
use super::schema::password_recoveries;
use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::each;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// Adds a token.
///
/// # Errors
/// The database's.
pub fn insert(
    db: &mut Db,
    token: &Digest,
    profile: ProfileId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        password_recoveries::token_digest.eq(token.as_bytes()),
        password_recoveries::profile_id.eq(profile.0),
        password_recoveries::created_at.eq(now.naive_utc()),
        password_recoveries::expires_at.eq(expires_at.naive_utc()),
    );
    each!(db, |c| diesel::insert_into(password_recoveries::table).values(row).execute(c))?;
    Ok(())
}

/// How many letters the profile was sent since `since`.
///
/// # Errors
/// The database's.
pub fn count_since(db: &mut Db, profile: ProfileId, since: Timestamp) -> Result<i64, StoreError> {
    let query = password_recoveries::table
        .filter(password_recoveries::profile_id.eq(profile.0))
        .filter(password_recoveries::created_at.gt(since.naive_utc()))
        .count();
    Ok(each!(db, |c| query.get_result(c))?)
}

/// Whose token this is, if it may still be used.
///
/// # Errors
/// The database's.
pub fn find_usable(db: &mut Db, token: &Digest, now: Timestamp) -> Result<Option<ProfileId>, StoreError> {
    let query = password_recoveries::table
        .filter(password_recoveries::token_digest.eq(token.as_bytes()))
        .filter(password_recoveries::used_at.is_null())
        .filter(password_recoveries::expires_at.gt(now.naive_utc()))
        .select(password_recoveries::profile_id);
    Ok(each!(db, |c| query.get_result(c).optional())?.map(ProfileId))
}

/// Uses a token up; whose it was, or `None` if it was used or has run out. The row count of the
/// conditional UPDATE decides between two uses at the same moment.
///
/// # Errors
/// The database's.
pub fn mark_used(db: &mut Db, token: &Digest, now: Timestamp) -> Result<Option<ProfileId>, StoreError> {
    let update = diesel::update(
        password_recoveries::table
            .filter(password_recoveries::token_digest.eq(token.as_bytes()))
            .filter(password_recoveries::used_at.is_null())
            .filter(password_recoveries::expires_at.gt(now.naive_utc())),
    )
    .set(password_recoveries::used_at.eq(now.naive_utc()))
    .returning(password_recoveries::profile_id);
    Ok(each!(db, |c| update.get_result(c).optional())?.map(ProfileId))
}

/// Uses up every other token of the profile.
///
/// # Errors
/// The database's.
pub fn mark_all_used(db: &mut Db, profile: ProfileId, now: Timestamp) -> Result<(), StoreError> {
    let update = diesel::update(
        password_recoveries::table
            .filter(password_recoveries::profile_id.eq(profile.0))
            .filter(password_recoveries::used_at.is_null()),
    )
    .set(password_recoveries::used_at.eq(now.naive_utc()));
    let used = update.returning(password_recoveries::profile_id);
    let _: Vec<i64> = each!(db, |c| Kept(used).load(c))?;
    Ok(())
}

/// Deletes up to `limit` tokens that ran out before `before`; how many.
///
/// # Errors
/// The database's.
pub fn delete_expired(db: &mut Db, before: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let old = password_recoveries::table
        .filter(password_recoveries::expires_at.lt(before.naive_utc()))
        .limit(limit)
        .select(password_recoveries::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = password_recoveries::table.filter(password_recoveries::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).execute(c))?)
}
