//! The whole service over HTTP: journeys of people, a file each, and the threats of `docs/security.md`
//! that are proved from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod access;
mod attempts;
mod audit;
mod bounds;
mod bulk_unlink;
mod callback_input;
mod cases;
mod codes;
mod codes_desk;
mod desk_cases;
mod desk_links;
mod desk_rights;
mod faults;
mod fresh_proof;
mod harness;
mod helpdesk_card;
mod helpdesk_search;
mod hostile;
mod isolation;
mod linking;
mod logs;
mod matches;
mod operator_esia;
mod operators;
mod outages;
mod outcomes;
mod pages;
mod people;
mod remains;
mod rights;
mod routes;
mod second_factor;
mod sessions;
#[path = "../support/mod.rs"]
mod support;
mod writes;
