//! `/helpdesk/profiles`: find a person, and their card.

pub mod card;
mod samples;
pub mod search;
pub mod view;

pub(super) use samples::all as samples;
