//! Signing in and out: both tabs, recovery, the linking-only door, the chooser, the goodbye.

pub mod samples;
pub mod view;
