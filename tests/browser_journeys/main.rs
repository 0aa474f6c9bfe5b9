//! The service as people meet it, in a real browser against the built program: `privyazka demo` on spare
//! ports and in a folder of its own. `localhost` is the service, `127.0.0.1` the stand: two sites.
//!
//! `journey` is the whole way, by mouse and by keyboard, with script and without; `gallery` judges every
//! state of every page by axe and html-validate; the others hold what only a browser can show.

#![cfg(feature = "test-browser")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot read its own input fails")]

mod audit;
mod bulk;
mod callbacks;
mod codes;
mod demo;
mod entry;
mod forms;
mod gallery;
mod hands;
mod helpdesk;
mod journey;
mod leaving;
mod links;
mod operator;
mod person;
mod pictures;
mod reports;

#[path = "../support/mod.rs"]
mod support;
