//! A link: profile ↔ ESIA subject.

use crate::directory::ProfileId;
use crate::identity::{AssuranceLevel, Issuer, Subject};
use crate::platform::clock::Timestamp;

/// Id of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct LinkId(pub i64);

/// Id of a person of one ESIA environment in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EsiaSubjectId(pub i64);

/// What a link lets happen. All but `Removed` hold the profile's one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStatus {
    /// Signs in.
    Active,
    /// Disputed: signs nobody in until the helpdesk decides.
    Frozen,
    /// Paused by the organisation.
    Suspended,
    /// Ended; kept for the history.
    Removed,
}

impl LinkStatus {
    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Frozen => "frozen",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Frozen, Self::Suspended, Self::Removed]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// A link that holds its profile's slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Id.
    pub id: LinkId,
    /// The journal side.
    pub profile: ProfileId,
    /// The ESIA side, as a row.
    pub esia_subject: EsiaSubjectId,
    /// The ESIA environment.
    pub issuer: Issuer,
    /// The ESIA side, as ESIA names it.
    pub subject: Subject,
    /// Status.
    pub status: LinkStatus,
    /// Level of the ESIA account when it was linked.
    pub level: AssuranceLevel,
    /// Name with initials as ESIA had it, for the settings card.
    pub holder: String,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When the person last chose this profile at sign-in.
    pub chosen_at: Option<Timestamp>,
}
