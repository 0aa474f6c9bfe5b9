//! Table `outbox_entries`: letters from the deed's transaction to the mail server's "250".
//!
//! `pending` → `leased` → `sent`, or back to `pending`, or `dead`; `cancelled` from the first two. The
//! count of attempts names a lease: whoever holds an older one can no longer return the entry.
//! `next_attempt_at` of a leased entry is the end of its lease, so that one index finds all work.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::kept::{Kept, padded};
use super::schema::outbox_entries as entries;
use super::spelt_out::SpeltOut;
use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::each;
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;

/// A letter to be kept.
#[derive(Clone, Copy)]
pub struct NewEntry<'a> {
    /// Stable public id; the Message-ID comes from it.
    pub uid: &'a str,
    /// Kind of the letter.
    pub kind: &'static str,
    /// The profile it is about.
    pub profile: Option<ProfileId>,
    /// The link it is about.
    pub link: Option<LinkId>,
    /// The rendered letter, sealed.
    pub letter_sealed: &'a [u8],
    /// When it was written; due at once.
    pub created_at: Timestamp,
}

/// One turn at sending an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Id of the entry.
    pub id: i64,
    /// Stable public id.
    pub uid: String,
    /// Kind of the letter.
    pub kind: String,
    /// Number of this attempt, from 1; names the lease.
    pub attempt: i64,
    /// When the letter was written.
    pub created_at: Timestamp,
}

/// A lease and what is to be sent under it.
#[derive(Clone, Debug)]
pub struct LeasedLetter {
    /// The lease.
    pub lease: Lease,
    /// The rendered letter, sealed.
    pub sealed: Vec<u8>,
}

/// How an entry stands, for tests and the operator's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryState {
    /// Stable public id.
    pub uid: String,
    /// Kind of the letter.
    pub kind: String,
    /// `pending`, `leased`, `sent`, `dead` or `cancelled`.
    pub status: String,
    /// Attempts begun.
    pub attempts: i64,
    /// When it is due next.
    pub next_attempt_at: Timestamp,
    /// Last failure: stage and code, never the server's words.
    pub last_error: Option<String>,
    /// Whether the sealed letter is still kept.
    pub has_letter: bool,
}

/// Rows of one INSERT stay far below the databases' bounds of bound values.
const CHUNK: usize = 1000;

/// The condition of the partial index.
const UNSENT: SpeltOut = SpeltOut("status IN ('pending', 'leased')");

/// What a worker has in hand.
const LEASED: SpeltOut = SpeltOut("status = 'leased'");

/// Keeps a letter, in the caller's transaction.
///
/// # Errors
/// The database's.
pub fn insert(db: &mut Db, entry: &NewEntry<'_>) -> Result<(), StoreError> {
    let row = (
        entries::uid.eq(entry.uid),
        entries::kind.eq(entry.kind),
        entries::profile_id.eq(entry.profile.map(|profile| profile.0)),
        entries::link_id.eq(entry.link.map(|link| link.0)),
        entries::letter_sealed.eq(entry.letter_sealed),
        entries::status.eq("pending"),
        entries::attempts.eq(0_i64),
        entries::next_attempt_at.eq(entry.created_at.naive_utc()),
        entries::created_at.eq(entry.created_at.naive_utc()),
    );
    each!(db, |c| diesel::insert_into(entries::table).values(row).execute(c))?;
    Ok(())
}

