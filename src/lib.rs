//! Privyazka links a school e-journal profile to an ESIA (Gosuslugi) account and signs people in through it.
//!
//! One direction: route → handler → use case → store → outcome → view → template. Rules live in feature
//! folders (`linking`, `federation`, `sign_in`, …); HTTP has one room (`web`), SQL another (`store`). Nouns
//! (`linking/link.rs`, `linking/policy.rs`) are pure; verbs (`linking/link_account.rs`) act. The training
//! stand (`stand`) is a provider of its own and shares no module with the client (`esia`). The map with
//! the reasons: `docs/architecture.md`.

pub mod access;
pub mod app;
pub mod audit;
pub mod cli;
pub mod config;
pub mod directory;
pub mod error_code;
pub mod esia;
pub mod federation;
pub mod gost;
pub mod helpdesk;
pub mod housekeeping;
pub mod identity;
pub mod key_rotation;
pub mod linking;
pub mod mail;
pub mod person_extract;
pub mod platform;
pub mod retention;
pub mod rollout;
pub mod russian;
pub mod sign_in;
#[cfg(feature = "stand")]
pub mod stand;
pub mod store;
pub mod web;
