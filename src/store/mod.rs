//! All diesel code. One query code for SQLite and PostgreSQL; nobody above sees diesel.
//!
//! Handlers and use cases know [`Store::read`] and [`Store::write`] and the functions of the table
//! modules, which take the connection first and return domain types. New column: both migrations,
//! `schema/`, the table's module, and a conformance test in `tests/store/`.

pub mod approvals;
pub mod audit_batches;
pub mod audit_events;
pub mod audit_seals;
pub mod audit_search;
pub mod authorization_requests;
pub mod browser_sessions;
pub mod bulk_unlink_lines;
pub mod bulk_unlinks;
pub mod cases;
pub mod code_recipients;
pub mod connection;
pub mod credentials;
mod kept;
pub mod key_checks;
pub mod known_browsers;
pub mod linking_codes;
pub mod links;
pub mod login_failures;
pub mod migrate;
pub mod one_time_passwords;
pub mod operator_browsers;
pub mod operator_deeds;
pub mod operator_sessions;
pub mod operators;
pub mod operators_in_area;
pub mod organisations;
pub mod outbox_entries;
pub mod password_recoveries;
pub mod people_search;
pub mod person_extract;
pub mod profile_names;
pub mod profiles;
pub mod schema;
pub mod sealed_values;
pub mod second_factors;
pub mod secret_issues;
mod spelt_out;
pub mod undo_tokens;

pub use connection::{Db, Store, StoreError};
