//! One view for every outcome code; the words are in [`crate::error_code`].

use askama::Template;
use askama_web::WebTemplate;

use crate::error_code::{Advice, Contact, OutcomeCode, OutcomeFacts};
use crate::web::page::Page;
use crate::web::paths;

/// `/outcome/{code}`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/outcome/outcome.html")]
pub struct OutcomePage {
    /// Common part.
    pub page: Page,
    /// The code; one that only operators can act on is shown as another.
    pub code: OutcomeCode,
    /// What is known.
    pub facts: OutcomeFacts,
}

impl OutcomePage {
    fn advice(&self) -> Advice {
        self.code.advice(&self.facts)
    }

    fn asks_esia(&self) -> bool {
        self.code.contact() == Contact::Esia
    }
}