/// Keeps many letters, in the caller's transaction: a few statements, however many there are.
///
/// # Errors
/// The database's.
pub fn insert_all(db: &mut Db, new: &[NewEntry<'_>]) -> Result<(), StoreError> {
    for chunk in new.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|entry| {
                (
                    entries::uid.eq(entry.uid),
                    entries::kind.eq(entry.kind),
                    entries::profile_id.eq(entry.profile.map(|profile| profile.0)),
                    entries::link_id.eq(entry.link.map(|link| link.0)),
                    entries::letter_sealed.eq(entry.letter_sealed),
                    entries::status.eq("pending"),
                    entries::attempts.eq(0_i64),
                    entries::next_attempt_at.eq(entry.created_at.naive_utc()),
                    entries::created_at.eq(entry.created_at.naive_utc()),
                )
            })
            .collect();
        each!(&mut *db, |c| diesel::insert_into(entries::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Cancels the unsent letters about a link, in the caller's transaction; returns how many.
///
/// # Errors
/// The database's.
pub fn cancel_about_link(db: &mut Db, link: LinkId, now: Timestamp) -> Result<usize, StoreError> {
    let unsent = entries::table.filter(entries::link_id.eq(link.0)).filter(UNSENT);
    let change = (
        entries::status.eq("cancelled"),
        entries::letter_sealed.eq(None::<Vec<u8>>),
        entries::finished_at.eq(Some(now.naive_utc())),
    );
    let update = diesel::update(unsent).set(change).returning(entries::id);
    let changed: Vec<i64> = each!(db, |c| Kept(update).load(c))?;
    Ok(changed.len())
}

/// Whether anything is due: new, postponed, or left by a worker that died.
///
/// # Errors
/// The database's.
pub fn has_due(db: &mut Db, now: Timestamp) -> Result<bool, StoreError> {
    let due = entries::table
        .filter(UNSENT)
        .filter(entries::next_attempt_at.le(now.naive_utc()))
        .select(entries::id);
    Ok(each!(db, |c| diesel::select(diesel::dsl::exists(due)).get_result(c))?)
}

/// Leases up to `limit` due entries until `until`, the longest due first, and gives their letters: what was
/// cancelled before is not leased, what is cancelled after can no longer be stopped.
///
/// # Errors
/// The database's.
pub fn lease_due(
    db: &mut Db,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<LeasedLetter>, StoreError> {
    let due = || entries::table.filter(UNSENT).filter(entries::next_attempt_at.le(now.naive_utc()));
    let first = due()
        .order((entries::next_attempt_at, entries::id))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(entries::id);
    let ids: Vec<i64> = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => first.load(c)?,
        // What another worker is leasing, or a deed is cancelling, is left to it instead of waited for.
        #[cfg(feature = "postgres")]
        Db::Pg(c) => first.for_update().skip_locked().load(c)?,
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let change = (
        entries::status.eq("leased"),
        entries::attempts.eq(entries::attempts + 1),
        entries::next_attempt_at.eq(until.naive_utc()),
    );
    type Row = (i64, String, String, i64, NaiveDateTime, Option<Vec<u8>>);
    let columns = (
        entries::id,
        entries::uid,
        entries::kind,
        entries::attempts,
        entries::created_at,
        entries::letter_sealed,
    );
    let rows: Vec<Row> = each!(db, |c| {
        let leased = diesel::update(due().filter(entries::id.eq_any(padded(ids)))).set(change);
        Kept(leased.returning(columns)).get_results(c)
    })?;
    let leased = rows.into_iter().map(|(id, uid, kind, attempt, created_at, sealed)| {
        let lease = Lease { id, uid, kind, attempt, created_at: created_at.and_utc() };
        let sealed = sealed.ok_or(StoreError::Corrupt("outbox_entries.letter_sealed"))?;
        Ok(LeasedLetter { lease, sealed })
    });
    leased.collect()
}

/// Notes that letters have gone and wipes them; how many there were to note. Says so even of a lease that
/// ran out meanwhile: it saves the repeat.
///
/// # Errors
/// The database's.
pub fn close_sent(db: &mut Db, ids: &[i64], now: Timestamp) -> Result<usize, StoreError> {
    let unsent = entries::table.filter(entries::id.eq_any(padded(ids.to_vec()))).filter(UNSENT);
    let change = (
        entries::status.eq("sent"),
        entries::letter_sealed.eq(None::<Vec<u8>>),
        entries::finished_at.eq(Some(now.naive_utc())),
        entries::last_error.eq(None::<String>),
    );
    let update = diesel::update(unsent).set(change).returning(entries::id);
    let changed: Vec<i64> = each!(db, |c| Kept(update).load(c))?;
    Ok(changed.len())
}

/// Gives the letter up: wiped, kept in the list with its kind and the failure.
///
/// # Errors
/// The database's.
pub fn close_dead(db: &mut Db, lease: &Lease, now: Timestamp, error: &str) -> Result<bool, StoreError> {
    let change = (
        entries::status.eq("dead"),
        entries::letter_sealed.eq(None::<Vec<u8>>),
        entries::finished_at.eq(Some(now.naive_utc())),
        entries::last_error.eq(Some(error)),
    );
    let held = entries::table
        .filter(entries::id.eq(lease.id))
        .filter(LEASED)
        .filter(entries::attempts.eq(lease.attempt));
    Ok(each!(db, |c| diesel::update(held).set(change).execute(c))? == 1)
}

/// Returns the entry for another attempt at `next`; a failure, if there was one, is noted.
///
/// # Errors
/// The database's.
pub fn postpone(
    db: &mut Db,
    lease: &Lease,
    next: Timestamp,
    error: Option<&str>,
) -> Result<bool, StoreError> {
    let change = (
        entries::status.eq("pending"),
        entries::next_attempt_at.eq(next.naive_utc()),
        entries::last_error.eq(error),
    );
    let held = entries::table
        .filter(entries::id.eq(lease.id))
        .filter(LEASED)
        .filter(entries::attempts.eq(lease.attempt));
    Ok(each!(db, |c| diesel::update(held).set(change).execute(c))? == 1)
}

/// How the entries of a status stand, oldest first: the dead ones for the operator.
///
/// # Errors
/// The database's.
pub fn list_by_status(db: &mut Db, status: &str, limit: i64) -> Result<Vec<EntryState>, StoreError> {
    type Row = (String, String, String, i64, NaiveDateTime, Option<String>, Option<Vec<u8>>);
    let query = entries::table.filter(entries::status.eq(status)).order(entries::id).limit(limit).select((
        entries::uid,
        entries::kind,
        entries::status,
        entries::attempts,
        entries::next_attempt_at,
        entries::last_error,
        entries::letter_sealed,
    ));
    let rows: Vec<Row> = each!(db, |c| query.load(c))?;
    Ok(rows
        .into_iter()
        .map(|(uid, kind, status, attempts, next, last_error, letter)| EntryState {
            uid,
            kind,
            status,
            attempts,
            next_attempt_at: next.and_utc(),
            last_error,
            has_letter: letter.is_some(),
        })
        .collect())
}

/// A letter to a person as the history shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastLetter {
    /// Id; later letters have greater ones.
    pub id: i64,
    /// Kind.
    pub kind: String,
    /// `pending`, `leased`, `sent`, `dead` or `cancelled`.
    pub status: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Letters about a profile before `before`, newest first.
///
/// # Errors
/// The database's.
pub fn list_of_profile(
    db: &mut Db,
    profile: ProfileId,
    before: i64,
    limit: i64,
) -> Result<Vec<PastLetter>, StoreError> {
    let query = entries::table
        .filter(entries::profile_id.eq(profile.0).and(entries::id.lt(before)))
        .order(entries::id.desc())
        .limit(limit)
        .select((entries::id, entries::kind, entries::status, entries::created_at));
    let rows: Vec<(i64, String, String, NaiveDateTime)> = each!(db, |c| query.load(c))?;
    let letters = rows.into_iter().map(|(id, kind, status, created_at)| PastLetter {
        id,
        kind,
        status,
        created_at: created_at.and_utc(),
    });
    Ok(letters.collect())
}

/// Deletes, of the `limit` oldest entries, those finished before `before`; gives the profiles they were about.
/// No index of its own is needed: every entry is finished within days of its writing, so the oldest go first.
///
/// # Errors
/// The database's.
pub fn delete_finished(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let oldest = entries::table.order(entries::id).limit(limit).select((entries::id, entries::finished_at));
    let oldest: Vec<(i64, Option<NaiveDateTime>)> = each!(&mut *db, |c| oldest.load(c))?;
    let old = oldest.into_iter().filter(|(_, finished)| finished.is_some_and(|at| at < before.naive_utc()));
    let ids: Vec<i64> = old.map(|(id, _)| id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let old = entries::table.filter(entries::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).returning(entries::profile_id).get_results(c))?)
}

/// Gives up and wipes, of the unsent letters, up to `limit` written before `before`; gives the profiles they
/// were about. The dispatcher gives a letter up long before; this is for an installation without one.
///
/// # Errors
/// The database's.
pub fn wipe_unsent(
    db: &mut Db,
    before: Timestamp,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Option<i64>>, StoreError> {
    let old = entries::table
        .filter(UNSENT)
        .filter(entries::created_at.lt(before.naive_utc()))
        .limit(limit)
        .select(entries::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let change = (
        entries::status.eq("dead"),
        entries::letter_sealed.eq(None::<Vec<u8>>),
        entries::finished_at.eq(Some(now.naive_utc())),
        entries::last_error.eq(Some("kept too long")),
    );
    let old = entries::table.filter(entries::id.eq_any(ids)).filter(UNSENT);
    Ok(each!(db, |c| diesel::update(old).set(change).returning(entries::profile_id).get_results(c))?)
}
