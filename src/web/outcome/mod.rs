//! Problem pages `/outcome/{code}`.

pub mod samples;
pub mod view;
