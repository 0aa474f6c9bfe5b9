//! Signing in and out, and what goes with it.

pub mod choose_profile;
pub mod esia;
pub mod leave;
pub mod link_door;
pub mod login;
pub mod new_password;
pub mod organisations;
pub mod recover;
pub mod samples;
pub mod selection;
pub mod view;
