//! Table `audit_events`: insert only; triggers refuse everything else.

use diesel::prelude::*;

use super::schema::audit_events;
use super::{Db, StoreError};
use crate::audit::{Actor, AuditEvent, RequestMeta};
use crate::directory::ProfileId;
use crate::each;
use crate::platform::clock::Timestamp;

/// Adds one event.
///
/// # Errors
/// The database's.
pub fn insert(
    db: &mut Db,
    at: Timestamp,
    event: &AuditEvent,
    actor: Actor,
    profile: Option<ProfileId>,
    meta: &RequestMeta,
) -> Result<(), StoreError> {
    let row = (
        audit_events::occurred_at.eq(at.naive_utc()),
        audit_events::kind.eq(event.kind()),
        audit_events::actor.eq(actor.to_text()),
        audit_events::profile_id.eq(profile.map(|profile| profile.0)),
        audit_events::details.eq(event.details().to_string()),
        audit_events::request_id.eq(&meta.request_id),
        audit_events::address.eq(&meta.address),
    );
    each!(db, |c| diesel::insert_into(audit_events::table).values(row).execute(c))?;
    Ok(())
}

/// Kinds of all events about a profile, oldest first.
///
/// # Errors
/// The database's.
pub fn list_kinds(db: &mut Db, profile: ProfileId) -> Result<Vec<String>, StoreError> {
    let query = audit_events::table
        .filter(audit_events::profile_id.eq(profile.0))
        .order(audit_events::id)
        .select(audit_events::kind);
    Ok(each!(db, |c| query.load(c))?)
}
