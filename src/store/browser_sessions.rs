//! Table `browser_sessions`: rows are ended, never reused; rotation changes the digest of a living row.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use super::kept::Kept;
use super::profiles::{ProfileRow, with_role_names};
use super::schema::{browser_sessions, profile_roles, profiles};
use super::{Db, StoreError};
use crate::directory::{Profile, ProfileId};
use crate::each;
use crate::linking::link::EsiaSubjectId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;
use crate::sign_in::{BrowserSession, SessionId, SessionStage, SignInWay};

#[derive(Queryable, Selectable)]
#[diesel(table_name = browser_sessions)]
struct Row {
    id: i64,
    token_digest: Vec<u8>,
    profile_id: Option<i64>,
    esia_subject_id: Option<i64>,
    stage: String,
    way: String,
    shared_computer: bool,
    place: String,
    created_at: NaiveDateTime,
    authenticated_at: NaiveDateTime,
    last_seen_at: NaiveDateTime,
    kept_until: Option<NaiveDateTime>,
    idle_seconds: i64,
    expires_at: NaiveDateTime,
}

impl Row {
    fn into_session(self) -> Result<BrowserSession, StoreError> {
        let corrupt = || StoreError::Corrupt("browser_sessions");
        Ok(BrowserSession {
            id: SessionId(self.id),
            token_digest: Digest::from_stored(&self.token_digest).ok_or_else(corrupt)?,
            profile: self.profile_id.map(ProfileId),
            esia_subject: self.esia_subject_id.map(EsiaSubjectId),
            stage: SessionStage::from_name(&self.stage).ok_or_else(corrupt)?,
            way: SignInWay::from_name(&self.way).ok_or_else(corrupt)?,
            shared_computer: self.shared_computer,
            place: self.place,
            created_at: self.created_at.and_utc(),
            authenticated_at: self.authenticated_at.and_utc(),
            last_seen_at: self.last_seen_at.and_utc(),
            kept_until: self.kept_until.map(|kept| kept.and_utc()),
            idle: Duration::try_seconds(self.idle_seconds).ok_or_else(corrupt)?,
            expires_at: self.expires_at.and_utc(),
        })
    }
}

/// Adds a session; the id in `session` is ignored and the new one returned.
///
/// # Errors
/// The database's.
pub fn insert(db: &mut Db, session: &BrowserSession) -> Result<SessionId, StoreError> {
    let row = (
        browser_sessions::token_digest.eq(session.token_digest.as_bytes()),
        browser_sessions::profile_id.eq(session.profile.map(|id| id.0)),
        browser_sessions::esia_subject_id.eq(session.esia_subject.map(|id| id.0)),
        browser_sessions::stage.eq(session.stage.as_str()),
        browser_sessions::way.eq(session.way.as_str()),
        browser_sessions::shared_computer.eq(session.shared_computer),
        browser_sessions::place.eq(&session.place),
        browser_sessions::created_at.eq(session.created_at.naive_utc()),
        browser_sessions::authenticated_at.eq(session.authenticated_at.naive_utc()),
        browser_sessions::last_seen_at.eq(session.last_seen_at.naive_utc()),
        browser_sessions::idle_seconds.eq(session.idle.num_seconds()),
        browser_sessions::expires_at.eq(session.expires_at.naive_utc()),
    );
    let id = each!(db, |c| {
        diesel::insert_into(browser_sessions::table).values(row).returning(browser_sessions::id).get_result(c)
    })?;
    Ok(SessionId(id))
}

/// The session of a token, unless it was ended. Whether it has run out is for the caller to judge.
///
/// # Errors
/// The database's.
pub fn find_by_token(db: &mut Db, token: &Digest) -> Result<Option<BrowserSession>, StoreError> {
    let query = browser_sessions::table
        .filter(browser_sessions::token_digest.eq(token.as_bytes()))
        .filter(browser_sessions::ended_at.is_null());
    each!(db, |c| query.select(Row::as_select()).get_result(c).optional())?.map(Row::into_session).transpose()
}

/// The same with its profile, which only a session still choosing lacks. One statement: every request of
/// somebody signed in begins with it.
///
/// # Errors
/// The database's.
pub fn find_by_token_with_profile(
    db: &mut Db,
    token: &Digest,
) -> Result<Option<(BrowserSession, Option<Profile>)>, StoreError> {
    // Both are joined to the session itself: SQLite works out a join within a join for all profiles.
    let its_roles = profile_roles::profile_id.nullable().eq(browser_sessions::profile_id);
    let query = browser_sessions::table
        .left_join(profiles::table)
        .left_join(profile_roles::table.on(its_roles))
        .filter(browser_sessions::token_digest.eq(token.as_bytes()))
        .filter(browser_sessions::ended_at.is_null());
    let role = profile_roles::role.nullable();
    let rows: Vec<(Row, Option<ProfileRow>, Option<String>)> =
        each!(db, |c| { query.select((Row::as_select(), Option::<ProfileRow>::as_select(), role)).load(c) })?;
    let mut roles = Vec::with_capacity(rows.len());
    let mut found = None;
    for (session, profile, role) in rows {
        found = Some((session, profile));
        roles.push(role);
    }
    let Some((session, profile)) = found else { return Ok(None) };
    let profile = profile.map(|profile| with_role_names(profile, roles)).transpose()?;
    Ok(Some((session.into_session()?, profile)))
}

