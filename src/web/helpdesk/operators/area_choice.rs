//! The area of an operator in a form: a region or a municipality from a list, or an organisation by its name.

use super::view::{AreaOption, FoundOrganisation};
use crate::access::Area;
use crate::access::manage::containing;
use crate::directory::catalog::Snapshot;
use crate::directory::territory::RegionId;
use crate::directory::{Organisation, OrganisationId};

/// Organisations offered where a name means several.
const OFFERED: usize = 20;

/// What the fields of a form mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// This area.
    Area(Area),
    /// Several organisations have such a name.
    Several(Vec<OrganisationId>),
    /// Nothing was chosen, or nothing of that name is there.
    Nothing,
    /// What no form of ours offers: another's area, or one that is nowhere.
    Outside,
}

/// The regions and municipalities that lie within an area.
pub fn options(own: Area, selected: &str, directory: &Snapshot) -> Vec<AreaOption> {
    let option = |area: Area, name: &str| {
        let value = to_value(area);
        AreaOption { selected: value == selected, value, name: name.to_owned() }
    };
    let municipal = |id: RegionId| directory.municipalities(id).iter();
    match own {
        Area::Region(id) => {
            let region = directory.region(id).map(|region| option(own, &region.name));
            let municipal = municipal(id).map(|one| option(Area::Municipality(one.id), &one.name));
            region.into_iter().chain(municipal).collect()
        }
        Area::Municipality(id) => {
            directory.municipality(id).map(|one| option(own, &one.name)).into_iter().collect()
        }
        Area::Organisation(_) => Vec::new(),
    }
}

/// The area as a form's value: `municipality:24`.
pub fn to_value(area: Area) -> String {
    format!("{}:{}", area.kind(), area.id())
}

/// Reads such a value.
pub fn from_value(value: &str) -> Option<Area> {
    let (kind, id) = value.split_once(':')?;
    Area::from_stored(kind, id.parse().ok()?)
}

/// Reads the fields: an organisation chosen by id or by name goes before the list. What lies outside `own`
/// is not there.
pub fn read(own: Area, area: &str, id: &str, name: &str, directory: &Snapshot) -> Chosen {
    let within = |area: Area| containing(area, directory).is_some_and(|outer| outer.contains(&own));
    if let Some(organisation) = id.parse().ok().map(|id| Area::Organisation(OrganisationId(id))) {
        return if within(organisation) { Chosen::Area(organisation) } else { Chosen::Outside };
    }
    let name = name.trim();
    if name.is_empty() {
        let outside = if area.is_empty() { Chosen::Nothing } else { Chosen::Outside };
        return from_value(area).filter(|area| within(*area)).map_or(outside, Chosen::Area);
    }
    let found = directory.search(name).into_iter();
    let found: Vec<Organisation> = found.filter(|one| within(Area::Organisation(one.id))).collect();
    let exact: Vec<_> = found.iter().filter(|one| one.short_name == name).map(|one| one.id).collect();
    match (exact.as_slice(), found.as_slice()) {
        ([id], _) => Chosen::Area(Area::Organisation(*id)),
        (_, [one]) => Chosen::Area(Area::Organisation(one.id)),
        (_, []) => Chosen::Nothing,
        (_, several) => Chosen::Several(several.iter().take(OFFERED).map(|one| one.id).collect()),
    }
}

/// A name that several organisations have means the one it has meant so far: who changes a role only is not
/// asked for the organisation anew.
pub fn unless_it_stays(chosen: Chosen, name: &str, current: Option<Area>, directory: &Snapshot) -> Chosen {
    match (chosen, current) {
        (Chosen::Several(_), Some(Area::Organisation(id)))
            if directory.organisation(id).is_some_and(|one| one.short_name == name.trim()) =>
        {
            Chosen::Area(Area::Organisation(id))
        }
        (chosen, _) => chosen,
    }
}

/// Organisations to choose from.
pub fn offered(ids: &[OrganisationId], directory: &Snapshot) -> Vec<FoundOrganisation> {
    let found = ids.iter().filter_map(|id| directory.organisation(*id));
    found
        .map(|one| FoundOrganisation {
            id: one.id.0.to_string(),
            name: one.short_name,
            place: format!("{}, {}", one.settlement, one.municipality),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::territory::MunicipalityId;

    #[test]
    fn a_value_is_read_back_and_nothing_else_is() {
        for area in [
            Area::Region(RegionId(1)),
            Area::Municipality(MunicipalityId(24)),
            Area::Organisation(OrganisationId(7)),
        ] {
            assert_eq!(from_value(&to_value(area)), Some(area));
        }
        for value in ["", "region", "region:", "region:x", "country:1", "region:1:2", ":1"] {
            assert_eq!(from_value(value), None, "{value:?}");
        }
    }
}
