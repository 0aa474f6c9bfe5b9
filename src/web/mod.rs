//! All HTTP of the service: `routes.rs` has every route on one page; an area is a folder with its handlers
//! (`handler.rs` or a file each) and its views.

pub mod cookies;
pub mod display;
pub mod error_page;
pub mod extract;
pub mod middleware;
pub mod page;
pub mod paths;
pub mod problem;
pub mod respond;
pub mod routes;
pub mod sample;
pub mod site;
pub mod static_files;
pub mod support;

pub mod callback;
pub mod demo;
pub mod health;
pub mod helpdesk;
pub mod outcome;
pub mod settings;
pub mod sign_in;
pub mod system;
pub mod undo;
