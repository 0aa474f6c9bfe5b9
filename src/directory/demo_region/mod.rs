//! The demo region: made-up organisations in the municipalities of a real table, and the demo people.
//!
//! The same at every start for the same program: all is made from fixed seeds. The people agree with the
//! training stand's personas (`docs/stand.md`) in what a match compares, and differ where a persona is
//! there to show a difference.

mod municipalities;
pub mod operators;
mod organisations;
pub mod people;
mod random;

use municipalities::MUNICIPALITIES;
pub use operators::{DEMO_OPERATORS, DemoArea, DemoOperator, insert_demo_operators};
pub use people::{DEMO_PEOPLE, DemoPerson, generated_people};

use crate::directory::OrganisationId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Keys;
use crate::store::{Db, StoreError, organisations as stored, profiles};

/// Password of every demo person.
pub const DEMO_PASSWORD: &str = "demo-2026";

/// Name of the region.
pub const REGION: &str = "Челябинская область";

/// The program's own demo data is broken; a test finds it first.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum DemoRegionError {
    #[error("demo data: the staff table cannot be read")]
    StaffTable,
    #[error("demo data: settlement {0} is missing")]
    Settlement(&'static str),
    #[error("demo data: organisation {0} is missing")]
    Organisation(&'static str),
}

impl From<DemoRegionError> for StoreError {
    fn from(error: DemoRegionError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Fills the database with the demo region unless it has a region of that name already; returns whether
/// it did. Call it inside [`Store::write`](crate::store::Store::write): all of it is one transaction.
///
/// `password_hash` is the hash that all demo people share.
///
/// # Errors
/// The database's.
pub fn ensure(db: &mut Db, keys: &Keys, now: Timestamp, password_hash: &str) -> Result<bool, StoreError> {
    if stored::list_regions(db)?.iter().any(|region| region.name == REGION) {
        return Ok(false);
    }
    let region = stored::insert_region(db, REGION)?;
    let names: Vec<_> = MUNICIPALITIES.iter().map(|one| (one.number, one.name)).collect();
    let municipalities = stored::insert_municipalities(db, region, &names)?;
    let mut settlements = Vec::new();
    for demo in &MUNICIPALITIES {
        if let Some(municipality) = municipalities.iter().find(|one| one.number == demo.number) {
            settlements.extend(demo.settlements.iter().map(|&name| (municipality.id, name)));
        }
    }
    let settlements = stored::insert_settlements(db, &settlements)?;
    stored::insert_organisations(db, &organisations::organisations(&settlements)?)?;
    insert_demo_people(db, keys, now, password_hash)?;
    Ok(true)
}

fn insert_demo_people(
    db: &mut Db,
    keys: &Keys,
    now: Timestamp,
    password_hash: &str,
) -> Result<(), StoreError> {
    let all = stored::list_organisations(db)?;
    let organisation = |short_name: &'static str| -> Result<OrganisationId, DemoRegionError> {
        let miass = all.iter().find(|one| &*one.short_name == people::MIASS_AUTHORITY);
        let miass = miass.ok_or(DemoRegionError::Organisation(people::MIASS_AUTHORITY))?;
        all.iter()
            .find(|one| one.settlement == miass.settlement && &*one.short_name == short_name)
            .map(|one| one.id)
            .ok_or(DemoRegionError::Organisation(short_name))
    };
    let new = DEMO_PEOPLE
        .iter()
        .map(|person| Ok(person.profile(organisation(person.organisation)?, keys, now, password_hash)))
        .collect::<Result<Vec<_>, DemoRegionError>>()?;
    profiles::insert_batch(db, &new)?;
    Ok(())
}

#[cfg(test)]
mod tests;
