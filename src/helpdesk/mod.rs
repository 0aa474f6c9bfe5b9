//! The helpdesk: what operators do for the people of their area (`docs/helpdesk.md`).

pub mod case;
pub mod working_days;
