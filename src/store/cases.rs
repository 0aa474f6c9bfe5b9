//! Table `cases`: what people reported or disputed.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{case_entries, cases, municipalities, operators, organisations};
use super::spelt_out::SpeltOut;
use super::{Db, StoreError};
use crate::access::{Area, OperatorId};
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::directory::{OrganisationId, ProfileId};
use crate::each;
use crate::helpdesk::cases::case::{Case, CaseEntry, CaseId, CaseSource, CaseState, EntryKind, NewCase};
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;

/// The condition of the partial indexes.
const OPEN: SpeltOut = SpeltOut("cases.state <> 'closed'");

/// Opens a case. One number is one case: if there is one with this number, nothing is written and the answer
/// is `None`.
///
/// # Errors
/// The database's.
pub fn insert(db: &mut Db, case: &NewCase, now: Timestamp) -> Result<Option<CaseId>, StoreError> {
    let row = (
        cases::uid.eq(&case.uid),
        cases::number.eq(&case.number),
        cases::organisation_id.eq(case.organisation.map(|organisation| organisation.0)),
        cases::profile_id.eq(case.profile.map(|profile| profile.0)),
        cases::link_id.eq(case.link.map(|link| link.0)),
        cases::source.eq(case.source.as_str()),
        cases::outcome.eq(case.outcome.map(i64::from)),
        cases::reference.eq(&case.reference),
        cases::text_sealed.eq(&case.text_sealed),
        cases::contact_sealed.eq(&case.contact_sealed),
        cases::state.eq("new"),
        cases::due_on.eq(case.due_on),
        cases::created_at.eq(now.naive_utc()),
        cases::changed_at.eq(now.naive_utc()),
    );
    let id: Option<i64> = each!(db, |c| diesel::insert_into(cases::table)
        .values(row)
        .on_conflict(cases::number)
        .do_nothing()
        .returning(cases::id)
        .get_result(c)
        .optional())?;
    Ok(id.map(CaseId))
}

/// How many cases of a profile are open.
///
/// # Errors
/// The database's.
pub fn count_open(db: &mut Db, profile: ProfileId) -> Result<i64, StoreError> {
    let query = cases::table.filter(cases::profile_id.eq(profile.0).and(cases::state.ne("closed"))).count();
    Ok(each!(db, |c| query.get_result(c))?)
}

/// Number of the open dispute about a link of a profile, or about its sign-in where there is no link.
///
/// # Errors
/// The database's.
pub fn find_open_dispute(
    db: &mut Db,
    profile: ProfileId,
    link: Option<LinkId>,
) -> Result<Option<String>, StoreError> {
    let open = cases::table
        .filter(cases::profile_id.eq(profile.0))
        .filter(cases::source.eq(CaseSource::Dispute.as_str()))
        .filter(cases::closed_at.is_null())
        .order(cases::id)
        .select(cases::number);
    Ok(match link {
        Some(link) => {
            let query = open.filter(cases::link_id.eq(link.0));
            each!(db, |c| query.first(c).optional())?
        }
        None => {
            let query = open.filter(cases::link_id.is_null());
            each!(db, |c| query.first(c).optional())?
        }
    })
}

/// Whether anybody ever disputed a link of a profile.
///
/// # Errors
/// The database's.
pub fn has_dispute(db: &mut Db, profile: ProfileId, link: LinkId) -> Result<bool, StoreError> {
    let disputes = cases::table
        .filter(cases::profile_id.eq(profile.0))
        .filter(cases::link_id.eq(link.0))
        .filter(cases::source.eq(CaseSource::Dispute.as_str()));
    Ok(each!(db, |c| diesel::select(diesel::dsl::exists(disputes)).get_result(c))?)
}

/// Which cases a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseFilter {
    /// All that are not closed.
    Open,
    /// Those of them that this operator works on.
    Of(OperatorId),
    /// The closed ones.
    Closed,
}

/// A case and who works on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCase {
    /// The case, its texts sealed.
    pub case: Case,
    /// Name of whoever works on it.
    pub operator_name: Option<String>,
}

/// The last case of a page of a list: where the next page begins.
pub type After = (NaiveDate, CaseId);

/// Cases of an area by their promised day, the earliest first; one more than `limit` tells that there are more.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list(
    db: &mut Db,
    area: Area,
    filter: CaseFilter,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<ListedCase>, StoreError> {
    load_in_area(db, area, Which::Listed(filter, after), limit)
}