/// The session of an id, unless it was ended.
///
/// # Errors
/// The database's.
pub fn find(db: &mut Db, id: SessionId) -> Result<Option<BrowserSession>, StoreError> {
    each!(db, |c| living(id).select(Row::as_select()).get_result(c).optional())?
        .map(Row::into_session)
        .transpose()
}

/// Sessions of a profile that were not ended, newest first.
///
/// # Errors
/// The database's.
pub fn list_of_profile(
    db: &mut Db,
    profile: ProfileId,
    now: Timestamp,
) -> Result<Vec<BrowserSession>, StoreError> {
    let query = browser_sessions::table
        .filter(browser_sessions::profile_id.eq(profile.0))
        .filter(browser_sessions::ended_at.is_null())
        .filter(browser_sessions::expires_at.gt(now.naive_utc()))
        .order(browser_sessions::id.desc());
    each!(db, |c| query.select(Row::as_select()).load(c))?.into_iter().map(Row::into_session).collect()
}

/// Gives a living session another profile, stage, limits and token; whether there was one.
///
/// # Errors
/// The database's.
pub fn set_rights(db: &mut Db, session: &BrowserSession) -> Result<bool, StoreError> {
    let update = diesel::update(living(session.id)).set((
        browser_sessions::token_digest.eq(session.token_digest.as_bytes()),
        browser_sessions::profile_id.eq(session.profile.map(|id| id.0)),
        browser_sessions::stage.eq(session.stage.as_str()),
        browser_sessions::last_seen_at.eq(session.last_seen_at.naive_utc()),
        browser_sessions::idle_seconds.eq(session.idle.num_seconds()),
        browser_sessions::expires_at.eq(session.expires_at.naive_utc()),
    ));
    Ok(each!(db, |c| update.execute(c))? == 1)
}

/// Notes a request; never moves the time back.
///
/// # Errors
/// The database's.
pub fn touch(db: &mut Db, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let update = diesel::update(living(id).filter(browser_sessions::last_seen_at.lt(now.naive_utc())))
        .set(browser_sessions::last_seen_at.eq(now.naive_utc()));
    let _: Vec<i64> = each!(db, |c| Kept(update.returning(browser_sessions::id)).load(c))?;
    Ok(())
}

/// Holds off the idle end until `until`, unless it is held off for longer already.
///
/// # Errors
/// The database's.
pub fn keep_until(db: &mut Db, id: SessionId, until: Timestamp) -> Result<(), StoreError> {
    let until = until.naive_utc();
    let update = diesel::update(
        living(id).filter(browser_sessions::kept_until.is_null().or(browser_sessions::kept_until.lt(until))),
    )
    .set(browser_sessions::kept_until.eq(until));
    let _: Vec<i64> = each!(db, |c| Kept(update.returning(browser_sessions::id)).load(c))?;
    Ok(())
}

/// Ends a session; whether it was living.
///
/// # Errors
/// The database's.
pub fn end(db: &mut Db, id: SessionId, now: Timestamp, reason: &str) -> Result<bool, StoreError> {
    let update = diesel::update(living(id))
        .set((browser_sessions::ended_at.eq(now.naive_utc()), browser_sessions::end_reason.eq(reason)));
    let ended: Vec<i64> = each!(db, |c| Kept(update.returning(browser_sessions::id)).load(c))?;
    Ok(ended.len() == 1)
}

/// Ends all sessions of a profile but one; how many there were. Those that ran out unnoticed count not.
///
/// # Errors
/// The database's.
pub fn end_all_of_profile(
    db: &mut Db,
    profile: ProfileId,
    except: Option<SessionId>,
    now: Timestamp,
    reason: &str,
) -> Result<usize, StoreError> {
    // Ids are positive, so 0 spares none.
    let spared = except.map_or(0, |id| id.0);
    let update = diesel::update(
        browser_sessions::table
            .filter(browser_sessions::profile_id.eq(profile.0))
            .filter(browser_sessions::id.ne(spared))
            .filter(browser_sessions::ended_at.is_null())
            .filter(browser_sessions::expires_at.gt(now.naive_utc())),
    )
    .set((browser_sessions::ended_at.eq(now.naive_utc()), browser_sessions::end_reason.eq(reason)));
    let ended: Vec<i64> = each!(db, |c| Kept(update.returning(browser_sessions::id)).load(c))?;
    Ok(ended.len())
}

#[diesel::dsl::auto_type]
fn living(id: SessionId) -> _ {
    let number: i64 = id.0;
    browser_sessions::table
        .filter(browser_sessions::id.eq(number))
        .filter(browser_sessions::ended_at.is_null())
}

/// Deletes up to `limit` sessions whose absolute end was before `before`; how many.
///
/// # Errors
/// The database's.
pub fn delete_expired(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let old = browser_sessions::table
        .filter(browser_sessions::expires_at.lt(before.naive_utc()))
        .limit(limit)
        .select(browser_sessions::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = browser_sessions::table.filter(browser_sessions::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).returning(browser_sessions::profile_id).get_results(c))?)
}

/// Notes that the person has just proved again who they are.
///
/// # Errors
/// The database's.
pub fn set_authenticated(db: &mut Db, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let update = diesel::update(living(id)).set(browser_sessions::authenticated_at.eq(now.naive_utc()));
    each!(db, |c| update.execute(c))?;
    Ok(())
}
