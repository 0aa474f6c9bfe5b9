//! Samples of a fresh proof.

use super::view::*;
use crate::web::helpdesk::samples::{desk, filled_desk};
use crate::web::helpdesk::{Place, Section};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the area.
pub fn all() -> Vec<Rendered> {
    [sample::render::<OperatorProvePage>(), sample::render::<OperatorGoOnPage>()]
        .into_iter()
        .flatten()
        .collect()
}

impl Sampled for OperatorProvePage {
    const PAGE: &'static str = "helpdesk/prove";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |problems| Self {
            page: Page { problems, ..sample::entrance() },
            desk: desk(Section::People),
            login: "helpdesk".into(),
            has_factor: true,
            needs_esia: false,
            next: Place::of_path("/helpdesk/profiles/3/unlink"),
            kept: String::new(),
        };
        vec![
            ("plain", with(Vec::new())),
            ("password", Self { has_factor: false, ..with(Vec::new()) }),
            ("esia", Self { needs_esia: true, ..with(vec![Problem::EsiaMissing]) }),
            ("wrong", with(vec![Problem::PasswordAgainWrong])),
            ("code", with(vec![Problem::CodeWrong])),
            ("locked", with(vec![Problem::CodeLocked { minutes: 5 }])),
            ("kept", Self { kept: "c2FtcGxlLWZvcm0".into(), ..with(Vec::new()) }),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            login: text.into(),
            has_factor: true,
            needs_esia: true,
            next: Place::default(),
            kept: text.into(),
        }
    }
}

impl Sampled for OperatorGoOnPage {
    const PAGE: &'static str = "helpdesk/go_on";

    fn samples() -> Vec<(&'static str, Self)> {
        let form = Self {
            page: sample::entrance(),
            desk: desk(Section::People),
            form_action: "/helpdesk/profiles/3/unlink".into(),
            fields: vec![
                ("basis".into(), "Заявление 2026-114".into()),
                ("reason".into(), "application".into()),
            ],
            back: "/helpdesk/profiles/3/unlink".into(),
        };
        vec![("form", form)]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            form_action: text.into(),
            fields: vec![(text.into(), text.into())],
            back: text.into(),
        }
    }
}
