//! The steps of an operator's sign-in after the password, a page each.

pub mod code;
pub mod esia;
pub mod new_factor;
pub mod new_password;
pub mod samples;
pub mod view;

use crate::access::SignInStep;
use crate::web::paths;

/// The page of the ESIA account.
pub const ESIA: &str = "/helpdesk/login/esia";
/// The page of the second factor's code; also where a session that is not done is sent, to be sent on.
pub const CODE: &str = "/helpdesk/login/code";
/// The page of a password of one's own.
pub const NEW_PASSWORD: &str = "/helpdesk/login/password";
/// The page that sets up a second factor.
pub const NEW_FACTOR: &str = "/helpdesk/login/factor";

/// The page of a step. A session whose proofs are all given but which was not taken on yet is taken on by
/// the page that asked last.
pub fn path(step: SignInStep) -> &'static str {
    match step {
        SignInStep::Esia => ESIA,
        SignInStep::Code => CODE,
        SignInStep::NewPassword => NEW_PASSWORD,
        SignInStep::NewFactor => NEW_FACTOR,
        SignInStep::OnDuty => paths::HELPDESK_LOGIN,
    }
}
