//! GOST signatures as their callers see them: keys and signatures of OpenSSL's GOST engine from files,
//! what must be refused, properties; and, with `test-gost`, the engine itself both ways.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[cfg(feature = "test-gost")]
mod engine;
mod fixtures;
#[cfg(feature = "test-gost")]
#[path = "../support/gost_engine.rs"]
mod gost_engine;
mod properties;
mod refused;
