//! Table `audit_events`: what happened. Triggers refuse every change, and every removal but that of events
//! whose destruction the chain shows (`super::audit_seals`).

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::audit_seals::stored_seal;
use super::schema::{audit_events, audit_seals, municipalities, operators, organisations, profiles};
use super::{Db, StoreError};
use crate::access::{Area, OperatorId};
use crate::audit::chain::Seal;
use crate::audit::{Actor, AuditEntry, AuditEvent, Period, RequestMeta};
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::directory::{OrganisationId, ProfileId};
use crate::each;
use crate::platform::clock::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub(super) struct Row {
    id: i64,
    occurred_at: NaiveDateTime,
    kind: String,
    actor: String,
    profile_id: Option<i64>,
    details: String,
    request_id: String,
    address: String,
    organisation_id: Option<i64>,
    municipality_id: Option<i64>,
}

impl Row {
    pub(super) fn into_entry(self) -> AuditEntry {
        AuditEntry {
            id: self.id,
            occurred_at: self.occurred_at.and_utc(),
            kind: self.kind,
            actor: self.actor,
            profile: self.profile_id,
            details: self.details,
            request_id: self.request_id,
            address: self.address,
            organisation: self.organisation_id,
            municipality: self.municipality_id,
        }
    }
}

/// Adds one event. It belongs to the area of its profile's organisation, or else to that of the operator; what
/// has neither only the region sees.
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
    match (profile, actor) {
        (Some(ProfileId(id)), _) => {
            let organisation = profiles::table.find(id).select(profiles::organisation_id);
            let municipality = profiles::table
                .inner_join(organisations::table)
                .filter(profiles::id.eq(id))
                .select(organisations::municipality_id);
            let place = (
                audit_events::organisation_id.eq(organisation.single_value()),
                audit_events::municipality_id.eq(municipality.single_value()),
            );
            each!(db, |c| diesel::insert_into(audit_events::table).values((row, place)).execute(c))?
        }
        (None, Actor::Operator(OperatorId(id))) => {
            let (organisation, municipality) = area_of_operator(db, id)?;
            let place = (
                audit_events::organisation_id.eq(organisation),
                audit_events::municipality_id.eq(municipality),
            );
            each!(db, |c| diesel::insert_into(audit_events::table).values((row, place)).execute(c))?
        }
        (None, _) => each!(db, |c| diesel::insert_into(audit_events::table).values(row).execute(c))?,
    };
    Ok(())
}

/// Organisation and municipality that the operator's area lies in.
fn area_of_operator(db: &mut Db, id: i64) -> Result<(Option<i64>, Option<i64>), StoreError> {
    let query = operators::table.find(id).select((operators::area_kind, operators::area_id));
    let area: Option<(String, i64)> = each!(&mut *db, |c| query.get_result(c).optional())?;
    match area.and_then(|(kind, id)| Area::from_stored(&kind, id)) {
        Some(Area::Organisation(OrganisationId(id))) => {
            let query = organisations::table.find(id).select(organisations::municipality_id);
            Ok((Some(id), each!(db, |c| query.get_result(c).optional())?))
        }
        Some(Area::Municipality(MunicipalityId(id))) => Ok((None, Some(id))),
        Some(Area::Region(_)) | None => Ok((None, None)),
    }
}

/// An event as it was stored. The kind is a name, not a variant: a row of a newer program is shown too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastEvent {
    /// Id; later events have greater ones.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// [`AuditEvent::kind`].
    pub kind: String,
    /// Who did it.
    pub actor: Actor,
    /// [`AuditEvent::details`].
    pub details: serde_json::Value,
}

type PastRow = (i64, NaiveDateTime, String, String, String);

fn past_event((id, at, kind, actor, details): PastRow) -> Result<PastEvent, StoreError> {
    Ok(PastEvent {
        id,
        at: at.and_utc(),
        kind,
        actor: Actor::from_text(&actor).ok_or(StoreError::Corrupt("audit_events.actor"))?,
        details: serde_json::from_str(&details).map_err(|_| StoreError::Corrupt("audit_events.details"))?,
    })
}

