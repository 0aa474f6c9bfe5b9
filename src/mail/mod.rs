//! Letters to people.
//!
//! A deed calls [`Outbox::enqueue`] inside its transaction; the letter is rendered, sealed and kept with
//! the deed, or not at all. How letters travel and what happens when they cannot: `docs/mail.md`.

pub mod address;
pub mod letter;
pub mod outbox;
pub mod render;

pub use letter::Letter;
pub use outbox::{About, Outbox, Recipient};
