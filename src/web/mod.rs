//! All HTTP of the service: routes, handlers, views.

pub mod cookies;
pub mod error_page;
pub mod extract;
pub mod format;
pub mod middleware;
pub mod page;
pub mod paths;
pub mod problem;
pub mod respond;
pub mod routes;
pub mod sample;
pub mod site;
pub mod static_files;

pub mod demo;
pub mod outcome;
pub mod settings;
pub mod sign_in;
pub mod system;
