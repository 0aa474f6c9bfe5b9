//! Table `bulk_unlink_lines`: the lines of a list, and the look-up that they are made from.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::bulk_unlinks::find_oldest_ended;
use super::schema::{
    bulk_unlink_lines, bulk_unlinks, links, municipalities, operators, organisations, profile_roles, profiles,
};
use super::spelt_out::SpeltOut;
use super::{Db, StoreError};
use crate::access::Area;
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::directory::{OrganisationId, ProfileId, ProfileStatus, Role};
use crate::each;
use crate::helpdesk::links::bulk::finding::Finding;
use crate::helpdesk::links::bulk::list::{ListId, ListLine};
use crate::linking::{LinkId, LinkStatus};
use crate::platform::clock::Timestamp;

/// The condition of the migrations' partial index.
const HELD: SpeltOut = SpeltOut("links.status IN ('active', 'frozen', 'suspended')");

/// [`Finding::is_to_do`], spelt out so that the statement of every line is prepared once.
const TO_DO: SpeltOut = SpeltOut("bulk_unlink_lines.finding IN ('ready', 'closed')");

/// A profile that a line names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Which.
    pub profile: ProfileId,
    /// Whether its organisation has closed it.
    pub closed: bool,
    /// The link that holds its slot.
    pub link: Option<(LinkId, LinkStatus)>,
    /// Whether it is of authority staff or of an operator.
    pub guarded: bool,
}

/// The profiles of an area by their public ids; what lies elsewhere is as unknown as what does not exist. Three
/// statements, however many ids there are.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn look_up(db: &mut Db, area: Area, uids: &[&str]) -> Result<HashMap<String, Named>, StoreError> {
    type Found = (String, i64, String, Option<i64>, Option<String>);
    let found: Vec<Found> = each!(&mut *db, |c| {
        let held = links::profile_id.eq(profiles::id).and(HELD);
        let query = profiles::table
            .inner_join(organisations::table.inner_join(municipalities::table))
            .left_join(links::table.on(held))
            .filter(profiles::uid.eq_any(uids))
            .select((
                profiles::uid,
                profiles::id,
                profiles::status,
                links::id.nullable(),
                links::status.nullable(),
            ));
        match area {
            Area::Region(RegionId(id)) => query.filter(municipalities::region_id.eq(id)).load(c),
            Area::Municipality(MunicipalityId(id)) => {
                query.filter(organisations::municipality_id.eq(id)).load(c)
            }
            Area::Organisation(OrganisationId(id)) => query.filter(profiles::organisation_id.eq(id)).load(c),
        }
    })?;
    let ids: Vec<i64> = found.iter().map(|found| found.1).collect();
    let guarded = guarded(db, &ids)?;
    let named = found.into_iter().map(|(uid, id, status, link, link_status)| {
        let status = ProfileStatus::from_name(&status).ok_or(StoreError::Corrupt("profiles.status"))?;
        let link = link.zip(link_status).map(|(link, status)| {
            let status = LinkStatus::from_name(&status).ok_or(StoreError::Corrupt("links.status"))?;
            Ok::<_, StoreError>((LinkId(link), status))
        });
        let named = Named {
            profile: ProfileId(id),
            closed: status == ProfileStatus::Closed,
            link: link.transpose()?,
            guarded: guarded.contains(&id),
        };
        Ok((uid, named))
    });
    named.collect()
}

/// Which of the profiles are of authority staff or of operators.
fn guarded(db: &mut Db, ids: &[i64]) -> Result<HashSet<i64>, StoreError> {
    let staff = profile_roles::table
        .filter(profile_roles::profile_id.eq_any(ids))
        .filter(profile_roles::role.eq(Role::Authority.as_str()))
        .select(profile_roles::profile_id);
    let staff: Vec<i64> = each!(&mut *db, |c| staff.load(c))?;
    // Operators are few; a condition for each of many profiles would be dearer than all of them.
    let own = operators::table.filter(operators::profile_id.is_not_null()).select(operators::profile_id);
    let own: Vec<Option<i64>> = each!(db, |c| own.load(c))?;
    Ok(staff.into_iter().chain(own.into_iter().flatten()).collect())
}

/// Adds lines, all in one statement.
///
/// # Errors
/// [`StoreError::Conflict`] when one is there already.
pub fn insert(db: &mut Db, list: ListId, lines: &[ListLine]) -> Result<(), StoreError> {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                bulk_unlink_lines::bulk_id.eq(list.0),
                bulk_unlink_lines::line.eq(number(line.line)),
                bulk_unlink_lines::finding.eq(line.finding.as_str()),
                bulk_unlink_lines::profile_id.eq(line.profile.map(|profile| profile.0)),
                bulk_unlink_lines::link_id.eq(line.link.map(|link| link.0)),
                bulk_unlink_lines::first_line.eq(line.first_line.map(number)),
            )
        })
        .collect();
    each!(db, |c| diesel::insert_into(bulk_unlink_lines::table).values(&rows).execute(c))?;
    Ok(())
}

/// The first line behind `after` that there is something to do about.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_next_to_do(db: &mut Db, list: ListId, after: u64) -> Result<Option<ListLine>, StoreError> {
    let query = bulk_unlink_lines::table
        .filter(bulk_unlink_lines::bulk_id.eq(list.0))
        .filter(bulk_unlink_lines::line.gt(number(after)))
        .filter(TO_DO)
        .order(bulk_unlink_lines::line);
    let row: Option<Row> = each!(db, |c| query.select(Row::as_select()).first(c).optional())?;
    row.map(Row::into_line).transpose()
}

