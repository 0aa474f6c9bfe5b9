//! Schools, preschools, additional education, and education authorities.

use super::{MunicipalityId, SettlementId};

/// Id of an organisation in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrganisationId(pub i64);

/// «Тип ОО», and the authorities, which have a tab of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrganisationKind {
    /// Общеобразовательная.
    General,
    /// Дошкольная.
    Preschool,
    /// Дополнительного образования.
    Additional,
    /// Орган управления.
    Authority,
}

impl OrganisationKind {
    /// The three types of the select «Тип ОО».
    pub const SCHOOLS: [Self; 3] = [Self::General, Self::Preschool, Self::Additional];

    /// All types, authorities last.
    pub const ALL: [Self; 4] = [Self::General, Self::Preschool, Self::Additional, Self::Authority];

    /// Stable name for the store and for addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Preschool => "preschool",
            Self::Additional => "additional",
            Self::Authority => "authority",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The words of the select.
    pub fn words(self) -> &'static str {
        match self {
            Self::General => "Общеобразовательные",
            Self::Preschool => "Дошкольные",
            Self::Additional => "Дополнительного образования",
            Self::Authority => "Орган управления",
        }
    }
}

/// An organisation with its place, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Id.
    pub id: OrganisationId,
    /// Type.
    pub kind: OrganisationKind,
    /// Full name.
    pub name: String,
    /// Short name, for example «МБОУ "СОШ № 12"».
    pub short_name: String,
    /// Telephone of its administrator.
    pub phone: String,
    /// Settlement.
    pub settlement: String,
    /// Municipality.
    pub municipality: String,
}

/// An organisation as the catalog keeps it: thousands at once, places by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationEntry {
    /// Id.
    pub id: OrganisationId,
    /// Its municipality.
    pub municipality: MunicipalityId,
    /// Its settlement.
    pub settlement: SettlementId,
    /// Type.
    pub kind: OrganisationKind,
    /// Full name.
    pub name: Box<str>,
    /// Short name.
    pub short_name: Box<str>,
    /// Telephone of its administrator.
    pub phone: Box<str>,
}

/// An organisation to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Its municipality.
    pub municipality: MunicipalityId,
    /// Its settlement.
    pub settlement: SettlementId,
    /// Type.
    pub kind: OrganisationKind,
    /// Full name, unique in the settlement.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// Telephone of its administrator.
    pub phone: String,
}
