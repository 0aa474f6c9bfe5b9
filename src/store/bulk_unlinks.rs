//! Table `bulk_unlinks`: lists of links to be removed. Conditional UPDATEs of the state decide what happens at
//! once; whoever carries a list out holds its row, so that no two do the same line.

use diesel::prelude::*;

use super::schema::{bulk_unlinks, municipalities, organisations};
use super::spelt_out::SpeltOut;
use super::{Db, StoreError};
use crate::access::{Area, OperatorId};
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::each;
use crate::helpdesk::links::bulk::list::{ListId, ListState, UnlinkList};
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::platform::clock::Timestamp;

/// The conditions of the partial indexes.
const RUNNING: SpeltOut = SpeltOut("bulk_unlinks.state = 'running'");
const WAITING: SpeltOut = SpeltOut("bulk_unlinks.state IN ('loading', 'draft', 'asked')");

#[derive(Queryable, Selectable)]
#[diesel(table_name = bulk_unlinks)]
struct Row {
    id: i64,
    uid: String,
    number: String,
    area_kind: String,
    area_id: i64,
    reason: String,
    comment_sealed: Vec<u8>,
    state: String,
    lines: i64,
    to_do: i64,
    position: i64,
    settled: i64,
    unlinked: i64,
    asked_by: i64,
    approved_by: Option<i64>,
    created_at: chrono::NaiveDateTime,
    expires_at: chrono::NaiveDateTime,
    ended_at: Option<chrono::NaiveDateTime>,
}

impl Row {
    fn into_list(self) -> Result<UnlinkList, StoreError> {
        Ok(UnlinkList {
            id: ListId(self.id),
            uid: self.uid,
            number: self.number,
            area: Area::from_stored(&self.area_kind, self.area_id)
                .ok_or(StoreError::Corrupt("bulk_unlinks.area_kind"))?,
            reason: UnlinkReason::from_name(&self.reason)
                .ok_or(StoreError::Corrupt("bulk_unlinks.reason"))?,
            basis_sealed: self.comment_sealed,
            state: ListState::from_name(&self.state).ok_or(StoreError::Corrupt("bulk_unlinks.state"))?,
            lines: count(self.lines)?,
            to_do: count(self.to_do)?,
            position: count(self.position)?,
            settled: count(self.settled)?,
            unlinked: count(self.unlinked)?,
            asked_by: OperatorId(self.asked_by),
            approved_by: self.approved_by.map(OperatorId),
            created_at: self.created_at.and_utc(),
            expires_at: self.expires_at.and_utc(),
            ended_at: self.ended_at.map(|at| at.and_utc()),
        })
    }
}

fn count(stored: i64) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::Corrupt("a count of bulk_unlinks"))
}

/// Keeps a list as it comes in; its `id` and counts are not looked at.
///
/// # Errors
/// [`StoreError::Conflict`] when the number is taken.
pub fn insert(db: &mut Db, new: &UnlinkList) -> Result<ListId, StoreError> {
    let row = (
        bulk_unlinks::uid.eq(&new.uid),
        bulk_unlinks::number.eq(&new.number),
        bulk_unlinks::area_kind.eq(new.area.kind()),
        bulk_unlinks::area_id.eq(new.area.id()),
        bulk_unlinks::reason.eq(new.reason.as_str()),
        bulk_unlinks::comment_sealed.eq(&new.basis_sealed),
        bulk_unlinks::state.eq(ListState::Loading.as_str()),
        bulk_unlinks::lines.eq(0),
        bulk_unlinks::to_do.eq(0),
        bulk_unlinks::position.eq(0),
        bulk_unlinks::settled.eq(0),
        bulk_unlinks::unlinked.eq(0),
        bulk_unlinks::asked_by.eq(new.asked_by.0),
        bulk_unlinks::created_at.eq(new.created_at.naive_utc()),
        bulk_unlinks::expires_at.eq(new.expires_at.naive_utc()),
    );
    let insert = diesel::insert_into(bulk_unlinks::table).values(row).returning(bulk_unlinks::id);
    Ok(ListId(each!(db, |c| insert.get_result(c))?))
}

/// A list within an area: one outside it is read no further than one that does not exist.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_in_area(db: &mut Db, area: Area, number: &str) -> Result<Option<UnlinkList>, StoreError> {
    let query = bulk_unlinks::table.filter(bulk_unlinks::number.eq(number)).filter(within(area));
    let row: Option<Row> = each!(db, |c| query.select(Row::as_select()).get_result(c).optional())?;
    row.map(Row::into_list).transpose()
}

