//! Pages of the system itself: errors, display settings, help.

pub mod handler;
pub mod samples;
pub mod view;
