//! Table `one_time_passwords`: profiles whose password an operator handed out. The password itself is the
//! profile's, hashed as any other; the row says that it must be replaced, and until when it works.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::schema::one_time_passwords as given;
use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::each;
use crate::platform::clock::Timestamp;

/// Notes that the profile's password is a one-time one from now on.
///
/// # Errors
/// The database's.
pub fn put(db: &mut Db, profile: ProfileId, now: Timestamp, expires_at: Timestamp) -> Result<(), StoreError> {
    let row = (
        given::profile_id.eq(profile.0),
        given::created_at.eq(now.naive_utc()),
        given::expires_at.eq(expires_at.naive_utc()),
    );
    each!(db, |c| diesel::insert_into(given::table)
        .values(row)
        .on_conflict(given::profile_id)
        .do_update()
        .set((
            given::created_at.eq(excluded(given::created_at)),
            given::expires_at.eq(excluded(given::expires_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Until when the profile's password works, if it is a one-time one.
///
/// # Errors
/// The database's.
pub fn find_expiry(db: &mut Db, profile: ProfileId) -> Result<Option<Timestamp>, StoreError> {
    let query = given::table.filter(given::profile_id.eq(profile.0)).select(given::expires_at);
    let until: Option<NaiveDateTime> = each!(db, |c| query.get_result(c).optional())?;
    Ok(until.map(|until| until.and_utc()))
}

/// The profile's password is its owner's own; whether it was a one-time one until now.
///
/// # Errors
/// The database's.
pub fn delete(db: &mut Db, profile: ProfileId) -> Result<bool, StoreError> {
    let delete = diesel::delete(given::table.filter(given::profile_id.eq(profile.0)));
    Ok(each!(db, |c| delete.execute(c))? == 1)
}
