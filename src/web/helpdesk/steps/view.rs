//! Views of the steps of an operator's sign-in.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::helpdesk::qr::QrPicture;
use crate::web::page::Page;

/// `/helpdesk/login/code`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/steps/code.html")]
pub struct OperatorCodePage {
    /// Common part.
    pub page: Page,
    /// Where the form goes; it names the page to come to in the end.
    pub form_action: String,
}

/// `/helpdesk/login/esia`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/steps/esia.html")]
pub struct OperatorEsiaPage {
    /// Common part.
    pub page: Page,
    /// Where the form goes; it names the page to come to in the end.
    pub form_action: String,
}

/// `/helpdesk/login/password`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/steps/new_password.html")]
pub struct OperatorNewPasswordPage {
    /// Common part.
    pub page: Page,
    /// Where the form goes; it names the page to come to in the end.
    pub form_action: String,
    /// Whose.
    pub login: String,
}

/// `/helpdesk/login/factor`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/steps/new_factor.html")]
pub struct OperatorNewFactorPage {
    /// Common part.
    pub page: Page,
    /// Where the form goes; it names the page to come to in the end.
    pub form_action: String,
    /// The secret on offer.
    pub offer: OfferedFactor,
}

/// The recovery codes, once, after a second factor was set up at the sign-in.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/steps/recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// Common part.
    pub page: Page,
    /// The codes.
    pub codes: Vec<String>,
    /// Where the operator wanted to be.
    pub next: String,
}

/// A secret that an operator may take as second factor.
pub struct OfferedFactor {
    /// For an app's camera; none if it does not fit, which only a defect can cause.
    pub picture: Option<QrPicture>,
    /// The address for an app on the same device.
    pub uri: String,
    /// For typing, in groups of four.
    pub secret: String,
    /// For the form.
    pub sealed: String,
}
