//! The helpdesk: what operators do for the people of their area (`docs/helpdesk.md`).
//!
//! Every statement about people takes the operator's [`Area`](crate::access::Area) as a condition of its own;
//! what lies outside does not exist (`docs/security.md`, T38).

pub mod case;
pub mod cases;
pub mod plain_text;
pub mod search_query;
pub mod working_days;

pub use cases::Cases;
pub use search_query::SearchQuery;
