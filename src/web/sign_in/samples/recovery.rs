//! Recovery of a password.

use super::super::view::*;
use super::login::{known, untouched};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Sampled};

impl Sampled for RecoverPage {
    const PAGE: &'static str = "sign_in/recover";

    fn samples() -> Vec<(&'static str, Self)> {
        let ask = |organisation, problems| Self {
            page: Page { problems, ..sample::entrance() },
            form_action: "/login/recover".into(),
            organisation,
            login: String::new(),
        };
        let missing = vec![Problem::OrganisationMissing, Problem::RecoverMissing];
        vec![
            ("known", ask(known(), vec![])),
            ("untouched", ask(untouched(), vec![])),
            ("missing", ask(untouched(), missing)),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            form_action: text.into(),
            organisation: Organisation::Known { id: text.into(), name: text.into(), settlement: text.into() },
            login: text.into(),
        }
    }
}

impl Sampled for RecoverSentPage {
    const PAGE: &'static str = "sign_in/recover_sent";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("sent", Self { page: sample::entrance(), minutes: 60 })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), minutes: 1 }
    }
}

impl Sampled for NewPasswordPage {
    const PAGE: &'static str = "sign_in/recover_new_password";

    fn samples() -> Vec<(&'static str, Self)> {
        let ask = |problems| Self {
            page: Page { problems, ..sample::entrance() },
            form_action: "/login/recover/abc".into(),
            login: "smirnova".into(),
        };
        vec![
            ("empty", ask(vec![])),
            ("short", ask(vec![Problem::NewPasswordShort])),
            ("long", ask(vec![Problem::NewPasswordLong])),
            ("common", ask(vec![Problem::NewPasswordCommon])),
            ("differs", ask(vec![Problem::NewPasswordDiffers])),
        ]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), form_action: text.into(), login: text.into() }
    }
}

impl Sampled for OwnPasswordPage {
    const PAGE: &'static str = "sign_in/new_password";

    fn samples() -> Vec<(&'static str, Self)> {
        let ask = |problems| Self { page: Page { problems, ..sample::entrance() }, login: "smirnova".into() };
        vec![("empty", ask(vec![])), ("same", ask(vec![Problem::OneTimePasswordKept]))]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), login: text.into() }
    }
}

impl Sampled for RecoverDonePage {
    const PAGE: &'static str = "sign_in/recover_done";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("done", Self { page: sample::entrance() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text) }
    }
}

impl Sampled for RecoverExpiredPage {
    const PAGE: &'static str = "sign_in/recover_expired";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("expired", Self { page: sample::entrance() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text) }
    }
}
