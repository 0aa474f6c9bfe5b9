//! Table `undo_tokens`: one row for each letter that offers «Это был не я», with the digest of its address.

use diesel::prelude::*;

use super::schema::undo_tokens;
use super::spelt_out::SpeltOut;
use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::each;
use crate::linking::LinkId;
use crate::linking::undo::{UndoResult, UndoToken};
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

const UNUSED: SpeltOut = SpeltOut("undo_tokens.used_at IS NULL");

/// Keeps a token.
///
/// # Errors
/// The database's.
pub fn insert(
    db: &mut Db,
    token: &Digest,
    profile: ProfileId,
    link: Option<LinkId>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        undo_tokens::token_digest.eq(token.as_bytes()),
        undo_tokens::profile_id.eq(profile.0),
        undo_tokens::link_id.eq(link.map(|link| link.0)),
        undo_tokens::created_at.eq(now.naive_utc()),
        undo_tokens::expires_at.eq(expires_at.naive_utc()),
    );
    each!(db, |c| diesel::insert_into(undo_tokens::table).values(row).execute(c))?;
    Ok(())
}

/// The token, used or not, until it runs out.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find(db: &mut Db, token: &Digest, now: Timestamp) -> Result<Option<UndoToken>, StoreError> {
    type Row = (i64, Option<i64>, Option<String>, Option<String>);
    let query = undo_tokens::table
        .filter(undo_tokens::token_digest.eq(token.as_bytes()))
        .filter(undo_tokens::expires_at.gt(now.naive_utc()))
        .select((
            undo_tokens::profile_id,
            undo_tokens::link_id,
            undo_tokens::result,
            undo_tokens::case_number,
        ));
    let row: Option<Row> = each!(db, |c| query.get_result(c).optional())?;
    row.map(|(profile, link, result, case)| {
        let read =
            |name: String| UndoResult::from_name(&name).ok_or(StoreError::Corrupt("undo_tokens.result"));
        Ok(UndoToken {
            profile: ProfileId(profile),
            link: link.map(LinkId),
            result: result.map(read).transpose()?,
            case,
        })
    })
    .transpose()
}

/// Uses a token up and notes what came of it; whether this call did.
///
/// # Errors
/// The database's.
pub fn mark_used(
    db: &mut Db,
    token: &Digest,
    result: UndoResult,
    case: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let unused = undo_tokens::table
        .filter(undo_tokens::token_digest.eq(token.as_bytes()))
        .filter(UNUSED)
        .filter(undo_tokens::expires_at.gt(now.naive_utc()));
    let rows = each!(db, |c| diesel::update(unused)
        .set((
            undo_tokens::used_at.eq(now.naive_utc()),
            undo_tokens::result.eq(result.as_str()),
            undo_tokens::case_number.eq(case),
        ))
        .execute(c))?;
    Ok(rows == 1)
}

/// Uses up the tokens of every letter about a link: the dispute is decided, and no letter from before it may
/// begin it anew.
///
/// # Errors
/// The database's.
pub fn settle_of_link(db: &mut Db, link: LinkId, now: Timestamp) -> Result<usize, StoreError> {
    let unused = undo_tokens::table.filter(undo_tokens::link_id.eq(link.0)).filter(UNUSED);
    let settled =
        (undo_tokens::used_at.eq(now.naive_utc()), undo_tokens::result.eq(UndoResult::Settled.as_str()));
    Ok(each!(db, |c| diesel::update(unused).set(settled).execute(c))?)
}

/// Deletes up to `limit` tokens that ran out before `before`; the profiles they were of, for the record.
///
/// # Errors
/// The database's.
pub fn delete_expired(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let old = undo_tokens::table
        .filter(undo_tokens::expires_at.lt(before.naive_utc()))
        .limit(limit)
        .select(undo_tokens::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = undo_tokens::table.filter(undo_tokens::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).returning(undo_tokens::profile_id.nullable()).get_results(c))?)
}