/// What came of a line.
///
/// # Errors
/// The database's.
pub fn settle(db: &mut Db, list: ListId, line: u64, finding: Finding) -> Result<(), StoreError> {
    let row = bulk_unlink_lines::table.find((list.0, number(line)));
    let set = bulk_unlink_lines::finding.eq(finding.as_str());
    each!(db, |c| diesel::update(row).set(set).execute(c))?;
    Ok(())
}

/// How many lines come to what; read off an index.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn count_by_finding(db: &mut Db, list: ListId) -> Result<Vec<(Finding, u64)>, StoreError> {
    let query = bulk_unlink_lines::table
        .filter(bulk_unlink_lines::bulk_id.eq(list.0))
        .group_by(bulk_unlink_lines::finding)
        .select((bulk_unlink_lines::finding, diesel::dsl::count_star()));
    let rows: Vec<(String, i64)> = each!(db, |c| query.load(c))?;
    let counts =
        rows.into_iter().map(|(name, count)| Ok((finding(&name)?, u64::try_from(count).unwrap_or(0))));
    counts.collect()
}

/// The first lines of each finding, in one statement; no more lines are read than are given.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_first_of_each(db: &mut Db, list: ListId, of_each: u8) -> Result<Vec<ListLine>, StoreError> {
    // diesel has no UNION of limited statements. The findings are ours: they need not be bound.
    let mut statement = String::new();
    for (place, finding) in Finding::ALL.iter().enumerate() {
        let union = if place == 0 { "" } else { " UNION ALL " };
        let _ = write!(
            statement,
            "{union}SELECT * FROM (SELECT line, finding, profile_id, link_id, first_line FROM bulk_unlink_lines \
             WHERE bulk_id = $1 AND finding = '{}' ORDER BY line LIMIT {of_each}) AS of_{place}",
            finding.as_str()
        );
    }
    let rows: Vec<Row> = each!(db, |c| diesel::sql_query(statement).bind::<BigInt, _>(list.0).load(c))?;
    rows.into_iter().map(Row::into_line).collect()
}

/// Up to `limit` lines behind `after`, each with the public id of its profile.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_after(
    db: &mut Db,
    list: ListId,
    after: u64,
    limit: i64,
) -> Result<Vec<(ListLine, Option<String>)>, StoreError> {
    let query = bulk_unlink_lines::table
        .left_join(profiles::table)
        .filter(bulk_unlink_lines::bulk_id.eq(list.0))
        .filter(bulk_unlink_lines::line.gt(number(after)))
        .order(bulk_unlink_lines::line)
        .limit(limit);
    let rows: Vec<(Row, Option<String>)> =
        each!(db, |c| query.select((Row::as_select(), profiles::uid.nullable())).load(c))?;
    rows.into_iter().map(|(row, uid)| Ok((row.into_line()?, uid))).collect()
}

/// Destroys up to `limit` lines of the oldest list that ended before `before`, and every such list that has
/// none left; the profiles that the lines were about.
///
/// # Errors
/// The database's.
pub fn delete_ended(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let lines = bulk_unlink_lines::table.filter(bulk_unlink_lines::bulk_id.eq(bulk_unlinks::id));
    let empty = bulk_unlinks::table
        .filter(bulk_unlinks::ended_at.lt(before.naive_utc()))
        .filter(diesel::dsl::not(diesel::dsl::exists(lines)));
    each!(&mut *db, |c| diesel::delete(empty).execute(c))?;
    let Some(list) = find_oldest_ended(db, before)? else { return Ok(Vec::new()) };
    let old = bulk_unlink_lines::table.filter(bulk_unlink_lines::bulk_id.eq(list));
    let some = old.order(bulk_unlink_lines::line).limit(limit).select(bulk_unlink_lines::line);
    let some: Vec<i64> = each!(&mut *db, |c| some.load(c))?;
    let some = old.filter(bulk_unlink_lines::line.eq_any(some));
    Ok(each!(db, |c| diesel::delete(some).returning(bulk_unlink_lines::profile_id).get_results(c))?)
}

#[derive(Queryable, QueryableByName, Selectable)]
#[diesel(table_name = bulk_unlink_lines)]
struct Row {
    #[diesel(sql_type = BigInt)]
    line: i64,
    #[diesel(sql_type = Text)]
    finding: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    profile_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    link_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    first_line: Option<i64>,
}

impl Row {
    fn into_line(self) -> Result<ListLine, StoreError> {
        let read = |line| u64::try_from(line).map_err(|_| StoreError::Corrupt("bulk_unlink_lines.line"));
        Ok(ListLine {
            line: read(self.line)?,
            finding: finding(&self.finding)?,
            profile: self.profile_id.map(ProfileId),
            link: self.link_id.map(LinkId),
            first_line: self.first_line.map(read).transpose()?,
        })
    }
}

fn finding(name: &str) -> Result<Finding, StoreError> {
    Finding::from_name(name).ok_or(StoreError::Corrupt("bulk_unlink_lines.finding"))
}

fn number(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}
