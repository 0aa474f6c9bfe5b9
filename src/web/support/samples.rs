//! Samples of the pages of reporting a problem.

use super::view::{EnoughPage, ReportPage, SentPage};
use crate::error_code::OutcomeCode;
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of this area.
pub fn all() -> Vec<Rendered> {
    [sample::render::<ReportPage>(), sample::render::<SentPage>(), sample::render::<EnoughPage>()]
        .into_iter()
        .flatten()
        .collect()
}

impl Sampled for ReportPage {
    const PAGE: &'static str = "support/report";

    fn samples() -> Vec<(&'static str, Self)> {
        let empty = |page: Page, code, email: Option<&str>| Self {
            page,
            code,
            reference: "K7Q2-9XWD".into(),
            email: email.map(str::to_owned),
            text: String::new(),
            contact: String::new(),
        };
        let wrong = |problems, text: &str, contact: &str| {
            let page = Page { problems, ..sample::entrance() };
            Self {
                text: text.into(),
                contact: contact.into(),
                ..empty(page, Some(OutcomeCode::NotLinked), None)
            }
        };
        vec![
            ("signed-out", empty(sample::entrance(), Some(OutcomeCode::NotLinked), None)),
            (
                "signed-in",
                empty(sample::signed_in(), Some(OutcomeCode::NameMismatch), Some("s•••@example.org")),
            ),
            ("from-nowhere", Self { reference: String::new(), ..empty(sample::entrance(), None, None) }),
            ("nothing-entered", wrong(vec![Problem::ReportMissing, Problem::ContactMissing], "", "")),
            ("too-long", wrong(vec![Problem::ReportLong, Problem::ContactWrong], "Не могу войти", "anna@")),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            code: Some(OutcomeCode::NotLinked),
            reference: text.into(),
            email: Some(text.into()),
            text: text.into(),
            contact: text.into(),
        }
    }
}

impl Sampled for SentPage {
    const PAGE: &'static str = "support/sent";

    fn samples() -> Vec<(&'static str, Self)> {
        let sent =
            |page| Self { page, number: "K7Q2-9XWD".into(), within: "3 рабочих дней".into() };
        vec![("signed-out", sent(sample::entrance())), ("signed-in", sent(sample::signed_in()))]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), number: text.into(), within: text.into() }
    }
}

impl Sampled for EnoughPage {
    const PAGE: &'static str = "support/enough";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("signed-in", Self { page: sample::signed_in() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text) }
    }
}
