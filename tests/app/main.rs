//! The whole service over HTTP: journeys of people, a file each, and the threats of `docs/security.md`
//! that are proved from outside.

mod attempts;
mod callback_input;
mod harness;
mod linking;
mod matches;
mod outcomes;
mod rights;
mod sessions;
#[path = "../support/mod.rs"]
mod support;
