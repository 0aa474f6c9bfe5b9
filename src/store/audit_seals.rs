//! Tables `audit_seals`, `audit_checkpoints`, `audit_unsealed`, `audit_sealers`: the chain over the audit.
//!
//! A trigger puts every new event into `audit_unsealed`; the sealer moves it from there into the chain. So an
//! event is found whenever its transaction commits, however much later than its number was given.

use chrono::NaiveDateTime;
use diesel::dsl::{exists, max, min, not};
use diesel::prelude::*;

use super::audit_events::Row as EventRow;
use super::schema::{audit_checkpoints, audit_events, audit_sealers, audit_seals, audit_unsealed};
use super::{Db, StoreError};
use crate::audit::AuditEntry;
use crate::audit::chain::{Anchor, ChainHash, Seal};
use crate::each;
use crate::platform::clock::Timestamp;

/// A seal with its event, if that is still there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedEntry {
    /// The seal.
    pub seal: Seal,
    /// The event.
    pub entry: Option<AuditEntry>,
}

fn anchor(sequence: i64, hash: &[u8], of: &'static str) -> Result<Anchor, StoreError> {
    let hash = ChainHash::from_stored(hash).ok_or(StoreError::Corrupt(of))?;
    Ok(Anchor { sequence, hash })
}

pub(super) fn stored_seal(
    sequence: i64,
    event: i64,
    hash: &[u8],
    sealed_at: NaiveDateTime,
) -> Result<Seal, StoreError> {
    Ok(Seal { anchor: anchor(sequence, hash, "audit_seals.hash")?, event, sealed_at: sealed_at.and_utc() })
}

/// Takes the one place of the sealer until the transaction ends; `false` if another has it.
///
/// # Errors
/// The database's.
pub fn take_turn(db: &mut Db) -> Result<bool, StoreError> {
    let row = audit_sealers::table.find(1).select(audit_sealers::id);
    let taken: Option<i64> = match db {
        // One transaction writes at a time.
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => row.get_result(c).optional()?,
        #[cfg(feature = "postgres")]
        Db::Pg(c) => row.for_update().skip_locked().get_result(c).optional()?,
    };
    Ok(taken.is_some())
}

/// The same, waiting for whoever has it.
///
/// # Errors
/// The database's; it waits no longer than any statement may.
pub fn wait_for_turn(db: &mut Db) -> Result<(), StoreError> {
    let row = audit_sealers::table.find(1).select(audit_sealers::id);
    let _: i64 = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => row.get_result(c)?,
        #[cfg(feature = "postgres")]
        Db::Pg(c) => row.for_update().get_result(c)?,
    };
    Ok(())
}

/// When the head last went out in letters.
///
/// # Errors
/// The database's.
pub fn find_lettered_at(db: &mut Db) -> Result<Option<Timestamp>, StoreError> {
    let at = audit_sealers::table.find(1).select(audit_sealers::lettered_at);
    let at: Option<NaiveDateTime> = each!(db, |c| at.get_result(c))?;
    Ok(at.map(|at| at.and_utc()))
}

/// Notes that it goes out now.
///
/// # Errors
/// The database's.
pub fn set_lettered_at(db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
    let change = audit_sealers::lettered_at.eq(Some(now.naive_utc()));
    each!(db, |c| diesel::update(audit_sealers::table.find(1)).set(change).execute(c))?;
    Ok(())
}

/// Whether an event waits for its seal.
///
/// # Errors
/// The database's.
pub fn has_unsealed(db: &mut Db) -> Result<bool, StoreError> {
    let waiting = exists(audit_unsealed::table.select(audit_unsealed::event_id));
    Ok(each!(db, |c| diesel::select(waiting).get_result(c))?)
}

/// How many events wait for their seal.
///
/// # Errors
/// The database's.
pub fn count_unsealed(db: &mut Db) -> Result<i64, StoreError> {
    Ok(each!(db, |c| audit_unsealed::table.count().get_result(c))?)
}

/// Events that wait, in the order of their numbers.
///
/// # Errors
/// The database's.
pub fn list_unsealed(db: &mut Db, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let query =
        audit_unsealed::table.inner_join(audit_events::table).order(audit_unsealed::event_id).limit(limit);
    let rows: Vec<EventRow> = each!(db, |c| query.select(EventRow::as_select()).load(c))?;
    Ok(rows.into_iter().map(EventRow::into_entry).collect())
}

/// Events of a kind that wait: the record of a destruction that was just made is among them.
///
/// # Errors
/// The database's.
pub fn list_unsealed_of_kind(db: &mut Db, kind: &str) -> Result<Vec<AuditEntry>, StoreError> {
    let query = audit_unsealed::table.inner_join(audit_events::table).filter(audit_events::kind.eq(kind));
    let rows: Vec<EventRow> = each!(db, |c| query.select(EventRow::as_select()).load(c))?;
    Ok(rows.into_iter().map(EventRow::into_entry).collect())
}

/// The last seal; the checkpoint if every seal before it is gone; or [`Anchor::START`].
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_head(db: &mut Db) -> Result<Anchor, StoreError> {
    let last = audit_seals::table.order(audit_seals::sequence.desc()).limit(1);
    let last = last.select((audit_seals::sequence, audit_seals::hash));
    let last: Option<(i64, Vec<u8>)> = each!(&mut *db, |c| last.get_result(c).optional())?;
    match last {
        Some((sequence, hash)) => anchor(sequence, &hash, "audit_seals.hash"),
        None => Ok(find_checkpoint(db)?.unwrap_or(Anchor::START)),
    }
}

