//! Samples of the steps of an operator's sign-in.

use super::view::*;
use crate::web::helpdesk::qr;
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the area.
pub fn all() -> Vec<Rendered> {
    [
        sample::render::<OperatorCodePage>(),
        sample::render::<OperatorEsiaPage>(),
        sample::render::<OperatorNewPasswordPage>(),
        sample::render::<OperatorNewFactorPage>(),
        sample::render::<RecoveryCodesPage>(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn with(problem: Problem) -> Page {
    Page { problems: vec![problem], ..sample::entrance() }
}

/// An offer that the pages of the samples show.
pub(in crate::web::helpdesk) fn offer() -> OfferedFactor {
    let uri = "otpauth://totp/journal%2Eexample:helpdesk?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
               &issuer=journal%2Eexample";
    OfferedFactor {
        picture: qr::draw(uri),
        uri: uri.into(),
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".into(),
        sealed: "c2FtcGxlLW9mZmVy".into(),
    }
}

/// An offer whose every piece of data is `text`; the picture is always of our own drawing.
pub(in crate::web::helpdesk) fn filled_offer(text: &str) -> OfferedFactor {
    OfferedFactor { picture: offer().picture, uri: text.into(), secret: text.into(), sealed: text.into() }
}

/// The codes of the samples.
pub(in crate::web::helpdesk) fn codes() -> Vec<String> {
    (1..=9).map(|n| format!("k7dm-x2pa-9fqs-h3t{n}")).chain(["aaaa-bbbb-cccc-dddd".to_owned()]).collect()
}

impl OperatorCodePage {
    fn of(page: Page) -> Self {
        Self { page, form_action: super::CODE.into() }
    }
}

impl Sampled for OperatorCodePage {
    const PAGE: &'static str = "helpdesk/steps/code";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("plain", Self::of(sample::entrance())),
            ("missing", Self::of(with(Problem::CodeMissing))),
            ("wrong", Self::of(with(Problem::CodeWrong))),
            ("locked", Self::of(with(Problem::CodeLocked { minutes: 5 }))),
        ]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), form_action: text.into() }
    }
}

impl OperatorEsiaPage {
    fn of(page: Page) -> Self {
        Self { page, form_action: super::ESIA.into() }
    }
}

impl Sampled for OperatorEsiaPage {
    const PAGE: &'static str = "helpdesk/steps/esia";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("plain", Self::of(sample::entrance())), ("missing", Self::of(with(Problem::EsiaMissing)))]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), form_action: text.into() }
    }
}

impl Sampled for OperatorNewPasswordPage {
    const PAGE: &'static str = "helpdesk/steps/new_password";

    fn samples() -> Vec<(&'static str, Self)> {
        let new = |page| Self { page, form_action: super::NEW_PASSWORD.into(), login: "helpdesk".into() };
        vec![
            ("plain", new(sample::entrance())),
            ("same", new(with(Problem::NewPasswordSame))),
            ("differs", new(with(Problem::NewPasswordDiffers))),
        ]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), form_action: text.into(), login: text.into() }
    }
}

impl Sampled for OperatorNewFactorPage {
    const PAGE: &'static str = "helpdesk/steps/new_factor";

    fn samples() -> Vec<(&'static str, Self)> {
        let new = |page| Self { page, form_action: super::NEW_FACTOR.into(), offer: offer() };
        vec![("plain", new(sample::entrance())), ("wrong", new(with(Problem::CodeWrong)))]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), form_action: text.into(), offer: filled_offer(text) }
    }
}

impl Sampled for RecoveryCodesPage {
    const PAGE: &'static str = "helpdesk/steps/recovery_codes";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("ten", Self { page: sample::entrance(), codes: codes(), next: "/helpdesk".into() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), codes: vec![text.into()], next: text.into() }
    }
}
