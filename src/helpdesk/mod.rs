//! The helpdesk: what operators do for the people of their area (`docs/helpdesk.md`).

pub mod case;
pub mod cases;
pub mod plain_text;
pub mod working_days;

pub use cases::Cases;
