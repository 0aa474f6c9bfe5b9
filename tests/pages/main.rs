//! Renders every sample of every view and checks what holds for all pages.
//!
//! `PRIVYAZKA_PAGES=dir cargo test --test pages` also writes the pages there, for looking at them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot read its own input fails")]

mod budgets;
mod escaping;
mod html;
mod rules;
mod words;
mod written;

use privyazka::web::sample::{self, Rendered};

/// Every page that is a whole document; the list of options is a fragment.
fn documents() -> impl Iterator<Item = Rendered> {
    sample::all().into_iter().filter(|rendered| rendered.page != "sign_in/options")
}
