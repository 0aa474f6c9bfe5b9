//! Samples of an operator's own account.

use super::view::*;
use crate::web::helpdesk::Section;
use crate::web::helpdesk::samples::{desk, filled_desk};
use crate::web::helpdesk::steps::samples::{codes, filled_offer, offer};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the area.
pub fn all() -> Vec<Rendered> {
    [
        sample::render::<OperatorAccountPage>(),
        sample::render::<OperatorPasswordPage>(),
        sample::render::<OperatorFactorPage>(),
        sample::render::<NewRecoveryCodesPage>(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn with(problems: Vec<Problem>) -> Page {
    Page { problems, ..sample::entrance() }
}

impl Sampled for OperatorAccountPage {
    const PAGE: &'static str = "helpdesk/account/account";

    fn samples() -> Vec<(&'static str, Self)> {
        let account = |recovery_codes, password_changed| Self {
            page: sample::entrance(),
            desk: desk(Section::Account),
            login: "helpdesk".into(),
            email: Some("helpdesk@journal.example".into()),
            recovery_codes,
            password_changed,
        };
        vec![
            ("with-factor", account(Some(8), false)),
            ("codes-used-up", account(Some(0), false)),
            ("without-factor", Self { email: None, ..account(None, false) }),
            ("changed", account(Some(10), true)),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            login: text.into(),
            email: Some(text.into()),
            recovery_codes: Some(3),
            password_changed: true,
        }
    }
}

impl Sampled for OperatorPasswordPage {
    const PAGE: &'static str = "helpdesk/account/password";

    fn samples() -> Vec<(&'static str, Self)> {
        let password =
            |problems| Self { page: with(problems), desk: desk(Section::Account), login: "helpdesk".into() };
        vec![
            ("plain", password(Vec::new())),
            ("wrong", password(vec![Problem::PasswordAgainWrong])),
            ("differs", password(vec![Problem::NewPasswordDiffers])),
        ]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), desk: filled_desk(text), login: text.into() }
    }
}

impl Sampled for OperatorFactorPage {
    const PAGE: &'static str = "helpdesk/account/factor";

    fn samples() -> Vec<(&'static str, Self)> {
        let factor = |problems| Self {
            page: with(problems),
            desk: desk(Section::Account),
            login: "helpdesk".into(),
            offer: offer(),
            replaces: true,
        };
        let first = Self { replaces: false, ..factor(Vec::new()) };
        vec![("plain", factor(Vec::new())), ("first", first), ("wrong", factor(vec![Problem::CodeWrong]))]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            login: text.into(),
            offer: filled_offer(text),
            replaces: true,
        }
    }
}

impl Sampled for NewRecoveryCodesPage {
    const PAGE: &'static str = "helpdesk/account/recovery_codes";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("ten", Self { page: sample::entrance(), desk: desk(Section::Account), codes: codes() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), desk: filled_desk(text), codes: vec![text.into()] }
    }
}
