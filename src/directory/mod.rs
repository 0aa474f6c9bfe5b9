//! People and organisations of the journal.

pub mod organisation;
pub mod profile;
pub mod role;

pub use organisation::{Organisation, OrganisationId, OrganisationKind};
pub use profile::{Profile, ProfileId, ProfileStatus, StoredSnils};
pub use role::Role;
