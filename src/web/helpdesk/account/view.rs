//! Views of an operator's own account.

use askama::Template;
use askama_web::WebTemplate;

use crate::russian::{self, Plural};
use crate::web::helpdesk::Desk;
use crate::web::helpdesk::steps::view::OfferedFactor;
use crate::web::page::Page;

/// `/helpdesk/account`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/account/account.html")]
pub struct OperatorAccountPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Login.
    pub login: String,
    /// E-mail.
    pub email: Option<String>,
    /// Recovery codes left; none without a second factor.
    pub recovery_codes: Option<u64>,
    /// A new password was just set.
    pub password_changed: bool,
}

impl OperatorAccountPage {
    fn codes_left(&self, left: &u64) -> String {
        russian::counted(*left, Plural::CODE)
    }
}

/// `/helpdesk/account/password`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/account/password.html")]
pub struct OperatorPasswordPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Login, for password managers.
    pub login: String,
}

/// `/helpdesk/account/factor`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/account/factor.html")]
pub struct OperatorFactorPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Login, for password managers.
    pub login: String,
    /// The secret on offer.
    pub offer: OfferedFactor,
    /// Whether there is a second factor, which this one takes the place of.
    pub replaces: bool,
}

/// The recovery codes, once, after the second factor was changed.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/account/recovery_codes.html")]
pub struct NewRecoveryCodesPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// The codes.
    pub codes: Vec<String>,
}
