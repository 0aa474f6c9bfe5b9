//! Many events of one deed into `audit_events`, one about each of many profiles: a few statements, however
//! many there are. A single event is `audit_events`' own.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::{audit_events, organisations, profiles};
use super::{Db, StoreError};
use crate::audit::{Actor, AuditEvent, RequestMeta};
use crate::directory::ProfileId;
use crate::each;
use crate::platform::clock::Timestamp;

/// Rows of one INSERT stay far below the databases' bounds of bound values.
const CHUNK: usize = 1000;

/// Adds one event about each of many profiles. Each belongs to the area of its profile's organisation.
///
/// # Errors
/// The database's.
pub fn insert_of_each(
    db: &mut Db,
    at: Timestamp,
    events: &[(ProfileId, AuditEvent)],
    actor: Actor,
    meta: &RequestMeta,
) -> Result<(), StoreError> {
    let actor = actor.to_text();
    for chunk in events.chunks(CHUNK) {
        let ids: Vec<i64> = chunk.iter().map(|(profile, _)| profile.0).collect();
        let query = profiles::table
            .inner_join(organisations::table)
            .filter(profiles::id.eq_any(ids))
            .select((profiles::id, (profiles::organisation_id, organisations::municipality_id)));
        let places: Vec<(i64, (i64, i64))> = each!(&mut *db, |c| query.load(c))?;
        let places: HashMap<i64, (i64, i64)> = places.into_iter().collect();
        let rows: Vec<_> = chunk
            .iter()
            .map(|(profile, event)| {
                let place = places.get(&profile.0);
                (
                    audit_events::occurred_at.eq(at.naive_utc()),
                    audit_events::kind.eq(event.kind()),
                    audit_events::actor.eq(&actor),
                    audit_events::profile_id.eq(profile.0),
                    audit_events::details.eq(event.details().to_string()),
                    audit_events::request_id.eq(&meta.request_id),
                    audit_events::address.eq(&meta.address),
                    audit_events::organisation_id.eq(place.map(|place| place.0)),
                    audit_events::municipality_id.eq(place.map(|place| place.1)),
                )
            })
            .collect();
        each!(&mut *db, |c| diesel::insert_into(audit_events::table).values(&rows).execute(c))?;
    }
    Ok(())
}
