//! Browser sessions and the ways to begin and end one.
//!
//! Nouns (`browser_session`, `password`, `place`, `form_token`, `remembered_organisation`) are pure.
//! [`Sessions`], [`PasswordSignIn`] and [`PasswordRecovery`] act; each is built once and cheap to clone.

pub mod address_ceiling;
pub mod browser_session;
pub mod choose_profile;
pub mod code_throttle;
pub mod common_passwords;
pub mod form_token;
pub mod hashing_pool;
pub mod letters;
pub mod linking_code;
pub mod note_browser;
pub mod one_time_password;
pub mod password;
pub mod place;
pub mod prove_again;
pub mod recover_password;
pub mod remembered_organisation;
pub mod replace_password;
pub mod sessions;
pub mod sign_in_attempt;
pub mod sign_out;
pub mod throttle;
pub mod with_code;
pub mod with_esia;
pub mod with_password;

pub use address_ceiling::AddressCeiling;
pub use browser_session::{BrowserSession, SessionId, SessionStage, SignInWay};
pub use form_token::FormTokens;
pub use hashing_pool::{HashingPool, Overloaded};
pub use letters::{Letters, SignInLetter};
pub use linking_code::LinkingCode;
pub use note_browser::note_browser;
pub use one_time_password::OneTimePassword;
pub use password::{Password, PasswordProblem};
pub use prove_again::Proof;
pub use recover_password::{Asked, PasswordRecovery, Recovered};
pub use replace_password::Replaced;
pub use sessions::{LiveSession, NewSession, Sessions};
pub use sign_in_attempt::{SignInAttempt, SignInOutcome};
pub use throttle::Throttle;
pub use with_code::{CodeAttempt, CodeSignIn};
pub use with_esia::{EsiaSignIn, EsiaSignInResult, VisitingBrowser};
pub use with_password::PasswordSignIn;