/// The last lists of an area, the newest first; those that never came in whole are left out.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_last(db: &mut Db, area: Area, limit: i64) -> Result<Vec<UnlinkList>, StoreError> {
    let query = bulk_unlinks::table
        .filter(within(area))
        .filter(bulk_unlinks::lines.gt(0))
        .order(bulk_unlinks::id.desc())
        .limit(limit);
    let rows: Vec<Row> = each!(db, |c| query.select(Row::as_select()).load(c))?;
    rows.into_iter().map(Row::into_list).collect()
}

/// The lists of these numbers, in no order.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_by_numbers(db: &mut Db, numbers: &[&str]) -> Result<Vec<UnlinkList>, StoreError> {
    let query = bulk_unlinks::table.filter(bulk_unlinks::number.eq_any(numbers));
    let rows: Vec<Row> = each!(db, |c| query.select(Row::as_select()).load(c))?;
    rows.into_iter().map(Row::into_list).collect()
}

/// The lists to be carried out, the oldest first.
///
/// # Errors
/// The database's.
pub fn list_running(db: &mut Db) -> Result<Vec<ListId>, StoreError> {
    let query = bulk_unlinks::table.filter(RUNNING).order(bulk_unlinks::id).select(bulk_unlinks::id);
    let ids: Vec<i64> = each!(db, |c| query.load(c))?;
    Ok(ids.into_iter().map(ListId).collect())
}

/// A list that is carried out, its row held until the end of the transaction: until then nobody else takes a
/// line of it, and nobody stops it.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_running_and_hold(db: &mut Db, id: ListId) -> Result<Option<UnlinkList>, StoreError> {
    let running = bulk_unlinks::table.filter(bulk_unlinks::id.eq(id.0)).filter(RUNNING);
    // A lock that both databases have.
    let hold = diesel::update(running).set(bulk_unlinks::position.eq(bulk_unlinks::position));
    if each!(&mut *db, |c| hold.execute(c))? == 0 {
        return Ok(None);
    }
    let query = bulk_unlinks::table.filter(bulk_unlinks::id.eq(id.0));
    let row: Row = each!(db, |c| query.select(Row::as_select()).get_result(c))?;
    row.into_list().map(Some)
}

/// Says what came in; from here on it may be asked for. Whether it still was coming in.
///
/// # Errors
/// The database's.
pub fn finish_loading(db: &mut Db, id: ListId, lines: u64, to_do: u64) -> Result<bool, StoreError> {
    let loading = bulk_unlinks::table
        .filter(bulk_unlinks::id.eq(id.0))
        .filter(bulk_unlinks::state.eq(ListState::Loading.as_str()));
    let set = (
        bulk_unlinks::state.eq(ListState::Draft.as_str()),
        bulk_unlinks::lines.eq(i64::try_from(lines).unwrap_or(i64::MAX)),
        bulk_unlinks::to_do.eq(i64::try_from(to_do).unwrap_or(i64::MAX)),
    );
    Ok(each!(db, |c| diesel::update(loading).set(set).execute(c))? == 1)
}

/// It is asked for, until `expires_at`; whether it still was a draft.
///
/// # Errors
/// The database's.
pub fn set_asked(db: &mut Db, id: ListId, expires_at: Timestamp) -> Result<bool, StoreError> {
    let draft = bulk_unlinks::table
        .filter(bulk_unlinks::id.eq(id.0))
        .filter(bulk_unlinks::state.eq(ListState::Draft.as_str()));
    let set = (
        bulk_unlinks::state.eq(ListState::Asked.as_str()),
        bulk_unlinks::expires_at.eq(expires_at.naive_utc()),
    );
    Ok(each!(db, |c| diesel::update(draft).set(set).execute(c))? == 1)
}

/// Carries it out from here on; whether it still was asked for.
///
/// # Errors
/// The database's.
pub fn set_running(db: &mut Db, number: &str, approved_by: OperatorId) -> Result<bool, StoreError> {
    let asked = bulk_unlinks::table
        .filter(bulk_unlinks::number.eq(number))
        .filter(bulk_unlinks::state.eq(ListState::Asked.as_str()));
    let set =
        (bulk_unlinks::state.eq(ListState::Running.as_str()), bulk_unlinks::approved_by.eq(approved_by.0));
    Ok(each!(db, |c| diesel::update(asked).set(set).execute(c))? == 1)
}

