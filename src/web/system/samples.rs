//! Samples of the views of the system.

use super::view::*;
use crate::web::display::{Display, Font, Scheme, Size, Spacing};
use crate::web::page::{Banner, Page};
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of this area.
pub fn all() -> Vec<Rendered> {
    [
        sample::render::<ErrorPage>(),
        sample::render::<DisplaySettingsPage>(),
        sample::render::<HelpPage>(),
        sample::render::<HelpGosuslugiPage>(),
        sample::render::<PersonalDataPage>(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const DATE: &str = "1 марта 2026 года";

impl Sampled for ErrorPage {
    const PAGE: &'static str = "system/error_page";

    fn samples() -> Vec<(&'static str, Self)> {
        let error = |kind| Self { page: sample::entrance(), kind, request_id: "7f3a-91c2".into(), home: "/" };
        vec![
            ("bad-request", error(ErrorKind::BadRequest)),
            ("forbidden", error(ErrorKind::Forbidden)),
            ("stale-form", error(ErrorKind::StaleForm)),
            ("not-found", error(ErrorKind::NotFound)),
            ("method", error(ErrorKind::MethodNotAllowed)),
            ("too-large", error(ErrorKind::TooLarge)),
            ("too-many", error(ErrorKind::TooManyRequests { minutes: 1 })),
            ("internal", error(ErrorKind::Internal)),
            ("unavailable", error(ErrorKind::Unavailable)),
            ("maintenance", error(ErrorKind::Maintenance { date: DATE.into(), time: "06:00".into() })),
            ("repeated", error(ErrorKind::Repeated { time: "в 14:05".into() })),
            ("of-helpdesk", Self { home: "/helpdesk", ..error(ErrorKind::NotFound) }),
            ("no-number", Self { request_id: String::new(), ..error(ErrorKind::NotFound) }),
        ]
    }

    fn filled(text: &str) -> Self {
        let kind = ErrorKind::Maintenance { date: text.into(), time: text.into() };
        Self { page: sample::filled(text), kind, request_id: text.into(), home: "/helpdesk" }
    }
}

impl Sampled for DisplaySettingsPage {
    const PAGE: &'static str = "system/display_settings";

    fn samples() -> Vec<(&'static str, Self)> {
        let shown = |display, banner| Self { page: Page { display, banner, ..sample::entrance() } };
        let strong =
            Display { size: Size::Largest, scheme: Scheme::Black, spacing: Spacing::Wide, font: Font::Serif };
        vec![
            ("usual", shown(Display::default(), None)),
            ("strong", shown(strong, Some(Banner::DisplaySaved))),
            ("dark", shown(Display { scheme: Scheme::Dark, ..Display::default() }, None)),
            (
                "light",
                shown(Display { scheme: Scheme::Light, size: Size::Large, ..Display::default() }, None),
            ),
        ]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text) }
    }
}

impl Sampled for HelpPage {
    const PAGE: &'static str = "help/help";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("help", Self { page: sample::entrance(), checked: DATE.into() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), checked: text.into() }
    }
}

impl Sampled for HelpGosuslugiPage {
    const PAGE: &'static str = "help/gosuslugi";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("help", Self { page: sample::signed_in(), checked: DATE.into() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), checked: text.into() }
    }
}

impl Sampled for PersonalDataPage {
    const PAGE: &'static str = "help/personal_data";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("page", Self { page: sample::entrance() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text) }
    }
}
