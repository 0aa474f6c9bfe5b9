//! Cases: opened from a problem page or by a dispute, answered by operators of the area.

pub mod answer_case;
pub mod case;
pub mod open_case;
pub mod plain_text;
pub mod working_days;

pub use open_case::Cases;
