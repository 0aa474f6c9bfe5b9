//! What every page of the helpdesk has besides its own content and the common part of all pages: who is on
//! duty, as what, where, and the navigation. Each view struct has it as its field `desk`; the layout reads it.

use super::Section;
use crate::access::{Area, Operator};
use crate::directory::catalog::Snapshot;

/// Header and navigation. `Debug` shows nothing personal.
#[derive(Clone)]
pub struct Desk {
    /// The operator's name.
    pub name: String,
    /// Role in words.
    pub role: &'static str,
    /// Area in words: the name of the region, municipality or organisation.
    pub area: String,
    /// Sections that the role may see.
    pub sections: Vec<Entry>,
    /// Idle life of the session in seconds; the script warns five minutes before its end.
    pub idle_seconds: u64,
    /// Whether the role sees people: then pages say that cards are recorded.
    pub sees_people: bool,
}

/// A line of the navigation.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The section.
    pub section: Section,
    /// The page shown belongs to it.
    pub current: bool,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk")
            .field("role", &self.role)
            .field("sections", &self.sections)
            .finish_non_exhaustive()
    }
}

impl Desk {
    /// For an operator on a page of `current`.
    pub fn new(operator: &Operator, current: Section, idle_seconds: u64, directory: &Snapshot) -> Self {
        let seen = Section::ALL.into_iter().filter(|section| operator.may(section.permission()));
        Self {
            name: operator.name.clone(),
            role: operator.role.word(),
            area: area_name(operator.area, directory),
            sections: seen.map(|section| Entry { section, current: section == current }).collect(),
            idle_seconds,
            sees_people: operator.may(crate::access::Permission::SeePeople),
        }
    }
}

/// The name of an area's region, municipality or organisation; empty if it is gone.
pub fn area_name(area: Area, directory: &Snapshot) -> String {
    let name = match area {
        Area::Region(id) => directory.region(id).map(|region| region.name.clone()),
        Area::Municipality(id) => directory.municipality(id).map(|municipality| municipality.name.clone()),
        Area::Organisation(id) => directory.organisation(id).map(|organisation| organisation.short_name),
    };
    name.unwrap_or_default()
}
