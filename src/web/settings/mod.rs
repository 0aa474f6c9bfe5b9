//! «Персональные настройки»: the link, its confirmation and removal, own sessions.

pub mod samples;
pub mod view;
