//! Linking policy and links.

pub mod link;

pub use link::{Link, LinkId, LinkStatus};
