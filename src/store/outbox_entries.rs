//! Table `outbox_entries`: letters from the deed's transaction to the mail server's "250".
//!
//! `pending` → `leased` → `sent`, or back to `pending`, or `dead`; `cancelled` from the first two. The
//! count of attempts names a lease: whoever holds an older one can no longer return the entry.

use diesel::prelude::*;

use super::schema::outbox_entries as entries;
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

/// Cancels the unsent letters about a link, in the caller's transaction; returns how many.
///
/// # Errors
/// The database's.
pub fn cancel_about_link(db: &mut Db, link: LinkId, now: Timestamp) -> Result<usize, StoreError> {
    let unsent = entries::table
        .filter(entries::link_id.eq(link.0))
        .filter(entries::status.eq_any(["pending", "leased"]));
    let change = (
        entries::status.eq("cancelled"),
        entries::letter_sealed.eq(None::<Vec<u8>>),
        entries::lease_until.eq(None::<chrono::NaiveDateTime>),
        entries::finished_at.eq(Some(now.naive_utc())),
    );
    Ok(each!(db, |c| diesel::update(unsent).set(change).execute(c))?)
}
