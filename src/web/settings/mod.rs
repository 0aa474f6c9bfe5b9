//! «Персональные настройки»: the link, the sessions, and the ways to change both.

pub mod confirm;
pub mod home;
pub mod link;
pub mod masked;
pub mod prove;
pub mod samples;
pub mod sessions;
pub mod unlink;
pub mod view;
