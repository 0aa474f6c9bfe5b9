//! The operators of the demo, whose logins tutorials and tests rely on.

use super::people::{MIASS, SCHOOL};
use crate::access::{Area, NewOperator, OperatorRole};
use crate::platform::clock::Timestamp;
use crate::store::{Db, StoreError, operators, organisations};

/// An operator of the demo.
#[derive(Clone, Copy, Debug)]
pub struct DemoOperator {
    /// Login.
    pub login: &'static str,
    /// Name.
    pub name: &'static str,
    /// Role.
    pub role: OperatorRole,
    /// Where.
    pub area: DemoArea,
}

/// The areas of the demo's operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoArea {
    /// The region.
    Region,
    /// Its municipality of the demo people.
    Miass,
    /// Their school.
    School,
}

impl DemoArea {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Region => super::REGION,
            Self::Miass => MIASS,
            Self::School => SCHOOL,
        }
    }
}

const fn operator(
    login: &'static str,
    name: &'static str,
    role: OperatorRole,
    area: DemoArea,
) -> DemoOperator {
    DemoOperator { login, name, role, area }
}

/// All of them, in the order of the list on the sign-in page.
pub const DEMO_OPERATORS: [DemoOperator; 7] = [
    operator("helpdesk", "Котова Нина Сергеевна", OperatorRole::Senior, DemoArea::Region),
    operator("helpdesk-2", "Громов Илья Павлович", OperatorRole::Senior, DemoArea::Region),
    operator("helpdesk-miass", "Зимина Вера Олеговна", OperatorRole::Support, DemoArea::Miass),
    operator("helpdesk-school", "Лаптева Юлия Романовна", OperatorRole::Support, DemoArea::School),
    operator("analyst", "Соболев Антон Дмитриевич", OperatorRole::Analyst, DemoArea::Region),
    operator("admin", "Рощина Марина Викторовна", OperatorRole::Administrator, DemoArea::Region),
    operator("admin-2", "Ежов Степан Ильич", OperatorRole::Administrator, DemoArea::Region),
];

/// Adds them, in the region, municipality and school of those names.
///
/// # Errors
/// The database's, or one of the places is missing.
pub fn insert_demo_operators(db: &mut Db, now: Timestamp, password_hash: &str) -> Result<(), StoreError> {
    let missing = |what: &str| StoreError::Failed(format!("demo data: {what} is missing"));
    let regions = organisations::list_regions(db)?;
    let region = regions.iter().find(|one| one.name == super::REGION).ok_or_else(|| missing("the region"))?;
    let municipalities = organisations::list_municipalities(db)?;
    let miass = municipalities.iter().find(|one| one.name == MIASS).ok_or_else(|| missing(MIASS))?;
    let all = organisations::list_organisations(db)?;
    let mut schools = all.iter().filter(|one| one.municipality == miass.id);
    let school = schools.find(|one| &*one.short_name == SCHOOL).ok_or_else(|| missing(SCHOOL))?;
    for demo in &DEMO_OPERATORS {
        let new = NewOperator {
            login: demo.login.to_owned(),
            name: demo.name.to_owned(),
            email: Some(format!("{}@journal.example", demo.login)),
            role: demo.role,
            area: match demo.area {
                DemoArea::Region => Area::Region(region.id),
                DemoArea::Miass => Area::Municipality(miass.id),
                DemoArea::School => Area::Organisation(school.id),
            },
            profile: None,
            needs_esia: false,
            password_hash: password_hash.to_owned(),
            must_change_password: false,
        };
        operators::insert(db, &new, now)?;
    }
    Ok(())
}
