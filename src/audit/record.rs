//! Writes an event in the caller's transaction.

use super::{Actor, AuditEvent, RequestMeta};
use crate::directory::ProfileId;
use crate::platform::clock::Timestamp;
use crate::store::{Db, StoreError, audit_events};

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
