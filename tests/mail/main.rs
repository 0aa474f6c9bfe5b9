//! Letters: what the outbox keeps, what the dispatcher makes of every answer of a mail server, what a
//! letter looks like on the wire. The mail server is a real one in words and bytes, scripted ([`sink`]).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on shall panic")]

mod outbox;
mod post_office;
mod retries;
mod sink;
#[path = "../support/mod.rs"]
mod support;
mod texts;
mod tls;
mod wire;
