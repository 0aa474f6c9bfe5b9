//! Table `operators` as their administrators see it: those whose area lies within another.

use diesel::prelude::*;

use super::operators::OperatorRow;
use super::schema::{municipalities, operators, organisations};
use super::{Db, StoreError};
use crate::access::{Area, Operator, OperatorId, OperatorRole};
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::directory::{OrganisationId, login_key};
use crate::each;
use crate::platform::clock::Timestamp;

/// Adds the condition that an operator's area lies within `$area`, equal areas included, and runs `$run`.
macro_rules! within {
    ($db:expr, $area:expr, |$query:ident, $c:ident| $run:expr) => {
        match $area {
            Area::Region(RegionId(id)) => {
                let municipal =
                    municipalities::table.filter(municipalities::region_id.eq(id)).select(municipalities::id);
                let schools = organisations::table
                    .inner_join(municipalities::table)
                    .filter(municipalities::region_id.eq(id))
                    .select(organisations::id);
                let $query = operators::table.filter(
                    (operators::area_kind.eq("region").and(operators::area_id.eq(id)))
                        .or(operators::area_kind.eq("municipality").and(operators::area_id.eq_any(municipal)))
                        .or(operators::area_kind.eq("organisation").and(operators::area_id.eq_any(schools))),
                );
                each!($db, |$c| $run)
            }
            Area::Municipality(MunicipalityId(id)) => {
                let schools = organisations::table
                    .filter(organisations::municipality_id.eq(id))
                    .select(organisations::id);
                let $query = operators::table.filter(
                    (operators::area_kind.eq("municipality").and(operators::area_id.eq(id)))
                        .or(operators::area_kind.eq("organisation").and(operators::area_id.eq_any(schools))),
                );
                each!($db, |$c| $run)
            }
            Area::Organisation(OrganisationId(id)) => {
                let $query = operators::table
                    .filter(operators::area_kind.eq("organisation").and(operators::area_id.eq(id)));
                each!($db, |$c| $run)
            }
        }
    };
}

/// Operators within an area, those at work first, by name; `limit` of them after `offset`.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list(db: &mut Db, area: Area, offset: i64, limit: i64) -> Result<Vec<Operator>, StoreError> {
    let rows: Vec<OperatorRow> = within!(db, area, |query, c| query
        .order((operators::disabled_at.is_not_null(), operators::name, operators::id))
        .offset(offset)
        .limit(limit)
        .select(OperatorRow::as_select())
        .load(c))?;
    rows.into_iter().map(OperatorRow::into_operator).collect()
}

/// One operator within an area.
///
/// # Errors
/// As [`list`].
pub fn find(db: &mut Db, area: Area, id: OperatorId) -> Result<Option<Operator>, StoreError> {
    let row: Option<OperatorRow> = within!(db, area, |query, c| query
        .filter(operators::id.eq(id.0))
        .select(OperatorRow::as_select())
        .get_result(c)
        .optional())?;
    row.map(OperatorRow::into_operator).transpose()
}

/// The operator of a login.
///
/// # Errors
/// As [`list`].
pub fn find_by_login(db: &mut Db, login: &str) -> Result<Option<Operator>, StoreError> {
    let query = operators::table.filter(operators::login_key.eq(login_key(login)));
    each!(db, |c| query.select(OperatorRow::as_select()).get_result(c).optional())?
        .map(OperatorRow::into_operator)
        .transpose()
}

/// Administrators of a whole region who are at work, held until the transaction ends: of two who disable each
/// other at the same moment the second sees what the first did.
///
/// # Errors
/// The database's.
pub fn hold_administrators(db: &mut Db, region: RegionId) -> Result<Vec<OperatorId>, StoreError> {
    let query = operators::table
        .filter(operators::role.eq(OperatorRole::Administrator.as_str()))
        .filter(operators::area_kind.eq("region").and(operators::area_id.eq(region.0)))
        .filter(operators::disabled_at.is_null())
        .order(operators::id)
        .select(operators::id);
    let ids: Vec<i64> = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => query.load(c),
        #[cfg(feature = "postgres")]
        Db::Pg(c) => query.for_no_key_update().load(c),
    }?;
    Ok(ids.into_iter().map(OperatorId).collect())
}

/// Gives an operator another role and area.
///
/// # Errors
/// The database's.
pub fn set_rights(db: &mut Db, id: OperatorId, role: OperatorRole, area: Area) -> Result<(), StoreError> {
    let update = diesel::update(operators::table.find(id.0)).set((
        operators::role.eq(role.as_str()),
        operators::area_kind.eq(area.kind()),
        operators::area_id.eq(area.id()),
    ));
    each!(db, |c| update.execute(c))?;
    Ok(())
}

/// Disables an operator; whether they were at work.
///
/// # Errors
/// The database's.
pub fn disable(db: &mut Db, id: OperatorId, now: Timestamp) -> Result<bool, StoreError> {
    let at_work = operators::table.filter(operators::id.eq(id.0)).filter(operators::disabled_at.is_null());
    let update = diesel::update(at_work).set(operators::disabled_at.eq(now.naive_utc()));
    Ok(each!(db, |c| update.execute(c))? == 1)
}

/// Lets a disabled operator work again.
///
/// # Errors
/// The database's.
pub fn enable(db: &mut Db, id: OperatorId) -> Result<(), StoreError> {
    let update = diesel::update(operators::table.find(id.0))
        .set(operators::disabled_at.eq(None::<chrono::NaiveDateTime>));
    each!(db, |c| update.execute(c))?;
    Ok(())
}
