//! Tables `regions`, `municipalities`, `settlements`, `organisations`.
//!
//! Lists come in the order of their ids; [`crate::directory::russian_order`] puts them in the order in
//! which people read them, because the two databases do not agree on Russian.

use diesel::prelude::*;

use super::schema::{municipalities, organisations, regions, settlements};
use super::{Db, StoreError};
use crate::directory::{
    Municipality, MunicipalityId, NewOrganisation, Organisation, OrganisationEntry, OrganisationId,
    OrganisationKind, Region, RegionId, Settlement, SettlementId,
};
use crate::each;

/// Rows of one INSERT: seven values each stay far below SQLite's 32766 and PostgreSQL's 65535.
const CHUNK: usize = 1000;

type MunicipalityRow = (i64, i64, i32, String);
type SettlementRow = (i64, i64, String);
type OrganisationRow = (i64, i64, i64, String, String, String, String);

#[derive(Insertable)]
#[diesel(table_name = organisations)]
struct InsertOrganisation<'a> {
    municipality_id: i64,
    settlement_id: i64,
    kind: &'static str,
    name: &'a str,
    short_name: &'a str,
    phone: &'a str,
}

/// All regions.
///
/// # Errors
/// The database's.
pub fn list_regions(db: &mut Db) -> Result<Vec<Region>, StoreError> {
    let query = regions::table.order(regions::id);
    let rows: Vec<(i64, String)> = each!(db, |c| query.load(c))?;
    Ok(rows.into_iter().map(|(id, name)| Region { id: RegionId(id), name }).collect())
}

/// All municipalities.
///
/// # Errors
/// The database's.
pub fn list_municipalities(db: &mut Db) -> Result<Vec<Municipality>, StoreError> {
    let query = municipalities::table.order(municipalities::id);
    let rows: Vec<MunicipalityRow> = each!(db, |c| query.load(c))?;
    Ok(rows.into_iter().map(municipality).collect())
}

/// All settlements.
///
/// # Errors
/// The database's.
pub fn list_settlements(db: &mut Db) -> Result<Vec<Settlement>, StoreError> {
    let query = settlements::table.order(settlements::id);
    let rows: Vec<SettlementRow> = each!(db, |c| query.load(c))?;
    Ok(rows.into_iter().map(settlement).collect())
}

/// All organisations, authorities among them.
///
/// # Errors
/// The database's, or a kind that this program does not know.
pub fn list_organisations(db: &mut Db) -> Result<Vec<OrganisationEntry>, StoreError> {
    let query = organisations::table.order(organisations::id);
    let rows: Vec<OrganisationRow> = each!(db, |c| query.load(c))?;
    rows.into_iter().map(entry).collect()
}

/// What letters call an organisation.
///
/// # Errors
/// The database's.
pub fn find_short_name(db: &mut Db, id: OrganisationId) -> Result<Option<String>, StoreError> {
    let query = organisations::table.filter(organisations::id.eq(id.0)).select(organisations::short_name);
    Ok(each!(db, |c| query.get_result(c).optional())?)
}

/// One organisation with the names of its place.
///
/// # Errors
/// The database's, or a kind that this program does not know.
pub fn find_organisation(db: &mut Db, id: OrganisationId) -> Result<Option<Organisation>, StoreError> {
    type Row = (i64, String, String, String, String, String, String);
    let query = organisations::table
        .inner_join(settlements::table)
        .inner_join(municipalities::table)
        .filter(organisations::id.eq(id.0))
        .select((
            organisations::id,
            organisations::kind,
            organisations::name,
            organisations::short_name,
            organisations::phone,
            settlements::name,
            municipalities::name,
        ));
    let row: Option<Row> = each!(db, |c| query.get_result(c).optional())?;
    row.map(|(id, kind, name, short_name, phone, settlement, municipality)| {
        Ok(Organisation {
            id: OrganisationId(id),
            kind: read_kind(&kind)?,
            name,
            short_name,
            phone,
            settlement,
            municipality,
        })
    })
    .transpose()
}

