//! Table `authorization_requests`. Every step is one conditional UPDATE whose row count says who won.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::kept::Kept;
use super::schema::authorization_requests::{self, dsl};
use super::spelt_out::SpeltOut;
use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::each;
use crate::error_code::OutcomeCode;
use crate::federation::{AuthorizationRequest, Outcome, Purpose, RequestId, RequestState};
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;
use crate::sign_in::SessionId;

/// Trips that are not over: the condition of the partial indexes.
const OPEN: SpeltOut = SpeltOut("status <> 'closed'");
/// Trips nobody has come back from: the condition of the index for the clean-up.
const PENDING: SpeltOut = SpeltOut("status = 'pending'");
/// Trips that one callback has claimed.
const EXCHANGING: SpeltOut = SpeltOut("status = 'exchanging'");
/// Trips that wait for their confirmation.
const VERIFIED: SpeltOut = SpeltOut("status = 'verified'");
/// Trips that nobody confirmed, or that were cut off while ESIA was asked.
const UNFINISHED: SpeltOut = SpeltOut("status IN ('exchanging', 'verified')");

/// A trip to be stored.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// What support may ask for.
    pub reference: String,
    /// Digest of `state`.
    pub state_digest: Digest,
    /// Digest of the attempt's cookie.
    pub cookie_digest: Digest,
    /// Digest of the one-time link that began it.
    pub ticket_digest: Option<Digest>,
    /// The ESIA environment.
    pub connection: String,
    /// What for.
    pub purpose: Purpose,
    /// «Чужой компьютер».
    pub shared_computer: bool,
    /// Name of the page that a sign-in shall end on.
    pub next_page: &'static str,
    /// Now.
    pub created_at: Timestamp,
    /// Its end.
    pub expires_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = authorization_requests)]
struct RequestRow {
    id: i64,
    reference: String,
    cookie_digest: Vec<u8>,
    connection: String,
    purpose: String,
    profile_id: Option<i64>,
    session_id: Option<i64>,
    shared_computer: bool,
    next_page: String,
    status: String,
    identity_sealed: Option<Vec<u8>>,
    outcome: Option<String>,
    result_session_id: Option<i64>,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    claimed_at: Option<NaiveDateTime>,
}

impl TryFrom<RequestRow> for AuthorizationRequest {
    type Error = StoreError;

    fn try_from(row: RequestRow) -> Result<Self, StoreError> {
        let purpose = match (row.purpose.as_str(), row.profile_id, row.session_id) {
            ("sign_in", None, None) => Purpose::SignIn,
            ("link", Some(profile), Some(session)) => {
                Purpose::Link { profile: ProfileId(profile), session: SessionId(session) }
            }
            _ => return Err(StoreError::Corrupt("authorization_requests.purpose")),
        };
        let state = match (row.status.as_str(), row.claimed_at, row.identity_sealed, row.outcome) {
            ("pending", _, _, _) => RequestState::Pending,
            ("exchanging", Some(claimed_at), _, _) => {
                RequestState::Exchanging { claimed_at: claimed_at.and_utc() }
            }
            ("verified", _, Some(identity_sealed), _) => RequestState::Verified { identity_sealed },
            ("closed", _, _, Some(outcome)) => RequestState::Closed {
                outcome: Outcome::from_text(&outcome)
                    .ok_or(StoreError::Corrupt("authorization_requests.outcome"))?,
                session: row.result_session_id.map(SessionId),
            },
            _ => return Err(StoreError::Corrupt("authorization_requests.status")),
        };
        Ok(Self {
            id: RequestId(row.id),
            reference: row.reference,
            cookie_digest: Digest::from_stored(&row.cookie_digest)
                .ok_or(StoreError::Corrupt("authorization_requests.cookie_digest"))?,
            connection: row.connection,
            purpose,
            shared_computer: row.shared_computer,
            next_page: row.next_page,
            state,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
        })
    }
}

