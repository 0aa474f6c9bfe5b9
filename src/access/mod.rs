//! Staff of this service: operators, their areas, and what each may do (`docs/helpdesk.md`).
//!
//! Who may do what is one table, [`permission`]; where, is the operator's [`Area`], which every query about
//! people takes as a condition of its own, never as a filter after it (`docs/security.md`, T37 and T38).

pub mod area;
pub mod operator;
pub mod permission;
pub mod rights;

pub use area::Area;
pub use operator::{Operator, OperatorId, OperatorRole};
pub use permission::Permission;
