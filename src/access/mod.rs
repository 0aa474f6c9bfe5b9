//! Staff of this service: operators, their areas, and what each may do (`docs/helpdesk.md`).
//!
//! Who may do what is one table, [`permission`]; where, is the operator's [`Area`], which every query about
//! people takes as a condition of its own, never as a filter after it (`docs/security.md`, T37 and T38).

pub mod area;
pub mod operator;
pub mod operator_session;
pub mod permission;
pub mod rights;
pub mod sessions;
pub mod sign_in;

pub use area::Area;
pub use operator::{NewOperator, Operator, OperatorId, OperatorRole};
pub use operator_session::{OperatorSession, OperatorSessionId, OperatorStage};
pub use permission::Permission;
pub use sessions::OperatorSessions;
pub use sign_in::{OperatorAttempt, OperatorSignIn, OperatorSignedIn};
