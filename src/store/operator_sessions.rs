//! Table `operator_sessions`: rows are ended, never reused; a change of stage changes the token's digest.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::kept::Kept;
use super::operators::OperatorRow;
use super::schema::{operator_sessions, operators};
use super::{Db, StoreError};
use crate::access::{Operator, OperatorId, OperatorSession, OperatorSessionId, OperatorStage};
use crate::each;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

#[derive(Queryable, Selectable)]
#[diesel(table_name = operator_sessions)]
struct Row {
    id: i64,
    token_digest: Vec<u8>,
    operator_id: i64,
    stage: String,
    place: String,
    created_at: NaiveDateTime,
    authenticated_at: NaiveDateTime,
    last_seen_at: NaiveDateTime,
    expires_at: NaiveDateTime,
}

impl Row {
    fn into_session(self) -> Result<OperatorSession, StoreError> {
        let corrupt = || StoreError::Corrupt("operator_sessions");
        Ok(OperatorSession {
            id: OperatorSessionId(self.id),
            token_digest: Digest::from_stored(&self.token_digest).ok_or_else(corrupt)?,
            operator: OperatorId(self.operator_id),
            stage: OperatorStage::from_name(&self.stage).ok_or_else(corrupt)?,
            place: self.place,
            created_at: self.created_at.and_utc(),
            authenticated_at: self.authenticated_at.and_utc(),
            last_seen_at: self.last_seen_at.and_utc(),
            expires_at: self.expires_at.and_utc(),
        })
    }
}

/// Adds a session; the id in `session` is ignored and the new one returned.
///
/// # Errors
/// The database's.
pub fn insert(db: &mut Db, session: &OperatorSession) -> Result<OperatorSessionId, StoreError> {
    let row = (
        operator_sessions::token_digest.eq(session.token_digest.as_bytes()),
        operator_sessions::operator_id.eq(session.operator.0),
        operator_sessions::stage.eq(session.stage.as_str()),
        operator_sessions::place.eq(&session.place),
        operator_sessions::created_at.eq(session.created_at.naive_utc()),
        operator_sessions::authenticated_at.eq(session.authenticated_at.naive_utc()),
        operator_sessions::last_seen_at.eq(session.last_seen_at.naive_utc()),
        operator_sessions::expires_at.eq(session.expires_at.naive_utc()),
    );
    let id = each!(db, |c| {
        diesel::insert_into(operator_sessions::table)
            .values(row)
            .returning(operator_sessions::id)
            .get_result(c)
    })?;
    Ok(OperatorSessionId(id))
}

/// The session of a token, unless it was ended, with its operator as they are now. One statement: rights are
/// read with every request (`docs/security.md`, T39). Whether it has run out is for the caller to judge.
///
/// # Errors
/// The database's.
pub fn find_by_token_with_operator(
    db: &mut Db,
    token: &Digest,
) -> Result<Option<(OperatorSession, Operator)>, StoreError> {
    let query = operator_sessions::table
        .inner_join(operators::table)
        .filter(operator_sessions::token_digest.eq(token.as_bytes()))
        .filter(operator_sessions::ended_at.is_null());
    let found: Option<(Row, OperatorRow)> = each!(db, |c| {
        query.select((Row::as_select(), OperatorRow::as_select())).get_result(c).optional()
    })?;
    found.map(|(session, operator)| Ok((session.into_session()?, operator.into_operator()?))).transpose()
}

#[diesel::dsl::auto_type]
fn living(id: OperatorSessionId) -> _ {
    let number: i64 = id.0;
    operator_sessions::table
        .filter(operator_sessions::id.eq(number))
        .filter(operator_sessions::ended_at.is_null())
}

/// Gives a living session its new stage, token and times; whether there was one with the old token.
///
/// # Errors
/// The database's.
pub fn set_stage(db: &mut Db, old_token: &Digest, changed: &OperatorSession) -> Result<bool, StoreError> {
    let update =
        diesel::update(living(changed.id).filter(operator_sessions::token_digest.eq(old_token.as_bytes())))
            .set((
                operator_sessions::token_digest.eq(changed.token_digest.as_bytes()),
                operator_sessions::stage.eq(changed.stage.as_str()),
                operator_sessions::authenticated_at.eq(changed.authenticated_at.naive_utc()),
                operator_sessions::last_seen_at.eq(changed.last_seen_at.naive_utc()),
            ));
    Ok(each!(db, |c| update.execute(c))? == 1)
}

/// Notes a request; never moves the time back.
///
/// # Errors
/// The database's.
pub fn touch(db: &mut Db, id: OperatorSessionId, now: Timestamp) -> Result<(), StoreError> {
    let update = diesel::update(living(id).filter(operator_sessions::last_seen_at.lt(now.naive_utc())))
        .set(operator_sessions::last_seen_at.eq(now.naive_utc()));
    let _: Vec<i64> = each!(db, |c| Kept(update.returning(operator_sessions::id)).load(c))?;
    Ok(())
}

/// Ends a session; whether it was living.
///
/// # Errors
/// The database's.
pub fn end(db: &mut Db, id: OperatorSessionId, now: Timestamp, reason: &str) -> Result<bool, StoreError> {
    let update = diesel::update(living(id))
        .set((operator_sessions::ended_at.eq(now.naive_utc()), operator_sessions::end_reason.eq(reason)));
    Ok(each!(db, |c| update.execute(c))? == 1)
}

/// Ends all sessions of an operator but one; how many there were. Those that ran out unnoticed count not.
///
/// # Errors
/// The database's.
pub fn end_all_of_operator(
    db: &mut Db,
    operator: OperatorId,
    except: Option<OperatorSessionId>,
    now: Timestamp,
    reason: &str,
) -> Result<usize, StoreError> {
    // Ids are positive, so 0 spares none.
    let spared = except.map_or(0, |id| id.0);
    let update = diesel::update(
        operator_sessions::table
            .filter(operator_sessions::operator_id.eq(operator.0))
            .filter(operator_sessions::id.ne(spared))
            .filter(operator_sessions::ended_at.is_null())
            .filter(operator_sessions::expires_at.gt(now.naive_utc())),
    )
    .set((operator_sessions::ended_at.eq(now.naive_utc()), operator_sessions::end_reason.eq(reason)));
    Ok(each!(db, |c| update.execute(c))?)
}

/// Deletes up to `limit` sessions whose absolute end was before `before`; about nobody, for the record.
///
/// # Errors
/// The database's.
pub fn delete_expired(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let old = operator_sessions::table
        .filter(operator_sessions::expires_at.lt(before.naive_utc()))
        .limit(limit)
        .select(operator_sessions::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = operator_sessions::table.filter(operator_sessions::id.eq_any(ids));
    let gone = each!(db, |c| diesel::delete(old).execute(c))?;
    Ok(vec![None; gone])
}