/// Adds a region.
///
/// # Errors
/// [`StoreError::Conflict`] when the name is taken.
pub fn insert_region(db: &mut Db, name: &str) -> Result<RegionId, StoreError> {
    let query = diesel::insert_into(regions::table).values(regions::name.eq(name)).returning(regions::id);
    Ok(RegionId(each!(db, |c| query.get_result(c))?))
}

/// Adds municipalities, each a number and a name, and returns them.
///
/// # Errors
/// [`StoreError::Conflict`] when the region has the name already.
pub fn insert_municipalities(
    db: &mut Db,
    region: RegionId,
    new: &[(i32, &str)],
) -> Result<Vec<Municipality>, StoreError> {
    let values: Vec<_> = new
        .iter()
        .map(|&(number, name)| {
            (
                municipalities::region_id.eq(region.0),
                municipalities::number.eq(number),
                municipalities::name.eq(name),
            )
        })
        .collect();
    let mut stored = Vec::with_capacity(new.len());
    for chunk in values.chunks(CHUNK) {
        let query =
            diesel::insert_into(municipalities::table).values(chunk).returning(municipalities::all_columns);
        let rows: Vec<MunicipalityRow> = each!(&mut *db, |c| query.load(c))?;
        stored.extend(rows.into_iter().map(municipality));
    }
    Ok(stored)
}

/// Adds settlements and returns them.
///
/// # Errors
/// [`StoreError::Conflict`] when the municipality has the name already.
pub fn insert_settlements(
    db: &mut Db,
    new: &[(MunicipalityId, &str)],
) -> Result<Vec<Settlement>, StoreError> {
    let values: Vec<_> = new
        .iter()
        .map(|&(municipality, name)| {
            (settlements::municipality_id.eq(municipality.0), settlements::name.eq(name))
        })
        .collect();
    let mut stored = Vec::with_capacity(new.len());
    for chunk in values.chunks(CHUNK) {
        let query = diesel::insert_into(settlements::table).values(chunk).returning(settlements::all_columns);
        let rows: Vec<SettlementRow> = each!(&mut *db, |c| query.load(c))?;
        stored.extend(rows.into_iter().map(settlement));
    }
    Ok(stored)
}

/// Adds organisations, many a statement.
///
/// # Errors
/// [`StoreError::Conflict`] when a settlement has the name already.
pub fn insert_organisations(db: &mut Db, new: &[NewOrganisation]) -> Result<(), StoreError> {
    let values: Vec<_> = new
        .iter()
        .map(|new| InsertOrganisation {
            municipality_id: new.municipality.0,
            settlement_id: new.settlement.0,
            kind: new.kind.as_str(),
            name: &new.name,
            short_name: &new.short_name,
            phone: &new.phone,
        })
        .collect();
    for chunk in values.chunks(CHUNK) {
        let query = diesel::insert_into(organisations::table).values(chunk);
        each!(&mut *db, |c| query.execute(c))?;
    }
    Ok(())
}

fn municipality((id, region, number, name): MunicipalityRow) -> Municipality {
    Municipality { id: MunicipalityId(id), region: RegionId(region), number, name }
}

fn settlement((id, municipality, name): SettlementRow) -> Settlement {
    Settlement { id: SettlementId(id), municipality: MunicipalityId(municipality), name }
}

fn entry(row: OrganisationRow) -> Result<OrganisationEntry, StoreError> {
    let (id, municipality, settlement, kind, name, short_name, phone) = row;
    Ok(OrganisationEntry {
        id: OrganisationId(id),
        municipality: MunicipalityId(municipality),
        settlement: SettlementId(settlement),
        kind: read_kind(&kind)?,
        name: name.into(),
        short_name: short_name.into(),
        phone: phone.into(),
    })
}

fn read_kind(kind: &str) -> Result<OrganisationKind, StoreError> {
    OrganisationKind::from_name(kind).ok_or(StoreError::Corrupt("organisations.kind"))
}
