//! Staff of this service: operators, their areas, and what each may do (`docs/helpdesk.md`).
//!
//! Who may do what is one table, [`permission`]; where, is the operator's [`Area`], which every query about
//! people takes as a condition of its own, never as a filter after it (`docs/security.md`, T37 and T38).

pub mod area;
pub mod manage;
pub mod one_time_code;
pub mod operator;
pub mod operator_session;
pub mod own_password;
pub mod permission;
pub mod prove_again;
pub mod rights;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod sign_in_step;
pub mod totp;

pub use area::Area;
pub use one_time_code::OneTimeCode;
pub use operator::{NewOperator, Operator, OperatorAccount, OperatorId, OperatorRole, StoredFactor};
pub use operator_session::{OperatorSession, OperatorSessionId, OperatorStage};
pub use own_password::PasswordSet;
pub use permission::Permission;
pub use prove_again::{FreshProof, GivenProofs};
pub use second_factor::{CodeGiven, FactorOffer, FactorSet};
pub use sessions::OperatorSessions;
pub use sign_in::{Entered, OperatorAttempt, OperatorSignIn, OperatorSignedIn, Visit};
pub use sign_in_step::SignInStep;
