//! All HTTP of the service: routes, handlers, views.

pub mod display;
pub mod format;
pub mod page;
pub mod problem;
pub mod sample;
pub mod static_files;

pub mod demo;
pub mod outcome;
pub mod settings;
pub mod sign_in;
pub mod system;
