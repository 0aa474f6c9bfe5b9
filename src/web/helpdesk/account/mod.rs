//! An operator's own account: who they are here, password, second factor.

pub mod handler;
pub mod samples;
pub mod view;
