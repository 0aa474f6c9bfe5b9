//! Vocabulary shared by the journal's side and ESIA's side: who somebody is, and how sure that is.
//!
//! Pure values; nothing here knows the store, the web or the wire.

pub mod assurance_level;
pub mod person_name;
pub mod reference;
pub mod snils;
pub mod subject;
pub mod verified_identity;

pub use assurance_level::AssuranceLevel;
pub use person_name::PersonName;
pub use snils::Snils;
pub use subject::{Issuer, Subject};
pub use verified_identity::VerifiedIdentity;
