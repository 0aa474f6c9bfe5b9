//! All HTTP of the service: routes, handlers, views.

pub mod format;
pub mod page;
pub mod problem;
pub mod sample;
pub mod static_files;

pub mod settings;
pub mod sign_in;
