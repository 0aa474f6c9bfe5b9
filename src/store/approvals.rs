//! Table `approvals`: deeds that wait for a second operator. One conditional UPDATE ends a request, so that of
//! an approval and a withdrawal at the same moment one wins.

use diesel::prelude::*;

use super::kept::Kept;
use super::schema::{approvals, municipalities, organisations};
use super::spelt_out::SpeltOut;
use super::{Db, StoreError};
use crate::access::{Area, OperatorId};
use crate::directory::ProfileId;
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::each;
use crate::helpdesk::links::approval::{Approval, ApprovalId, ApprovalKind, ApprovalState, ApprovalTarget};
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;

/// The condition of the partial indexes.
const PENDING: SpeltOut = SpeltOut("approvals.state = 'pending'");

#[derive(Queryable, Selectable)]
#[diesel(table_name = approvals)]
struct Row {
    id: i64,
    uid: String,
    number: String,
    kind: String,
    area_kind: String,
    area_id: i64,
    profile_id: Option<i64>,
    link_id: Option<i64>,
    reason: String,
    comment_sealed: Vec<u8>,
    asked_by: i64,
    asked_at: chrono::NaiveDateTime,
    expires_at: chrono::NaiveDateTime,
    state: String,
    decided_by: Option<i64>,
}

impl Row {
    fn into_approval(self) -> Result<Approval, StoreError> {
        let target = self.profile_id.zip(self.link_id);
        Ok(Approval {
            id: ApprovalId(self.id),
            uid: self.uid,
            number: self.number,
            kind: ApprovalKind::from_name(&self.kind).ok_or(StoreError::Corrupt("approvals.kind"))?,
            area: Area::from_stored(&self.area_kind, self.area_id)
                .ok_or(StoreError::Corrupt("approvals.area_kind"))?,
            target: target
                .map(|(profile, link)| ApprovalTarget { profile: ProfileId(profile), link: LinkId(link) }),
            reason: UnlinkReason::from_name(&self.reason).ok_or(StoreError::Corrupt("approvals.reason"))?,
            basis_sealed: self.comment_sealed,
            asked_by: OperatorId(self.asked_by),
            asked_at: self.asked_at.and_utc(),
            expires_at: self.expires_at.and_utc(),
            state: ApprovalState::from_name(&self.state).ok_or(StoreError::Corrupt("approvals.state"))?,
            decided_by: self.decided_by.map(OperatorId),
        })
    }
}

/// Keeps a request; its `id` is not looked at.
///
/// # Errors
/// [`StoreError::Conflict`] when the link is asked about already, or the number is taken.
pub fn insert(db: &mut Db, new: &Approval) -> Result<ApprovalId, StoreError> {
    let row = (
        approvals::uid.eq(&new.uid),
        approvals::number.eq(&new.number),
        approvals::kind.eq(new.kind.as_str()),
        approvals::area_kind.eq(new.area.kind()),
        approvals::area_id.eq(new.area.id()),
        approvals::profile_id.eq(new.target.map(|target| target.profile.0)),
        approvals::link_id.eq(new.target.map(|target| target.link.0)),
        approvals::reason.eq(new.reason.as_str()),
        approvals::comment_sealed.eq(&new.basis_sealed),
        approvals::asked_by.eq(new.asked_by.0),
        approvals::asked_at.eq(new.asked_at.naive_utc()),
        approvals::expires_at.eq(new.expires_at.naive_utc()),
        approvals::state.eq(ApprovalState::Pending.as_str()),
    );
    let id = each!(db, |c| diesel::insert_into(approvals::table)
        .values(row)
        .returning(approvals::id)
        .get_result(c))?;
    Ok(ApprovalId(id))
}

/// A request within an area: one outside it is read no further than one that does not exist.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_in_area(db: &mut Db, area: Area, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
    let query = approvals::table.filter(approvals::id.eq(id.0)).filter(within(area));
    let row: Option<Row> = each!(db, |c| query.select(Row::as_select()).get_result(c).optional())?;
    row.map(Row::into_approval).transpose()
}

/// The requests of an area that wait, the oldest first.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_pending(
    db: &mut Db,
    area: Area,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Approval>, StoreError> {
    let query = approvals::table
        .filter(PENDING)
        .filter(within(area))
        .filter(approvals::expires_at.gt(now.naive_utc()))
        .order(approvals::id)
        .limit(limit);
    let rows: Vec<Row> = each!(db, |c| query.select(Row::as_select()).load(c))?;
    rows.into_iter().map(Row::into_approval).collect()
}

/// How many requests of an area wait for somebody else than `asker`, counted up to `limit`.
///
/// # Errors
/// The database's.
pub fn count_pending(
    db: &mut Db,
    area: Area,
    asker: OperatorId,
    now: Timestamp,
    limit: i64,
) -> Result<usize, StoreError> {
    let query = approvals::table
        .filter(PENDING)
        .filter(within(area))
        .filter(approvals::expires_at.gt(now.naive_utc()))
        .filter(approvals::asked_by.ne(asker.0))
        .select(approvals::id)
        .limit(limit);
    let found: Vec<i64> = each!(db, |c| query.load(c))?;
    Ok(found.len())
}

/// The request about a link that waits.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_pending_of_link(
    db: &mut Db,
    link: LinkId,
    now: Timestamp,
) -> Result<Option<Approval>, StoreError> {
    let query = approvals::table
        .filter(PENDING)
        .filter(approvals::link_id.eq(link.0))
        .filter(approvals::expires_at.gt(now.naive_utc()));
    let row: Option<Row> = each!(db, |c| query.select(Row::as_select()).get_result(c).optional())?;
    row.map(Row::into_approval).transpose()
}

