//! People and organisations of the journal.
//!
//! Nouns: territory, organisation, role, profile, and the pure search over organisations. Verbs:
//! [`catalog`] keeps the whole territory in memory for the sign-in page; [`snils_vault`] seals and opens
//! a SNILS; [`demo_region`] (feature `stand`) fills an empty database for `privyazka demo` and for tests.

pub mod catalog;
#[cfg(feature = "stand")]
pub mod demo_region;
mod letters;
pub mod login;
pub mod name_words;
pub mod organisation;
pub mod organisation_search;
pub mod profile;
pub mod role;
pub mod russian_order;
pub mod snils_vault;
pub mod territory;

pub use catalog::DirectoryCatalog;
pub use login::{email_key, login_key, phone_key};
pub use organisation::{NewOrganisation, Organisation, OrganisationEntry, OrganisationId, OrganisationKind};
pub use profile::{NewProfile, Profile, ProfileId, ProfileStatus, SignInProfile, StoredSnils};
pub use role::Role;
pub use territory::{Municipality, MunicipalityId, Region, RegionId, Selection, Settlement, SettlementId};
