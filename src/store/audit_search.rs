//! Table `audit_events` as an operator searches it: within an area, of a span, newest first.

use diesel::prelude::*;

use super::audit_events::Row;
use super::schema::{audit_events, audit_seals, municipalities};
use super::{Db, StoreError};
use crate::access::Area;
use crate::audit::{AuditEntry, Period};
use crate::directory::OrganisationId;
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::each;
use crate::platform::clock::Timestamp;

/// What is asked for; the area is always a condition of the query itself.
#[derive(Clone, Debug)]
pub struct AuditSearch {
    /// Whose events exist at all.
    pub area: Area,
    /// From when to when.
    pub period: Period,
    /// First part of the kinds; all without.
    pub kinds: Option<&'static str>,
    /// [`crate::audit::Actor::to_text`] of who did it.
    pub actor: Option<String>,
    /// Number of the profile it is about.
    pub profile: Option<i64>,
    /// Only what is older than this row.
    pub before: Option<(Timestamp, i64)>,
    /// Rows at most.
    pub limit: i64,
}

/// The events, newest first, each with the number of its seal.
///
/// # Errors
/// The database's.
pub fn search(db: &mut Db, search: &AuditSearch) -> Result<Vec<(AuditEntry, Option<i64>)>, StoreError> {
    let (from, until) = (search.period.from.naive_utc(), search.period.until.naive_utc());
    let rows: Vec<(Row, Option<i64>)> = each!(db, |c| {
        let mut query = audit_events::table
            .left_join(audit_seals::table.on(audit_seals::event_id.eq(audit_events::id)))
            .filter(audit_events::occurred_at.ge(from).and(audit_events::occurred_at.lt(until)))
            .into_boxed();
        query = match search.area {
            Area::Region(RegionId(id)) => {
                let own = municipalities::table
                    .filter(municipalities::region_id.eq(id))
                    .select(municipalities::id.nullable());
                query.filter(
                    audit_events::municipality_id.is_null().or(audit_events::municipality_id.eq_any(own)),
                )
            }
            Area::Municipality(MunicipalityId(id)) => query.filter(audit_events::municipality_id.eq(id)),
            Area::Organisation(OrganisationId(id)) => query.filter(audit_events::organisation_id.eq(id)),
        };
        if let Some(kinds) = search.kinds {
            // All that begins with it and a colon: the character after a colon is a semicolon.
            let (first, after) = (format!("{kinds}:"), format!("{kinds};"));
            query = query.filter(audit_events::kind.ge(first).and(audit_events::kind.lt(after)));
        }
        if let Some(actor) = &search.actor {
            query = query.filter(audit_events::actor.eq(actor));
        }
        if let Some(profile) = search.profile {
            query = query.filter(audit_events::profile_id.eq(profile));
        }
        if let Some((at, id)) = search.before {
            let at = at.naive_utc();
            query = query.filter(audit_events::occurred_at.le(at));
            query = query.filter(audit_events::occurred_at.lt(at).or(audit_events::id.lt(id)));
        }
        query
            .order((audit_events::occurred_at.desc(), audit_events::id.desc()))
            .limit(search.limit)
            .select((Row::as_select(), audit_seals::sequence.nullable()))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(row, sequence)| (row.into_entry(), sequence)).collect())
}