/// Ends a request that waits; whether this call did.
///
/// # Errors
/// The database's.
pub fn decide(
    db: &mut Db,
    id: ApprovalId,
    state: ApprovalState,
    by: Option<OperatorId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let pending = approvals::table.filter(approvals::id.eq(id.0)).filter(PENDING);
    let rows = each!(db, |c| diesel::update(pending)
        .set((
            approvals::state.eq(state.as_str()),
            approvals::decided_by.eq(by.map(|by| by.0)),
            approvals::decided_at.eq(now.naive_utc()),
        ))
        .execute(c))?;
    Ok(rows == 1)
}

/// Ends what waits about a link that is gone, and gives it.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn void_of_link(db: &mut Db, link: LinkId, now: Timestamp) -> Result<Vec<Approval>, StoreError> {
    let ended =
        (approvals::state.eq(ApprovalState::Void.as_str()), approvals::decided_at.eq(now.naive_utc()));
    let pending = approvals::table.filter(approvals::link_id.eq(link.0)).filter(PENDING);
    let update = diesel::update(pending).set(ended).returning(approvals::id);
    let ids: Vec<i64> = each!(&mut *db, |c| Kept(update).load(c))?;
    list(db, ids)
}

/// Ends what waits about a link if its time was over at `before`, and gives it.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn close_expired_of_link(
    db: &mut Db,
    link: LinkId,
    before: Timestamp,
) -> Result<Vec<Approval>, StoreError> {
    let old = approvals::table
        .filter(PENDING)
        .filter(approvals::link_id.eq(link.0))
        .filter(approvals::expires_at.le(before.naive_utc()))
        .select(approvals::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    close(db, ids, before)
}

/// Ends up to `limit` requests whose time was over at `before`, and gives them.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn close_expired(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Approval>, StoreError> {
    let old = approvals::table
        .filter(PENDING)
        .filter(approvals::expires_at.le(before.naive_utc()))
        .limit(limit)
        .select(approvals::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    close(db, ids, before)
}

/// Says of those of `ids` that still wait that nobody decided in time; gives them.
fn close(db: &mut Db, ids: Vec<i64>, now: Timestamp) -> Result<Vec<Approval>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let old = approvals::table.filter(approvals::id.eq_any(ids)).filter(PENDING);
    let ended =
        (approvals::state.eq(ApprovalState::Expired.as_str()), approvals::decided_at.eq(now.naive_utc()));
    let ids: Vec<i64> =
        each!(&mut *db, |c| diesel::update(old).set(ended).returning(approvals::id).get_results(c))?;
    list(db, ids)
}

/// The requests of these ids, the oldest first.
fn list(db: &mut Db, ids: Vec<i64>) -> Result<Vec<Approval>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = approvals::table.filter(approvals::id.eq_any(ids)).order(approvals::id);
    let rows: Vec<Row> = each!(db, |c| query.select(Row::as_select()).load(c))?;
    rows.into_iter().map(Row::into_approval).collect()
}

/// Destroys, of the oldest `limit` requests, those that ended before `before`; the profiles they were about.
///
/// # Errors
/// The database's.
pub fn delete_ended(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let oldest =
        approvals::table.order(approvals::id).limit(limit).select((approvals::id, approvals::decided_at));
    let oldest: Vec<(i64, Option<chrono::NaiveDateTime>)> = each!(&mut *db, |c| oldest.load(c))?;
    let old = oldest.into_iter().filter(|(_, ended)| ended.is_some_and(|at| at < before.naive_utc()));
    let ids: Vec<i64> = old.map(|(id, _)| id).collect();
    let old = approvals::table.filter(approvals::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).returning(approvals::profile_id).get_results(c))?)
}

/// Whether what a request touches lies in an area, as a condition of the query.
#[diesel::dsl::auto_type(no_type_alias)]
fn within(area: Area) -> _ {
    let (region, municipality, organisation): (Option<i64>, Option<i64>, Option<i64>) = levels(area);
    // An area of one level covers itself and what lies below it; the other conditions compare with NULL.
    let regions = approvals::area_kind.eq("region").and(approvals::area_id.nullable().eq(region));
    let of_region = municipalities::table
        .filter(municipalities::region_id.nullable().eq(region))
        .select(municipalities::id);
    let of_region_too = organisations::table
        .inner_join(municipalities::table)
        .filter(municipalities::region_id.nullable().eq(region))
        .select(organisations::id);
    let of_municipality = organisations::table
        .filter(organisations::municipality_id.nullable().eq(municipality))
        .select(organisations::id);
    let its_municipality =
        approvals::area_id.nullable().eq(municipality).or(approvals::area_id.eq_any(of_region));
    let its_organisation = approvals::area_id
        .nullable()
        .eq(organisation)
        .or(approvals::area_id.eq_any(of_municipality))
        .or(approvals::area_id.eq_any(of_region_too));
    regions
        .or(approvals::area_kind.eq("municipality").and(its_municipality))
        .or(approvals::area_kind.eq("organisation").and(its_organisation))
}

fn levels(area: Area) -> (Option<i64>, Option<i64>, Option<i64>) {
    match area {
        Area::Region(RegionId(id)) => (Some(id), None, None),
        Area::Municipality(MunicipalityId(id)) => (None, Some(id), None),
        Area::Organisation(organisation) => (None, None, Some(organisation.0)),
    }
}
