//! The helpdesk: what operators do for the people of their area (`docs/helpdesk.md`).
//!
//! Every statement about people takes the operator's [`Area`](crate::access::Area) as a condition of its own;
//! what lies outside does not exist (`docs/security.md`, T38).

pub mod basis;
pub mod cases;
pub mod issuing;
pub mod links;
pub mod people;

pub use basis::Basis;
pub use cases::Cases;
pub use people::{PeopleDesk, SearchQuery};
