//! Pages of the system itself: errors, display settings, help.

pub mod samples;
pub mod view;
