//! Unlinking by a list: hand a file in, look at what it comes to, ask, watch, stop, take the results.

pub mod list;
pub mod samples;
pub mod upload;
pub mod view;
