//! Pages that only the demo has: the letters it wrote.

pub mod samples;
pub mod view;
