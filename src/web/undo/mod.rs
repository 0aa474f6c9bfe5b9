//! `/undo/{token}`: «Это был не я», for whoever has the letter.

pub mod handler;
pub mod samples;
pub mod view;