/// Where the chain begins, if old events were destroyed.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_checkpoint(db: &mut Db) -> Result<Option<Anchor>, StoreError> {
    let last = audit_checkpoints::table.order(audit_checkpoints::sequence.desc()).limit(1);
    let last = last.select((audit_checkpoints::sequence, audit_checkpoints::hash));
    let last: Option<(i64, Vec<u8>)> = each!(db, |c| last.get_result(c).optional())?;
    last.map(|(sequence, hash)| anchor(sequence, &hash, "audit_checkpoints.hash")).transpose()
}

/// Puts seals at the end of the chain and takes their events out of those that wait.
///
/// # Errors
/// The database's; a conflict when another sealer was at work against the rule.
pub fn insert(db: &mut Db, seals: &[Seal]) -> Result<(), StoreError> {
    let rows: Vec<_> = seals
        .iter()
        .map(|seal| {
            (
                audit_seals::sequence.eq(seal.anchor.sequence),
                audit_seals::event_id.eq(seal.event),
                audit_seals::hash.eq(seal.anchor.hash.0.to_vec()),
                audit_seals::sealed_at.eq(seal.sealed_at.naive_utc()),
            )
        })
        .collect();
    each!(&mut *db, |c| diesel::insert_into(audit_seals::table).values(rows).execute(c))?;
    let events: Vec<i64> = seals.iter().map(|seal| seal.event).collect();
    let sealed = audit_unsealed::table.filter(audit_unsealed::event_id.eq_any(events));
    each!(db, |c| diesel::delete(sealed).execute(c))?;
    Ok(())
}

/// Seals with their events, in the order of the chain, from after `sequence`.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_after(db: &mut Db, sequence: i64, limit: i64) -> Result<Vec<SealedEntry>, StoreError> {
    type Found = ((i64, i64, Vec<u8>, NaiveDateTime), Option<EventRow>);
    let query = audit_seals::table
        .left_join(audit_events::table)
        .filter(audit_seals::sequence.gt(sequence))
        .order(audit_seals::sequence)
        .limit(limit);
    let seal = (audit_seals::sequence, audit_seals::event_id, audit_seals::hash, audit_seals::sealed_at);
    let rows: Vec<Found> = each!(db, |c| query.select((seal, Option::<EventRow>::as_select())).load(c))?;
    rows.into_iter()
        .map(|((sequence, event, hash, sealed_at), entry)| {
            let seal = stored_seal(sequence, event, &hash, sealed_at)?;
            Ok(SealedEntry { seal, entry: entry.map(EventRow::into_entry) })
        })
        .collect()
}

/// Lets the chain begin after `checkpoint`: notes it, and deletes the seals up to it with their events.
///
/// # Errors
/// The database's.
pub fn delete_until(
    db: &mut Db,
    checkpoint: Anchor,
    events: Vec<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        audit_checkpoints::sequence.eq(checkpoint.sequence),
        audit_checkpoints::hash.eq(checkpoint.hash.0.to_vec()),
        audit_checkpoints::created_at.eq(now.naive_utc()),
    );
    each!(&mut *db, |c| diesel::insert_into(audit_checkpoints::table).values(row).execute(c))?;
    // The triggers let an event go while its seal tells that the checkpoint covers it.
    let events = audit_events::table.filter(audit_events::id.eq_any(events));
    each!(&mut *db, |c| diesel::delete(events).execute(c))?;
    let seals = audit_seals::table.filter(audit_seals::sequence.le(checkpoint.sequence));
    each!(db, |c| diesel::delete(seals).execute(c))?;
    Ok(())
}

/// Number of the next seal after `sequence`, whatever the rest of its row holds.
///
/// # Errors
/// The database's.
pub fn find_next_sequence(db: &mut Db, sequence: i64) -> Result<Option<i64>, StoreError> {
    let next = audit_seals::table.filter(audit_seals::sequence.gt(sequence));
    Ok(each!(db, |c| next.select(min(audit_seals::sequence)).get_result(c))?)
}

/// The first event that waits for its seal and is not there any more.
///
/// # Errors
/// The database's.
pub fn find_waiting_without_event(db: &mut Db) -> Result<Option<i64>, StoreError> {
    let event = audit_events::table.filter(audit_events::id.eq(audit_unsealed::event_id));
    let lost = audit_unsealed::table.filter(not(exists(event.select(audit_events::id))));
    Ok(each!(db, |c| lost.select(min(audit_unsealed::event_id)).get_result(c))?)
}

/// The greatest number of an event.
///
/// # Errors
/// The database's.
pub fn find_last_event(db: &mut Db) -> Result<Option<i64>, StoreError> {
    Ok(each!(db, |c| audit_events::table.select(max(audit_events::id)).get_result(c))?)
}

/// The first event after `after`, up to `until`, that is neither sealed nor waits for its seal.
///
/// # Errors
/// The database's.
pub fn find_outside(db: &mut Db, after: i64, until: i64) -> Result<Option<i64>, StoreError> {
    let seal = audit_seals::table.filter(audit_seals::event_id.eq(audit_events::id));
    let waiting = audit_unsealed::table.filter(audit_unsealed::event_id.eq(audit_events::id));
    let outside = audit_events::table
        .filter(audit_events::id.gt(after))
        .filter(audit_events::id.le(until))
        .filter(not(exists(seal.select(audit_seals::sequence))))
        .filter(not(exists(waiting.select(audit_unsealed::event_id))));
    Ok(each!(db, |c| outside.select(min(audit_events::id)).get_result(c))?)
}
