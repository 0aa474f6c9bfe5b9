//! The training stand over real HTTP, judged by a client that is written here and nowhere else.

mod authorize;
mod boundaries;
mod faults;
mod people;
mod person;
mod rig;
mod token;
