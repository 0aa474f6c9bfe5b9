//! Views of the system itself.

use askama::Template;
use askama_web::WebTemplate;

use crate::russian::{self, Plural};
use crate::web::display::{Font, Scheme, Size, Spacing};
use crate::web::page::Page;

/// Any request that has no page of its own.
#[derive(Template, WebTemplate)]
#[template(path = "pages/system/error_page.html")]
pub struct ErrorPage {
    /// Common part.
    pub page: Page,
    /// What happened.
    pub kind: ErrorKind,
    /// Number of the request, to tell the support.
    pub request_id: String,
    /// Where to begin anew: the start page of people or of operators.
    pub home: &'static str,
}

/// What happened, as far as a person needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 400: not a form or address of ours.
    BadRequest,
    /// 403.
    Forbidden,
    /// 403: the form's token is too old.
    StaleForm,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 413.
    TooLarge,
    /// 429.
    TooManyRequests {
        /// Wait so long, at least one minute.
        minutes: u64,
    },
    /// 500.
    Internal,
    /// 503: too busy just now.
    Unavailable,
    /// 503: planned works, with date and time of the end.
    Maintenance {
        /// «1 марта 2026 года».
        date: String,
        /// «14:05».
        time: String,
    },
    /// The deed was done before.
    Repeated {
        /// «в 14:05».
        time: String,
    },
}

impl ErrorPage {
    fn wait(&self, minutes: &u64) -> String {
        russian::counted(*minutes, Plural::MINUTE_ACCUSATIVE)
    }
}

/// `/display`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/system/display_settings.html")]
pub struct DisplaySettingsPage {
    /// Common part; `display` holds the choices in force.
    pub page: Page,
}

/// `/help`: how to get an account at Gosuslugi.
#[derive(Template, WebTemplate)]
#[template(path = "pages/help/help.html")]
pub struct HelpPage {
    /// Common part.
    pub page: Page,
    /// When the text was last checked: «1 марта 2026 года».
    pub checked: String,
}

/// `/help/gosuslugi`: what signing in through Gosuslugi is.
#[derive(Template, WebTemplate)]
#[template(path = "pages/help/gosuslugi.html")]
pub struct HelpGosuslugiPage {
    /// Common part.
    pub page: Page,
    /// When the text was last checked.
    pub checked: String,
}

/// `/documents/personal-data`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/help/personal_data.html")]
pub struct PersonalDataPage {
    /// Common part.
    pub page: Page,
}
