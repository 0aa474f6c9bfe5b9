//! Pages that only the demo has: the letters it wrote.

pub mod handler;
pub mod samples;
pub mod view;