/// Stores a pending trip.
///
/// # Errors
/// The database's.
pub fn insert(db: &mut Db, new: &NewRequest) -> Result<RequestId, StoreError> {
    let (profile, session) = match new.purpose {
        Purpose::Link { profile, session } => (Some(profile.0), Some(session.0)),
        Purpose::SignIn => (None, None),
    };
    let row = (
        dsl::reference.eq(&new.reference),
        dsl::state_digest.eq(new.state_digest.as_bytes()),
        dsl::cookie_digest.eq(new.cookie_digest.as_bytes()),
        dsl::ticket_digest.eq(new.ticket_digest.as_ref().map(Digest::as_bytes)),
        dsl::connection.eq(&new.connection),
        dsl::purpose.eq(new.purpose.as_str()),
        dsl::profile_id.eq(profile),
        dsl::session_id.eq(session),
        dsl::shared_computer.eq(new.shared_computer),
        dsl::next_page.eq(new.next_page),
        dsl::status.eq("pending"),
        dsl::created_at.eq(new.created_at.naive_utc()),
        dsl::expires_at.eq(new.expires_at.naive_utc()),
    );
    let id = each!(db, |c| diesel::insert_into(authorization_requests::table)
        .values(row)
        .returning(dsl::id)
        .get_result(c))?;
    Ok(RequestId(id))
}

/// The trip whose `state` has this digest.
///
/// # Errors
/// The database's.
pub fn find_by_state(db: &mut Db, state: Digest) -> Result<Option<AuthorizationRequest>, StoreError> {
    let found = authorization_requests::table.filter(dsl::state_digest.eq(state.as_bytes()));
    let row = each!(db, |c| found.select(RequestRow::as_select()).get_result(c).optional())?;
    row.map(AuthorizationRequest::try_from).transpose()
}

/// The trip with this reference.
///
/// # Errors
/// The database's.
pub fn find_by_reference(db: &mut Db, reference: &str) -> Result<Option<AuthorizationRequest>, StoreError> {
    let found = authorization_requests::table.filter(dsl::reference.eq(reference));
    let row = each!(db, |c| found.select(RequestRow::as_select()).get_result(c).optional())?;
    row.map(AuthorizationRequest::try_from).transpose()
}

/// Claims a pending trip for one callback; says whether this one won.
///
/// # Errors
/// The database's.
pub fn claim(db: &mut Db, id: RequestId, now: Timestamp) -> Result<bool, StoreError> {
    let pending = authorization_requests::table.filter(dsl::id.eq(id.0)).filter(PENDING);
    let update =
        diesel::update(pending).set((dsl::status.eq("exchanging"), dsl::claimed_at.eq(now.naive_utc())));
    let changed: Vec<i64> = each!(db, |c| Kept(update.returning(dsl::id)).load(c))?;
    Ok(changed.len() == 1)
}

/// Keeps the verified identity until the person confirms; says whether the trip was still exchanging.
///
/// # Errors
/// The database's.
pub fn keep_identity(db: &mut Db, id: RequestId, sealed: &[u8]) -> Result<bool, StoreError> {
    let exchanging = authorization_requests::table.filter(dsl::id.eq(id.0)).filter(EXCHANGING);
    let update =
        diesel::update(exchanging).set((dsl::status.eq("verified"), dsl::identity_sealed.eq(sealed)));
    let changed: Vec<i64> = each!(db, |c| Kept(update.returning(dsl::id)).load(c))?;
    Ok(changed.len() == 1)
}

/// Closes a trip that is not closed yet and wipes its identity; says whether this call closed it.
///
/// # Errors
/// The database's.
pub fn close(
    db: &mut Db,
    id: RequestId,
    outcome: Outcome,
    session: Option<SessionId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let open = authorization_requests::table.filter(dsl::id.eq(id.0)).filter(OPEN);
    let update = diesel::update(open).set(closed(outcome, session, now));
    let changed: Vec<i64> = each!(db, |c| Kept(update.returning(dsl::id)).load(c))?;
    Ok(changed.len() == 1)
}

/// Closes a verified trip by its confirmation; says whether this confirmation was the one.
///
/// # Errors
/// The database's.
pub fn close_verified(
    db: &mut Db,
    id: RequestId,
    outcome: Outcome,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let verified = authorization_requests::table.filter(dsl::id.eq(id.0)).filter(VERIFIED);
    let update = diesel::update(verified).set(closed(outcome, None, now));
    let changed: Vec<i64> = each!(db, |c| Kept(update.returning(dsl::id)).load(c))?;
    Ok(changed.len() == 1)
}

type Closed = (
    diesel::dsl::Eq<dsl::status, &'static str>,
    diesel::dsl::Eq<dsl::identity_sealed, Option<Vec<u8>>>,
    diesel::dsl::Eq<dsl::outcome, Option<String>>,
    diesel::dsl::Eq<dsl::result_session_id, Option<i64>>,
    diesel::dsl::Eq<dsl::closed_at, Option<NaiveDateTime>>,
);