/// The case of a number, if it lies in the area.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_in_area(db: &mut Db, area: Area, number: &str) -> Result<Option<ListedCase>, StoreError> {
    Ok(load_in_area(db, area, Which::Numbered(number), 1)?.pop())
}

#[derive(Clone, Copy)]
enum Which<'a> {
    Listed(CaseFilter, Option<After>),
    Numbered(&'a str),
}

/// The one place where an area is a condition on cases. Cases of no known organisation belong to the region's
/// operators.
fn load_in_area(
    db: &mut Db,
    area: Area,
    which: Which<'_>,
    limit: i64,
) -> Result<Vec<ListedCase>, StoreError> {
    let places = cases::table.left_join(organisations::table.inner_join(municipalities::table));
    let rows: Vec<(Row, Option<String>)> = each!(db, |c| {
        let query = places.left_join(operators::table).into_boxed();
        let query = match area {
            Area::Region(RegionId(id)) => {
                query.filter(municipalities::region_id.eq(id).or(cases::organisation_id.is_null()))
            }
            Area::Municipality(MunicipalityId(id)) => query.filter(organisations::municipality_id.eq(id)),
            Area::Organisation(OrganisationId(id)) => query.filter(cases::organisation_id.eq(id)),
        };
        let query = match which {
            Which::Numbered(number) => query.filter(cases::number.eq(number)),
            Which::Listed(CaseFilter::Open, _) => query.filter(OPEN),
            Which::Listed(CaseFilter::Of(OperatorId(id)), _) => {
                query.filter(OPEN).filter(cases::operator_id.eq(id))
            }
            Which::Listed(CaseFilter::Closed, _) => query.filter(cases::state.eq("closed")),
        };
        let query = match which {
            Which::Listed(_, Some((day, CaseId(id)))) => {
                query.filter(cases::due_on.gt(day).or(cases::due_on.eq(day).and(cases::id.gt(id))))
            }
            Which::Listed(_, None) | Which::Numbered(_) => query,
        };
        let query = query.order((cases::due_on, cases::id)).limit(limit);
        query.select((Row::as_select(), operators::name.nullable())).load(c)
    })?;
    rows.into_iter()
        .map(|(row, operator_name)| Ok(ListedCase { case: row.into_case()?, operator_name }))
        .collect()
}

/// How many cases of an area nobody has taken, counted up to `limit`.
///
/// # Errors
/// The database's.
pub fn count_new(db: &mut Db, area: Area, limit: i64) -> Result<usize, StoreError> {
    let places = cases::table.left_join(organisations::table.inner_join(municipalities::table));
    let found: Vec<i64> = each!(db, |c| {
        let query = places.filter(OPEN).filter(cases::state.eq(CaseState::New.as_str())).into_boxed();
        let query = match area {
            Area::Region(RegionId(id)) => {
                query.filter(municipalities::region_id.eq(id).or(cases::organisation_id.is_null()))
            }
            Area::Municipality(MunicipalityId(id)) => query.filter(organisations::municipality_id.eq(id)),
            Area::Organisation(OrganisationId(id)) => query.filter(cases::organisation_id.eq(id)),
        };
        query.select(cases::id).limit(limit).load(c)
    })?;
    Ok(found.len())
}

/// Moves a case, if it is still as it was at `before.changed_at`; the row count decides between two operators.
///
/// # Errors
/// The database's.
pub fn change(
    db: &mut Db,
    before: &Case,
    state: CaseState,
    operator: Option<OperatorId>,
    changed_at: Timestamp,
) -> Result<bool, StoreError> {
    let still = cases::table
        .filter(cases::id.eq(before.id.0).and(cases::changed_at.eq(before.changed_at.naive_utc())));
    let change = (
        cases::state.eq(state.as_str()),
        cases::operator_id.eq(operator.map(|operator| operator.0)),
        cases::changed_at.eq(changed_at.naive_utc()),
        cases::closed_at.eq((state == CaseState::Closed).then(|| changed_at.naive_utc())),
    );
    Ok(each!(db, |c| diesel::update(still).set(change).execute(c))? == 1)
}

