//! Table `known_browsers`: from where a profile has signed in. Holds digests of random cookies only.

use diesel::prelude::*;

use super::kept::Kept;
use super::schema::known_browsers;
use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::each;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// Whether the profile has signed in from this browser.
///
/// # Errors
/// The database's.
pub fn is_known(db: &mut Db, profile: ProfileId, browser: &Digest) -> Result<bool, StoreError> {
    let query = diesel::select(diesel::dsl::exists(
        known_browsers::table
            .filter(known_browsers::profile_id.eq(profile.0))
            .filter(known_browsers::browser_digest.eq(browser.as_bytes())),
    ));
    Ok(each!(db, |c| query.get_result(c))?)
}

/// Whether the profile has signed in from any browser yet.
///
/// # Errors
/// The database's.
pub fn has_any(db: &mut Db, profile: ProfileId) -> Result<bool, StoreError> {
    let query = diesel::select(diesel::dsl::exists(
        known_browsers::table.filter(known_browsers::profile_id.eq(profile.0)),
    ));
    Ok(each!(db, |c| query.get_result(c))?)
}

/// Notes a sign-in from this browser.
///
/// # Errors
/// The database's.
pub fn remember(db: &mut Db, profile: ProfileId, browser: &Digest, now: Timestamp) -> Result<(), StoreError> {
    let row = (
        known_browsers::profile_id.eq(profile.0),
        known_browsers::browser_digest.eq(browser.as_bytes()),
        known_browsers::first_seen_at.eq(now.naive_utc()),
        known_browsers::last_seen_at.eq(now.naive_utc()),
    );
    each!(db, |c| {
        let upsert = diesel::insert_into(known_browsers::table)
            .values(row)
            .on_conflict((known_browsers::profile_id, known_browsers::browser_digest))
            .do_update()
            .set(known_browsers::last_seen_at.eq(now.naive_utc()));
        Kept(upsert.returning(known_browsers::profile_id)).get_result::<i64>(c)
    })?;
    Ok(())
}

/// Forgets, in a slice, browsers not seen since `before`; how many.
///
/// # Errors
/// The database's.
pub fn delete_unseen_since(db: &mut Db, before: Timestamp, limit: i64) -> Result<usize, StoreError> {
    // The key has two columns, so the slice is cut by profile: all old browsers of up to `limit` profiles.
    let old = known_browsers::table
        .filter(known_browsers::last_seen_at.lt(before.naive_utc()))
        .limit(limit)
        .select(known_browsers::profile_id);
    let profiles: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = known_browsers::table
        .filter(known_browsers::profile_id.eq_any(profiles))
        .filter(known_browsers::last_seen_at.lt(before.naive_utc()));
    Ok(each!(db, |c| diesel::delete(old).execute(c))?)
}
