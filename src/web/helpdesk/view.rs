//! Views of the helpdesk's own frame: sign-in and start page.

use askama::Template;
use askama_web::WebTemplate;

use super::{Desk, Section};
use crate::web::page::Page;

impl Section {
    /// Its words in the navigation.
    pub fn words(self) -> &'static str {
        match self {
            Self::Start => "Начало",
            Self::People => "Поиск",
            Self::Audit => "Журнал",
            Self::Operators => "Операторы",
            Self::Account => "Моя учётная запись",
            Self::Approvals => "Согласования",
            Self::Codes => "Коды привязки",
            Self::Cases => "Обращения",
        }
    }
}

/// `/helpdesk/login`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/login.html")]
pub struct OperatorLoginPage {
    /// Common part; `csrf` here is bound to the entrance cookie.
    pub page: Page,
    /// Section to go to after signing in.
    pub next: Section,
    /// Login entered before an error.
    pub login: String,
    /// Operators of the demo; empty outside it.
    pub demo_logins: Vec<DemoOperatorLogin>,
}

/// A login of the demo.
pub struct DemoOperatorLogin {
    /// Login.
    pub login: &'static str,
    /// Who it is.
    pub who: String,
    /// Password of all of them. From the demo's own code: a page that held it would carry it into every
    /// build (`docs/security.md`, T62).
    pub password: &'static str,
}

/// `/helpdesk`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/home.html")]
pub struct HelpdeskHomePage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
}
