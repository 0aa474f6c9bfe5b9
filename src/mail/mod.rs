//! Letters to people.
//!
//! A deed calls [`Outbox::enqueue`] inside its transaction; the letter is rendered, sealed and kept with
//! the deed, or not at all; [`Dispatcher`] sends it afterwards. How letters travel and what happens when
//! they cannot: `docs/mail.md`.

pub mod address;
mod desk;
pub mod dispatch;
pub mod letter;
pub mod mailbox;
pub mod outbox;
pub mod render;
mod render_desk;
mod render_issued;
pub mod smtp;
pub mod transport;

pub use dispatch::{Dispatcher, Limits, Round};
pub use letter::Letter;
pub use outbox::{About, Outbox, Recipient};
pub use transport::Transport;
