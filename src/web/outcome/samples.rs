//! Samples of the problem pages: every code with everything known, and with nothing.

use super::view::OutcomePage;
use crate::error_code::{OutcomeCode, OutcomeFacts, Retry};
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of this area.
pub fn all() -> Vec<Rendered> {
    sample::render::<OutcomePage>()
}

fn facts(text: impl Fn(&str) -> String) -> OutcomeFacts {
    OutcomeFacts {
        retry: Retry::Link,
        date: Some(text("1 марта 2026 года")),
        level: Some(text("упрощённая")),
        journal_name: Some(text("Смирнова Анна Викторовна")),
        life: Some(text("20 минут")),
        organisation: Some(text("МБОУ \"СОШ № 12\"")),
        organisation_phone: Some(text("8 (3513) 00-00-00")),
        support_phone: text("8 800 000-00-00"),
        reference: text("PRV-2026-000123"),
        password_open: true,
    }
}

impl Sampled for OutcomePage {
    const PAGE: &'static str = "outcome/outcome";

    fn samples() -> Vec<(&'static str, Self)> {
        let known = OutcomeCode::ALL.into_iter().map(|code| {
            let facts = facts(str::to_owned);
            (code.key(), Self { page: sample::entrance(), code, facts })
        });
        let unknown = Self {
            page: sample::signed_in(),
            code: OutcomeCode::NameMismatch,
            facts: OutcomeFacts { support_phone: "8 800 000-00-00".into(), ..OutcomeFacts::default() },
        };
        known.chain([("nothing-known", unknown)]).collect()
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), code: OutcomeCode::Blocked, facts: facts(|_| text.to_owned()) }
    }
}
