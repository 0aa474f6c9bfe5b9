//! Operators, for their administrators.

pub mod area_choice;
pub mod handler;
pub mod list;
pub mod samples;
pub mod view;
