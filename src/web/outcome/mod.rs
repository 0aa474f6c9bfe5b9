//! Problem pages `/outcome/{code}`.

pub mod handler;
pub mod samples;
pub mod view;
