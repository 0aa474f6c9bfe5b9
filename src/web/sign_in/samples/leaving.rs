//! Choosing a profile and leaving.

use super::super::view::*;
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Sampled};

impl Sampled for ChooseProfilePage {
    const PAGE: &'static str = "sign_in/choose_profile";

    fn samples() -> Vec<(&'static str, Self)> {
        let profile = |id: &str, role: &str, organisation: &str, detail: &str| ProfileChoice {
            id: id.into(),
            name: "Смирнова Анна Викторовна".into(),
            role: role.into(),
            organisation: organisation.into(),
            detail: detail.into(),
            selected: false,
        };
        let choose = |page, profiles| Self { page, profiles };
        let two = || {
            vec![
                profile("2", "родитель", "МАОУ \"Гимназия № 19\"", "5 «А» класс"),
                profile("1", "сотрудник", "МБОУ \"СОШ № 12\"", "учитель математики"),
            ]
        };
        let mut used = two();
        used[1].selected = true;
        let missing = Page { problems: vec![Problem::ProfileMissing], ..sample::entrance() };
        vec![
            ("two", choose(sample::entrance(), two())),
            ("missing", choose(missing, two())),
            ("switching", choose(sample::signed_in(), used)),
            (
                "five",
                choose(
                    sample::entrance(),
                    (1..6)
                        .map(|i| profile(&i.to_string(), "родитель", "МБДОУ \"Детский сад № 5\"", ""))
                        .collect(),
                ),
            ),
        ]
    }

    fn filled(text: &str) -> Self {
        let profile = ProfileChoice {
            id: text.into(),
            name: text.into(),
            role: text.into(),
            organisation: text.into(),
            detail: text.into(),
            selected: true,
        };
        Self { page: sample::filled(text), profiles: vec![profile] }
    }
}

impl Sampled for GoodbyePage {
    const PAGE: &'static str = "sign_in/goodbye";

    fn samples() -> Vec<(&'static str, Self)> {
        let goodbye = |esia| Self { page: sample::entrance(), esia };
        vec![
            ("password", goodbye(EsiaEnd::NotUsed)),
            ("esia-remains", goodbye(EsiaEnd::MayRemain { leave: "/esia/logout".into() })),
            ("esia-left", goodbye(EsiaEnd::Left)),
        ]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), esia: EsiaEnd::MayRemain { leave: text.into() } }
    }
}

impl Sampled for SessionEndedPage {
    const PAGE: &'static str = "sign_in/session_ended";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("ended", Self { page: sample::entrance(), sign_in: "/login?next=settings".into() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), sign_in: text.into() }
    }
}
