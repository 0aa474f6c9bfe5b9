//! The whole territory and all organisations in memory, so that the selects and the search of the
//! sign-in page ask no database.
//!
//! A region has some ten thousand organisations at most: a few megabytes. Read once at start and again
//! whenever the directory has changed ([`DirectoryCatalog::refresh`]).

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use super::organisation_search::{OrganisationSearch, Searchable};
use super::russian_order::sort_key;
use super::{
    Municipality, MunicipalityId, Organisation, OrganisationEntry, OrganisationId, OrganisationKind, Region,
    RegionId, Selection, Settlement, SettlementId,
};
use crate::store::{Db, Store, StoreError, organisations};

/// Gives the newest [`Snapshot`]. Share it in an `Arc`.
#[derive(Debug)]
pub struct DirectoryCatalog(RwLock<Arc<Snapshot>>);

impl DirectoryCatalog {
    /// Reads the directory.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(store: &Store) -> Result<Self, StoreError> {
        Ok(Self(RwLock::new(Arc::new(store.read(Snapshot::read).await?))))
    }

    /// Reads the directory again. Pages being made keep the snapshot they have.
    ///
    /// # Errors
    /// The store's; the old snapshot then stays.
    pub async fn refresh(&self, store: &Store) -> Result<(), StoreError> {
        let fresh = Arc::new(store.read(Snapshot::read).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The directory as last read. Take it once a request, so that one page shows one state.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The directory at one moment. Every list is in Russian alphabetical order.
#[derive(Debug)]
pub struct Snapshot {
    regions: Vec<Region>,
    municipalities: Groups<RegionId, Municipality>,
    settlements: Groups<MunicipalityId, Settlement>,
    organisations: Groups<(SettlementId, OrganisationKind), OrganisationEntry>,
    authorities: HashMap<MunicipalityId, Vec<u32>>,
    by_id: HashMap<OrganisationId, u32>,
    municipality_names: HashMap<MunicipalityId, u32>,
    settlement_names: HashMap<SettlementId, u32>,
    search: OrganisationSearch,
}

impl Snapshot {
    fn read(db: &mut Db) -> Result<Self, StoreError> {
        let regions = organisations::list_regions(db)?;
        let municipalities = organisations::list_municipalities(db)?;
        let settlements = organisations::list_settlements(db)?;
        Ok(Self::new(regions, municipalities, settlements, organisations::list_organisations(db)?))
    }

    /// Builds the lists and the search index.
    pub fn new(
        mut regions: Vec<Region>,
        municipalities: Vec<Municipality>,
        settlements: Vec<Settlement>,
        organisations: Vec<OrganisationEntry>,
    ) -> Self {
        regions.sort_by_cached_key(|region| sort_key(&region.name));
        let municipalities = Groups::new(municipalities, |one| one.region, |one| &one.name);
        let settlements = Groups::new(settlements, |one| one.municipality, |one| &one.name);
        let organisations =
            Groups::new(organisations, |one| (one.settlement, one.kind), |one| &one.short_name);
        let mut authorities: HashMap<_, Vec<u32>> = HashMap::new();
        for (position, one) in (0u32..).zip(&organisations.items) {
            if one.kind == OrganisationKind::Authority {
                authorities.entry(one.municipality).or_default().push(position);
            }
        }
        let municipality_names = positions(&municipalities.items, |one| one.id);
        let settlement_names = positions(&settlements.items, |one| one.id);
        let by_id = positions(&organisations.items, |one| one.id);
        let search = OrganisationSearch::new(organisations.items.iter().map(|one| {
            Searchable {
                kind: one.kind,
                short_name: &one.short_name,
                name: &one.name,
                settlement: settlement_names
                    .get(&one.settlement)
                    .and_then(|&at| settlements.items.get(at as usize))
                    .map_or("", |settlement| &settlement.name),
                municipality: municipality_names
                    .get(&one.municipality)
                    .and_then(|&at| municipalities.items.get(at as usize))
                    .map_or("", |municipality| &municipality.name),
            }
        }));
        Self {
            regions,
            municipalities,
            settlements,
            organisations,
            authorities,
            by_id,
            municipality_names,
            settlement_names,
            search,
        }
    }

    /// All regions.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// Municipalities of a region.
    pub fn municipalities(&self, region: RegionId) -> &[Municipality] {
        self.municipalities.of(region)
    }

    /// One region.
    pub fn region(&self, id: RegionId) -> Option<&Region> {
        self.regions.iter().find(|region| region.id == id)
    }

    /// Settlements of a municipality that have a school of any type: others would lead nowhere.
    pub fn settlements(&self, municipality: MunicipalityId) -> Vec<&Settlement> {
        let all = self.settlements.of(municipality).iter();
        all.filter(|settlement| !self.kinds(settlement.id).is_empty()).collect()
    }

    /// Types of organisations that a settlement has, in the order of the select.
    pub fn kinds(&self, settlement: SettlementId) -> Vec<OrganisationKind> {
        OrganisationKind::SCHOOLS
            .into_iter()
            .filter(|&kind| !self.organisations(settlement, kind).is_empty())
            .collect()
    }

    /// Organisations of one type in a settlement.
    pub fn organisations(&self, settlement: SettlementId, kind: OrganisationKind) -> &[OrganisationEntry] {
        self.organisations.of((settlement, kind))
    }

    /// Authorities of a municipality.
    pub fn authorities(&self, municipality: MunicipalityId) -> Vec<&OrganisationEntry> {
        let positions = self.authorities.get(&municipality).into_iter().flatten();
        let mut found: Vec<_> =
            positions.filter_map(|&at| self.organisations.items.get(at as usize)).collect();
        found.sort_by_cached_key(|one| sort_key(&one.short_name));
        found
    }

    /// One organisation with the names of its place.
    pub fn organisation(&self, id: OrganisationId) -> Option<Organisation> {
        self.entry(id).map(|one| self.with_place(one))
    }

    /// What the selects must hold for this organisation.
    pub fn path_of(&self, id: OrganisationId) -> Option<Selection> {
        let one = self.entry(id)?;
        let municipality = self.municipality(one.municipality)?;
        Some(Selection {
            region: municipality.region,
            municipality: municipality.id,
            settlement: one.settlement,
            kind: one.kind,
            organisation: id,
        })
    }

    /// The organisations that a typed text may mean, best first.
    pub fn search(&self, query: &str) -> Vec<Organisation> {
        let found = self.search.find(query).into_iter();
        found.filter_map(|at| self.organisations.items.get(at)).map(|one| self.with_place(one)).collect()
    }

    fn entry(&self, id: OrganisationId) -> Option<&OrganisationEntry> {
        self.organisations.items.get(*self.by_id.get(&id)? as usize)
    }

    /// One municipality.
    pub fn municipality(&self, id: MunicipalityId) -> Option<&Municipality> {
        self.municipalities.items.get(*self.municipality_names.get(&id)? as usize)
    }

    fn settlement(&self, id: SettlementId) -> Option<&Settlement> {
        self.settlements.items.get(*self.settlement_names.get(&id)? as usize)
    }

    fn with_place(&self, one: &OrganisationEntry) -> Organisation {
        Organisation {
            id: one.id,
            kind: one.kind,
            name: one.name.to_string(),
            short_name: one.short_name.to_string(),
            phone: one.phone.to_string(),
            settlement: self.settlement(one.settlement).map(|one| one.name.clone()).unwrap_or_default(),
            municipality: self.municipality(one.municipality).map(|one| one.name.clone()).unwrap_or_default(),
        }
    }
}

/// Items in one vector, those of one parent side by side and in Russian order.
#[derive(Debug)]
struct Groups<K, T> {
    items: Vec<T>,
    ranges: HashMap<K, Range<usize>>,
}

impl<K: Copy + Ord + std::hash::Hash, T> Groups<K, T> {
    fn new(mut items: Vec<T>, parent: impl Fn(&T) -> K, name: impl Fn(&T) -> &str) -> Self {
        items.sort_by_cached_key(|item| (parent(item), sort_key(name(item))));
        let mut ranges: HashMap<K, Range<usize>> = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            ranges.entry(parent(item)).or_insert(at..at).end = at + 1;
        }
        Self { items, ranges }
    }

    fn of(&self, parent: K) -> &[T] {
        self.ranges.get(&parent).and_then(|range| self.items.get(range.clone())).unwrap_or_default()
    }
}

fn positions<T, K: Eq + std::hash::Hash>(items: &[T], id: impl Fn(&T) -> K) -> HashMap<K, u32> {
    items.iter().map(id).zip(0u32..).collect()
}
