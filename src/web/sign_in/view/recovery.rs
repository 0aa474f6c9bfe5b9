//! Recovery of a password by e-mail.

use askama::Template;
use askama_web::WebTemplate;

use super::login::Organisation;
use crate::russian::{self, Plural};
use crate::web::page::Page;

/// `/login/recover`: asks whose password.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/recover.html")]
pub struct RecoverPage {
    /// Common part.
    pub page: Page,
    /// Where the form goes, with the chosen levels.
    pub form_action: String,
    /// How the organisation is known.
    pub organisation: Organisation,
    /// Login or e-mail entered before an error.
    pub login: String,
}

impl RecoverPage {
    fn lists_path(&self) -> &'static str {
        "/login/recover"
    }

    fn next(&self) -> &'static str {
        ""
    }
}

/// After it: the same words whether there is such an account or not.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/recover_sent.html")]
pub struct RecoverSentPage {
    /// Common part.
    pub page: Page,
    /// Life of the letter's address.
    pub minutes: u64,
}

impl RecoverSentPage {
    fn life(&self) -> String {
        russian::counted(self.minutes, Plural::MINUTE_ACCUSATIVE)
    }
}

/// `/login/recover/{token}`: asks for the new password.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/recover_new_password.html")]
pub struct NewPasswordPage {
    /// Common part.
    pub page: Page,
    /// The address itself.
    pub form_action: String,
    /// Login, so that password managers keep the right pair.
    pub login: String,
}

/// `/login/new-password`: a password in the place of one that an operator handed out.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/new_password.html")]
pub struct OwnPasswordPage {
    /// Common part.
    pub page: Page,
    /// Login, so that password managers keep the right pair.
    pub login: String,
}

/// The new password is set.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/recover_done.html")]
pub struct RecoverDonePage {
    /// Common part.
    pub page: Page,
}

/// The letter's address is used, old or cut.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/recover_expired.html")]
pub struct RecoverExpiredPage {
    /// Common part.
    pub page: Page,
}
