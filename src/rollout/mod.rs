//! Which way in is open on which day. Pure: settings and a date in, a phase out.

pub mod phase;

pub use phase::{Phase, days_left, linking_opens, local_date};
