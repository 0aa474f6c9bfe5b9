//! Where an operator may see and act.

use crate::directory::territory::{MunicipalityId, RegionId};
use crate::directory::{OrganisationEntry, OrganisationId};

/// A region, one of its municipalities, or one organisation. Nothing outside it exists for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Area {
    /// Everything of a region.
    Region(RegionId),
    /// Everything of a municipality.
    Municipality(MunicipalityId),
    /// One school, kindergarten or authority.
    Organisation(OrganisationId),
}

/// Where an organisation lies, as far as areas go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its municipality.
    pub municipality: MunicipalityId,
    /// Its region.
    pub region: RegionId,
}

impl Place {
    /// Of an organisation of this region.
    pub fn of(organisation: &OrganisationEntry, region: RegionId) -> Self {
        Self { organisation: organisation.id, municipality: organisation.municipality, region }
    }
}

impl Area {
    /// Whether a place belongs to the area.
    pub fn covers(self, place: Place) -> bool {
        match self {
            Self::Region(region) => region == place.region,
            Self::Municipality(municipality) => municipality == place.municipality,
            Self::Organisation(organisation) => organisation == place.organisation,
        }
    }

    /// Stable name of its kind for the store: `region`, `municipality`, `organisation`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Region(_) => "region",
            Self::Municipality(_) => "municipality",
            Self::Organisation(_) => "organisation",
        }
    }

    /// Id of the region, municipality or organisation.
    pub fn id(self) -> i64 {
        match self {
            Self::Region(RegionId(id))
            | Self::Municipality(MunicipalityId(id))
            | Self::Organisation(OrganisationId(id)) => id,
        }
    }

    /// Reads what [`Area::kind`] and [`Area::id`] gave.
    pub fn from_stored(kind: &str, id: i64) -> Option<Self> {
        match kind {
            "region" => Some(Self::Region(RegionId(id))),
            "municipality" => Some(Self::Municipality(MunicipalityId(id))),
            "organisation" => Some(Self::Organisation(OrganisationId(id))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t38_an_area_covers_what_lies_in_it_and_nothing_else() {
        let place =
            Place { organisation: OrganisationId(1), municipality: MunicipalityId(2), region: RegionId(3) };
        for (area, covers) in [
            (Area::Organisation(OrganisationId(1)), true),
            (Area::Organisation(OrganisationId(2)), false),
            (Area::Municipality(MunicipalityId(2)), true),
            (Area::Municipality(MunicipalityId(1)), false),
            (Area::Region(RegionId(3)), true),
            (Area::Region(RegionId(1)), false),
        ] {
            assert_eq!(area.covers(place), covers, "{area:?}");
            assert_eq!(Area::from_stored(area.kind(), area.id()), Some(area));
        }
        assert_eq!(Area::from_stored("country", 1), None);
    }
}
