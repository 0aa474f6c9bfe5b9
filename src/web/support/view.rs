//! Views of reporting a problem.

use askama::Template;
use askama_web::WebTemplate;

use crate::error_code::OutcomeCode;
use crate::web::page::Page;

/// The form.
#[derive(Template, WebTemplate)]
#[template(path = "pages/support/report.html")]
pub struct ReportPage {
    /// Common part.
    pub page: Page,
    /// What the problem page said, if the person comes from one.
    pub code: Option<OutcomeCode>,
    /// Reference of the trip; may be empty.
    pub reference: String,
    /// Masked address of the profile, where an answer can go without asking.
    pub email: Option<String>,
    /// What was written, after an error.
    pub text: String,
    /// Where to answer, after an error.
    pub contact: String,
}

impl ReportPage {
    fn contact_hint(&self) -> String {
        match &self.email {
            Some(email) => format!("Электронная почта. Если не указать, ответ придёт на {email}."),
            None => "Электронная почта: ответ придёт письмом.".into(),
        }
    }
}

/// The number of the case.
#[derive(Template, WebTemplate)]
#[template(path = "pages/support/sent.html")]
pub struct SentPage {
    /// Common part.
    pub page: Page,
    /// Number of the case.
    pub number: String,
    /// «3 рабочих дней», after «в течение».
    pub within: String,
}

/// As many open cases as there may be.
#[derive(Template, WebTemplate)]
#[template(path = "pages/support/enough.html")]
pub struct EnoughPage {
    /// Common part.
    pub page: Page,
}
