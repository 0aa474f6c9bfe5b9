//! «Обращения»: the queue of the operator's area, and each case.

pub mod handler;
pub mod samples;
pub mod view;