fn closed(outcome: Outcome, session: Option<SessionId>, now: Timestamp) -> Closed {
    (
        dsl::status.eq("closed"),
        dsl::identity_sealed.eq(None),
        dsl::outcome.eq(Some(outcome.to_text())),
        dsl::result_session_id.eq(session.map(|session| session.0)),
        dsl::closed_at.eq(Some(now.naive_utc())),
    )
}

/// Makes way for another trip of a session: closes those begun by the same one-time link (a double click or
/// Back begins a fresh one), and the oldest, so that at most `keep` stay open.
///
/// # Errors
/// The database's.
pub fn make_way(
    db: &mut Db,
    session: SessionId,
    ticket: Digest,
    keep: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let open = authorization_requests::table
        .filter(dsl::session_id.eq(session.0))
        .filter(OPEN)
        .order(dsl::id.desc())
        .select((dsl::id, dsl::ticket_digest));
    // A session has as many as may be kept, and none more.
    let mut open: Vec<(i64, Option<Vec<u8>>)> = each!(&mut *db, |c| open.load(c))?;
    let repeated = |began_by: &Option<Vec<u8>>| began_by.as_deref() == Some(ticket.as_bytes());
    let mut old: Vec<i64> =
        open.extract_if(.., |(_, began_by)| repeated(began_by)).map(|(id, _)| id).collect();
    old.extend(open.iter().skip(keep as usize).map(|(id, _)| id));
    if old.is_empty() {
        return Ok(());
    }
    let old = authorization_requests::table.filter(dsl::id.eq_any(old)).filter(OPEN);
    each!(db, |c| diesel::update(old).set(closed(Outcome::Withdrawn, None, now)).execute(c))?;
    Ok(())
}

/// Closes every open trip of a profile (unlink: nothing begun before may restore the link).
///
/// # Errors
/// The database's.
pub fn close_of_profile(db: &mut Db, profile: ProfileId, now: Timestamp) -> Result<usize, StoreError> {
    let open = authorization_requests::table.filter(dsl::profile_id.eq(profile.0)).filter(OPEN);
    let update = diesel::update(open).set(closed(Outcome::Withdrawn, None, now));
    let closed: Vec<i64> = each!(db, |c| Kept(update.returning(dsl::id)).load(c))?;
    Ok(closed.len())
}

/// Closes up to `limit` trips that ran out before `before` without a result, and so wipes the identity of
/// a person who never confirmed.
///
/// # Errors
/// The database's.
pub fn close_expired(db: &mut Db, before: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let old = authorization_requests::table
        .filter(dsl::expires_at.lt(before.naive_utc()))
        .filter(UNFINISHED)
        .limit(limit)
        .select(dsl::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = authorization_requests::table.filter(dsl::id.eq_any(ids)).filter(dsl::status.ne("closed"));
    let outcome = closed(Outcome::Refused(OutcomeCode::Expired), None, before);
    Ok(each!(db, |c| diesel::update(old).set(outcome).execute(c))?)
}

/// Deletes up to `limit` trips that ran out before `before` and that nobody came back from.
///
/// # Errors
/// The database's.
pub fn delete_abandoned(db: &mut Db, before: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let old = authorization_requests::table
        .filter(dsl::expires_at.lt(before.naive_utc()))
        .filter(PENDING)
        .limit(limit)
        .select(dsl::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = authorization_requests::table.filter(dsl::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).execute(c))?)
}

/// Deletes up to `limit` trips that ran out before `before`; gives the profiles they were about.
///
/// # Errors
/// The database's.
pub fn delete_expired(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let old = authorization_requests::table
        .filter(dsl::expires_at.lt(before.naive_utc()))
        .order(dsl::expires_at)
        .limit(limit)
        .select(dsl::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let old = authorization_requests::table.filter(dsl::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).returning(dsl::profile_id).get_results(c))?)
}

/// Whether somebody came back from ESIA to this profile and has still to confirm the link.
///
/// # Errors
/// The database's.
pub fn awaits_confirmation(db: &mut Db, profile: ProfileId, now: Timestamp) -> Result<bool, StoreError> {
    let waiting = authorization_requests::table
        .filter(dsl::profile_id.eq(profile.0))
        .filter(OPEN)
        .filter(VERIFIED)
        .filter(dsl::expires_at.gt(now.naive_utc()));
    let query = diesel::select(diesel::dsl::exists(waiting));
    Ok(each!(db, |c| query.get_result(c))?)
}
