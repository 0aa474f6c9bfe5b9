//! The whole service over HTTP: journeys of people, a file each, and the threats of `docs/security.md`
//! that are proved from outside.

mod harness;
mod linking;
#[path = "../support/mod.rs"]
mod support;