/// Ends a list that stands in `from`; whether it did.
///
/// # Errors
/// The database's.
pub fn end(
    db: &mut Db,
    number: &str,
    from: ListState,
    to: ListState,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let standing = bulk_unlinks::table
        .filter(bulk_unlinks::number.eq(number))
        .filter(bulk_unlinks::state.eq(from.as_str()));
    let set = (bulk_unlinks::state.eq(to.as_str()), bulk_unlinks::ended_at.eq(now.naive_utc()));
    Ok(each!(db, |c| diesel::update(standing).set(set).execute(c))? == 1)
}

/// Notes that a line was carried out. The caller holds the row.
///
/// # Errors
/// The database's.
pub fn advance(db: &mut Db, id: ListId, position: u64, unlinked: bool) -> Result<(), StoreError> {
    let set = (
        bulk_unlinks::position.eq(i64::try_from(position).unwrap_or(i64::MAX)),
        bulk_unlinks::settled.eq(bulk_unlinks::settled + 1),
        bulk_unlinks::unlinked.eq(bulk_unlinks::unlinked + i64::from(unlinked)),
    );
    each!(db, |c| diesel::update(bulk_unlinks::table.find(id.0)).set(set).execute(c))?;
    Ok(())
}

/// Ends up to `limit` lists that nobody asked for or decided about before `before`; gives them as they stood.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn close_expired(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<UnlinkList>, StoreError> {
    let old = bulk_unlinks::expires_at.le(before.naive_utc());
    let query = bulk_unlinks::table.filter(WAITING).filter(old).limit(limit);
    let found: Vec<Row> = each!(&mut *db, |c| query.select(Row::as_select()).load(c))?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
    // One that was asked for since has another time.
    let waiting = bulk_unlinks::table.filter(bulk_unlinks::id.eq_any(ids)).filter(WAITING).filter(old);
    let set =
        (bulk_unlinks::state.eq(ListState::Expired.as_str()), bulk_unlinks::ended_at.eq(before.naive_utc()));
    let ended: Vec<i64> =
        each!(db, |c| diesel::update(waiting).set(set).returning(bulk_unlinks::id).get_results(c))?;
    found.into_iter().filter(|row| ended.contains(&row.id)).map(Row::into_list).collect()
}

/// The oldest list that ended before `before`.
///
/// # Errors
/// The database's.
pub(super) fn find_oldest_ended(db: &mut Db, before: Timestamp) -> Result<Option<i64>, StoreError> {
    let old = bulk_unlinks::table
        .filter(bulk_unlinks::ended_at.lt(before.naive_utc()))
        .order(bulk_unlinks::ended_at)
        .select(bulk_unlinks::id);
    Ok(each!(db, |c| old.first(c).optional())?)
}

/// Whether where a list was handed in lies in an area, as a condition of the query.
#[diesel::dsl::auto_type(no_type_alias)]
fn within(area: Area) -> _ {
    let (region, municipality, organisation): (Option<i64>, Option<i64>, Option<i64>) = levels(area);
    // An area of one level covers itself and what lies below it; the other conditions compare with NULL.
    let regions = bulk_unlinks::area_kind.eq("region").and(bulk_unlinks::area_id.nullable().eq(region));
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
        bulk_unlinks::area_id.nullable().eq(municipality).or(bulk_unlinks::area_id.eq_any(of_region));
    let its_organisation = bulk_unlinks::area_id
        .nullable()
        .eq(organisation)
        .or(bulk_unlinks::area_id.eq_any(of_municipality))
        .or(bulk_unlinks::area_id.eq_any(of_region_too));
    regions
        .or(bulk_unlinks::area_kind.eq("municipality").and(its_municipality))
        .or(bulk_unlinks::area_kind.eq("organisation").and(its_organisation))
}

fn levels(area: Area) -> (Option<i64>, Option<i64>, Option<i64>) {
    match area {
        Area::Region(RegionId(id)) => (Some(id), None, None),
        Area::Municipality(MunicipalityId(id)) => (None, Some(id), None),
        Area::Organisation(organisation) => (None, None, Some(organisation.0)),
    }
}