/// A line for a case's history.
#[derive(Clone)]
pub struct NewEntry<'a> {
    /// Stable public id, the row's name in the sealed cell.
    pub uid: &'a str,
    /// The case.
    pub case: CaseId,
    /// Who.
    pub operator: OperatorId,
    /// What was done.
    pub kind: EntryKind,
    /// Where the case stands afterwards.
    pub state: CaseState,
    /// What was written, sealed.
    pub text_sealed: Option<Vec<u8>>,
}

/// Adds a line to a case's history.
///
/// # Errors
/// The database's.
pub fn insert_entry(db: &mut Db, entry: &NewEntry<'_>, now: Timestamp) -> Result<(), StoreError> {
    let row = (
        case_entries::uid.eq(entry.uid),
        case_entries::case_id.eq(entry.case.0),
        case_entries::operator_id.eq(entry.operator.0),
        case_entries::kind.eq(entry.kind.as_str()),
        case_entries::state.eq(entry.state.as_str()),
        case_entries::text_sealed.eq(&entry.text_sealed),
        case_entries::created_at.eq(now.naive_utc()),
    );
    each!(db, |c| diesel::insert_into(case_entries::table).values(row).execute(c))?;
    Ok(())
}

/// The history of a case, oldest first, at most `limit` lines.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_entries(db: &mut Db, case: CaseId, limit: i64) -> Result<Vec<CaseEntry>, StoreError> {
    type Row = (String, String, String, Option<String>, Option<Vec<u8>>, NaiveDateTime);
    let query = case_entries::table
        .left_join(operators::table)
        .filter(case_entries::case_id.eq(case.0))
        .order(case_entries::id)
        .limit(limit)
        .select((
            case_entries::uid,
            case_entries::kind,
            case_entries::state,
            operators::name.nullable(),
            case_entries::text_sealed,
            case_entries::created_at,
        ));
    let rows: Vec<Row> = each!(db, |c| query.load(c))?;
    rows.into_iter()
        .map(|(uid, kind, state, by, text_sealed, at)| {
            Ok(CaseEntry {
                uid,
                kind: EntryKind::from_name(&kind).ok_or(StoreError::Corrupt("case_entries.kind"))?,
                state: CaseState::from_name(&state).ok_or(StoreError::Corrupt("case_entries.state"))?,
                by,
                text_sealed,
                at: at.and_utc(),
            })
        })
        .collect()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
struct Row {
    id: i64,
    uid: String,
    number: String,
    organisation_id: Option<i64>,
    profile_id: Option<i64>,
    link_id: Option<i64>,
    source: String,
    outcome: Option<i64>,
    reference: Option<String>,
    text_sealed: Option<Vec<u8>>,
    contact_sealed: Option<Vec<u8>>,
    state: String,
    operator_id: Option<i64>,
    due_on: NaiveDate,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
}

impl Row {
    fn into_case(self) -> Result<Case, StoreError> {
        Ok(Case {
            id: CaseId(self.id),
            uid: self.uid,
            number: self.number,
            organisation: self.organisation_id.map(OrganisationId),
            profile: self.profile_id.map(ProfileId),
            link: self.link_id.map(LinkId),
            source: CaseSource::from_name(&self.source).ok_or(StoreError::Corrupt("cases.source"))?,
            outcome: self.outcome.and_then(|number| u16::try_from(number).ok()),
            reference: self.reference,
            text_sealed: self.text_sealed,
            contact_sealed: self.contact_sealed,
            state: CaseState::from_name(&self.state).ok_or(StoreError::Corrupt("cases.state"))?,
            operator: self.operator_id.map(OperatorId),
            due_on: self.due_on,
            created_at: self.created_at.and_utc(),
            changed_at: self.changed_at.and_utc(),
            closed_at: self.closed_at.map(|at| at.and_utc()),
        })
    }
}

/// Destroys up to `limit` cases that were closed before `before`, with everything said in them; the profiles
/// they were about.
///
/// # Errors
/// The database's.
pub fn delete_closed(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let old = cases::table
        .filter(cases::state.eq(CaseState::Closed.as_str()))
        .filter(cases::closed_at.lt(before.naive_utc()))
        .limit(limit)
        .select(cases::id);
    let ids: Vec<i64> = each!(&mut *db, |c| old.load(c))?;
    let said = case_entries::table.filter(case_entries::case_id.eq_any(&ids));
    each!(&mut *db, |c| diesel::delete(said).execute(c))?;
    let old = cases::table.filter(cases::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).returning(cases::profile_id).get_results(c))?)
}
