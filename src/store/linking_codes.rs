//! Table `linking_codes`: codes that operators hand out, as keyed digests. A profile has at most one that
//! may still work; rows are ended, never reused.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::kept::Kept;
use super::schema::{linking_codes as codes, profiles};
use super::{Db, StoreError};
use crate::directory::{OrganisationId, ProfileId};
use crate::each;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// Id of a code's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeId(pub i64);

/// A code that has not been ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCode {
    /// Id.
    pub id: CodeId,
    /// Keyed digest.
    pub digest: Digest,
    /// When it was handed out.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Who redeems: the profile of a login, with its open code if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeemer {
    /// The profile.
    pub profile: ProfileId,
    /// Its stable public id, which the code's digest depends on.
    pub uid: String,
    /// Its code, run out or not.
    pub code: Option<OpenCode>,
}

/// A code to be kept.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// For whom.
    pub profile: ProfileId,
    /// Keyed digest.
    pub digest: Digest,
}

/// Rows of one INSERT stay far below the databases' bounds of bound values.
const CHUNK: usize = 1000;

type OpenRow = (i64, Vec<u8>, NaiveDateTime, NaiveDateTime);

fn open_code((id, digest, created_at, expires_at): OpenRow) -> Result<OpenCode, StoreError> {
    Ok(OpenCode {
        id: CodeId(id),
        digest: Digest::from_stored(&digest).ok_or(StoreError::Corrupt("linking_codes.code_digest"))?,
        created_at: created_at.and_utc(),
        expires_at: expires_at.and_utc(),
    })
}

/// The profile of a login with its open code, in one statement whoever it is about.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_redeemer(
    db: &mut Db,
    organisation: OrganisationId,
    login_key: &str,
) -> Result<Option<Redeemer>, StoreError> {
    let open = codes::profile_id.eq(profiles::id).and(codes::ended_at.is_null());
    let query = profiles::table
        .left_join(codes::table.on(open))
        .filter(profiles::organisation_id.eq(organisation.0))
        .filter(profiles::login_key.eq(login_key))
        .select((
            profiles::id,
            profiles::uid,
            (codes::id, codes::code_digest, codes::created_at, codes::expires_at).nullable(),
        ));
    let row: Option<(i64, String, Option<OpenRow>)> = each!(db, |c| query.get_result(c).optional())?;
    row.map(|(id, uid, code)| {
        Ok(Redeemer { profile: ProfileId(id), uid, code: code.map(open_code).transpose()? })
    })
    .transpose()
}

/// The open code of a profile, run out or not.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_open(db: &mut Db, profile: ProfileId) -> Result<Option<OpenCode>, StoreError> {
    let query = codes::table
        .filter(codes::profile_id.eq(profile.0))
        .filter(codes::ended_at.is_null())
        .select((codes::id, codes::code_digest, codes::created_at, codes::expires_at));
    let row: Option<OpenRow> = each!(db, |c| query.get_result(c).optional())?;
    row.map(open_code).transpose()
}

/// Uses a code up; whether it still worked. The row count of the conditional UPDATE decides between two
/// uses at the same moment.
///
/// # Errors
/// The database's.
pub fn mark_used(db: &mut Db, id: CodeId, now: Timestamp) -> Result<bool, StoreError> {
    let update = diesel::update(
        codes::table
            .filter(codes::id.eq(id.0))
            .filter(codes::ended_at.is_null())
            .filter(codes::expires_at.gt(now.naive_utc())),
    )
    .set((codes::ended_at.eq(now.naive_utc()), codes::end_reason.eq("used")));
    Ok(each!(db, |c| update.execute(c))? == 1)
}

/// Ends the open codes of these profiles, in the caller's transaction; how many there were. `reason` is one
/// of the migration's list.
///
/// # Errors
/// The database's.
pub fn void(
    db: &mut Db,
    profiles: &[ProfileId],
    reason: &'static str,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let ended = (codes::ended_at.eq(now.naive_utc()), codes::end_reason.eq(reason));
    let open = codes::table.filter(codes::ended_at.is_null());
    // Every link and unlink ends the code of one, and that statement stays prepared.
    if let [one] = profiles {
        let update = diesel::update(open.filter(codes::profile_id.eq(one.0))).set(ended);
        let voided: Vec<i64> = each!(db, |c| Kept(update.returning(codes::id)).load(c))?;
        return Ok(voided.len());
    }
    let numbers: Vec<i64> = profiles.iter().map(|profile| profile.0).collect();
    let update = diesel::update(open.filter(codes::profile_id.eq_any(numbers))).set(ended);
    Ok(each!(db, |c| update.execute(c))?)
}

/// Keeps codes, many a statement; the older ones of the same profiles must have been ended.
///
/// # Errors
/// [`StoreError::Conflict`] when a profile has an open code.
pub fn insert(
    db: &mut Db,
    issue: i64,
    new: &[NewCode],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    for chunk in new.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|code| {
                (
                    codes::profile_id.eq(code.profile.0),
                    codes::code_digest.eq(code.digest.as_bytes()),
                    codes::issue_id.eq(issue),
                    codes::created_at.eq(now.naive_utc()),
                    codes::expires_at.eq(expires_at.naive_utc()),
                )
            })
            .collect();
        each!(&mut *db, |c| diesel::insert_into(codes::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Deletes up to `limit` codes that ran out before `before`; the profiles they were of, for the record.
///
/// # Errors
/// The database's.
pub fn delete_expired(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let old = codes::table.filter(codes::expires_at.lt(before.naive_utc())).limit(limit).select(codes::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = codes::table.filter(codes::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).returning(codes::profile_id.nullable()).get_results(c))?)
}
