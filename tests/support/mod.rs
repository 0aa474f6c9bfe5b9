//! What several test binaries share; each takes it in by
//! `#[path = "../support/mod.rs"] mod support;` (or `support/mod.rs` for a binary of one file).
//!
//! `database`: a fresh database for a test, on each of the two; `postgres`: the temporary cluster behind
//! it; `certificates`: of servers; `browser`: headless Chromium; `html`: html-validate; `pdf`: printed pages; `png`:
//! pictures of pages; `smtp_sink`: a mail server; `processes`: helper programs that end with the test; `scale`: how often a
//! test repeats itself. Described for people in `docs/testing.md`.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test binary uses a part of this; a test that cannot be set up shall panic"
)]

#[cfg(feature = "test-browser")]
pub mod browser;
pub mod certificates;
pub mod database;
#[cfg(feature = "test-browser")]
pub mod html;
#[cfg(feature = "test-browser")]
pub mod pdf;
#[cfg(feature = "test-browser")]
pub mod png;
#[cfg(feature = "test-postgres")]
pub mod postgres;
pub mod processes;
pub mod scale;
pub mod smtp_sink;
