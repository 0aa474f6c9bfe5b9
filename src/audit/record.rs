//! Writes an event in the caller's transaction.

use super::{Actor, AuditEvent, RequestMeta};
use crate::directory::ProfileId;
use crate::platform::clock::Timestamp;
use crate::store::{Db, StoreError, audit_batches, audit_events};

/// Records `event` about `profile` in the transaction that `db` is in.
///
/// # Errors
/// The database refuses the row; the deed must not stand without it.
pub fn record(
    db: &mut Db,
    at: Timestamp,
    event: impl Into<AuditEvent>,
    actor: Actor,
    profile: Option<ProfileId>,
    meta: &RequestMeta,
) -> Result<(), StoreError> {
    audit_events::insert(db, at, &event.into(), actor, profile, meta)
}

/// Records one event about each of many profiles in the transaction that `db` is in: a few statements,
/// however many there are.
///
/// # Errors
/// As [`record`].
pub fn record_of_each(
    db: &mut Db,
    at: Timestamp,
    events: &[(ProfileId, AuditEvent)],
    actor: Actor,
    meta: &RequestMeta,
) -> Result<(), StoreError> {
    audit_batches::insert_of_each(db, at, events, actor, meta)
}