/// Events about a profile before `before`, newest first.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_of_profile(
    db: &mut Db,
    profile: ProfileId,
    before: i64,
    limit: i64,
) -> Result<Vec<PastEvent>, StoreError> {
    let query = audit_events::table
        .filter(audit_events::profile_id.eq(profile.0).and(audit_events::id.lt(before)))
        .order(audit_events::id.desc())
        .limit(limit)
        .select(past_columns());
    let rows: Vec<PastRow> = each!(db, |c| query.load(c))?;
    rows.into_iter().map(past_event).collect()
}

/// The newest events of some kinds about a profile.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_of_kinds(
    db: &mut Db,
    profile: ProfileId,
    kinds: [&str; 2],
    limit: i64,
) -> Result<Vec<PastEvent>, StoreError> {
    let query = audit_events::table
        .filter(audit_events::profile_id.eq(profile.0))
        .filter(audit_events::kind.eq(kinds[0]).or(audit_events::kind.eq(kinds[1])))
        .order(audit_events::id.desc())
        .limit(limit)
        .select(past_columns());
    let rows: Vec<PastRow> = each!(db, |c| query.load(c))?;
    rows.into_iter().map(past_event).collect()
}

#[diesel::dsl::auto_type(no_type_alias)]
fn past_columns() -> _ {
    (
        audit_events::id,
        audit_events::occurred_at,
        audit_events::kind,
        audit_events::actor,
        audit_events::details,
    )
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

/// Whose events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's, for the command line.
    All,
    /// Those of an area.
    Area(Area),
}

/// A piece of a long list: what follows the row of this moment and number.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The last row of the piece before.
    pub after: Option<(Timestamp, i64)>,
    /// Rows at most.
    pub limit: i64,
}

/// Events of a period with their seals, oldest first.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_sealed(
    db: &mut Db,
    scope: Scope,
    period: Period,
    page: Page,
) -> Result<Vec<(AuditEntry, Option<Seal>)>, StoreError> {
    let (from, until) = (period.from.naive_utc(), period.until.naive_utc());
    let (after, number) = page.after.map_or((from, 0), |(at, id)| (at.naive_utc(), id));
    // The first condition is what the index serves, the second cuts off the rows of that very moment.
    let query = audit_events::table
        .left_join(audit_seals::table.on(audit_seals::event_id.eq(audit_events::id)))
        .filter(audit_events::occurred_at.ge(after).and(audit_events::occurred_at.lt(until)))
        .filter(audit_events::occurred_at.gt(after).or(audit_events::id.gt(number)))
        .order((audit_events::occurred_at, audit_events::id))
        .limit(page.limit);
    type Found = (Row, Option<(i64, Vec<u8>, NaiveDateTime)>);
    let seal = (audit_seals::sequence, audit_seals::hash, audit_seals::sealed_at).nullable();
    let rows: Vec<Found> = match scope {
        Scope::All => each!(db, |c| query.select((Row::as_select(), seal)).load(c))?,
        Scope::Area(Area::Region(RegionId(area))) => {
            let own = municipalities::table
                .filter(municipalities::region_id.eq(area))
                .select(municipalities::id.nullable());
            let query = query.filter(
                audit_events::municipality_id.is_null().or(audit_events::municipality_id.eq_any(own)),
            );
            each!(db, |c| query.select((Row::as_select(), seal)).load(c))?
        }
        Scope::Area(Area::Municipality(MunicipalityId(area))) => {
            let query = query.filter(audit_events::municipality_id.eq(area));
            each!(db, |c| query.select((Row::as_select(), seal)).load(c))?
        }
        Scope::Area(Area::Organisation(OrganisationId(area))) => {
            let query = query.filter(audit_events::organisation_id.eq(area));
            each!(db, |c| query.select((Row::as_select(), seal)).load(c))?
        }
    };
    rows.into_iter()
        .map(|(row, seal)| {
            let entry = row.into_entry();
            let seal =
                seal.map(|(sequence, hash, at)| stored_seal(sequence, entry.id, &hash, at)).transpose()?;
            Ok((entry, seal))
        })
        .collect()
}
