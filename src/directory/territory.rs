//! Where organisations are: region, municipality, settlement; and the path through the selects.

use super::{OrganisationId, OrganisationKind};

/// Id of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegionId(pub i64);

/// Id of a municipality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MunicipalityId(pub i64);

/// Id of a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SettlementId(pub i64);

/// Субъект Федерации.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Id.
    pub id: RegionId,
    /// Name.
    pub name: String,
}

/// Городской округ or муниципальный район.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Id.
    pub id: MunicipalityId,
    /// Its region.
    pub region: RegionId,
    /// Its number in the region's reports.
    pub number: i32,
    /// Full name, for example «Миасский городской округ».
    pub name: String,
}

/// Населённый пункт.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Id.
    pub id: SettlementId,
    /// Its municipality.
    pub municipality: MunicipalityId,
    /// Name.
    pub name: String,
}

/// Everything the cascading selects must hold for one organisation to be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// «Регион».
    pub region: RegionId,
    /// «Городской округ / Муниципальный район».
    pub municipality: MunicipalityId,
    /// «Населённый пункт»; the authority tab has no such select.
    pub settlement: SettlementId,
    /// «Тип ОО», or authority, which tells the tab.
    pub kind: OrganisationKind,
    /// «Образовательная организация» or «Орган управления».
    pub organisation: OrganisationId,
}
