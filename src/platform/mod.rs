//! Everything we would otherwise fake in a test: time, randomness, secrets, outgoing HTTP, telemetry.
//!
//! The rest of the crate gets these from here; `clippy.toml` forbids the direct calls.

pub mod clock;
pub mod http_client;
pub mod metrics;
pub mod random;
pub mod secret;
pub mod spreadsheet_cell;
pub mod table_file;
pub mod telemetry;
