//! Samples of the helpdesk's own frame, and the desk of an operator for the samples of its sections.

use super::desk::Entry;
use super::view::*;
use super::{Desk, Place, Section};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the area.
pub fn all() -> Vec<Rendered> {
    [
        sample::render::<OperatorLoginPage>(),
        sample::render::<HelpdeskHomePage>(),
        super::people::samples(),
        super::steps::samples::all(),
        super::prove::samples::all(),
        super::account::samples::all(),
        super::operators::samples::all(),
        super::links::samples::all(),
        super::bulk_unlink::samples::all(),
        super::audit::samples::all(),
        super::cases::samples::all(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The desk of a region's operator on a page of `current`.
pub(crate) fn desk(current: Section) -> Desk {
    Desk {
        name: "Котова Нина Сергеевна".into(),
        role: "старший оператор",
        area: "Челябинская область".into(),
        sections: Section::ALL
            .into_iter()
            .map(|section| Entry { section, current: section == current })
            .collect(),
        idle_seconds: 1800,
        sees_people: true,
    }
}

/// A desk whose every piece of data is `text`.
pub(crate) fn filled_desk(text: &str) -> Desk {
    Desk { name: text.into(), area: text.into(), ..desk(Section::Start) }
}

impl Sampled for OperatorLoginPage {
    const PAGE: &'static str = "helpdesk/login";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |problems: Vec<Problem>| Self {
            page: Page { problems, ..sample::entrance() },
            next: Place::default(),
            login: "helpdesk".into(),
            demo_logins: Vec::new(),
        };
        let demo = DemoOperatorLogin {
            login: "helpdesk-miass",
            who: "оператор поддержки, Миасский городской округ".into(),
            password: "demo-2026",
        };
        vec![
            ("plain", Self { login: String::new(), ..with(Vec::new()) }),
            ("missing", with(vec![Problem::LoginMissing, Problem::PasswordMissing])),
            ("wrong", with(vec![Problem::OperatorCredentials])),
            ("locked", with(vec![Problem::OperatorLocked { minutes: 2 }])),
            (
                "demo",
                Self {
                    page: Page { demo: true, ..sample::entrance() },
                    demo_logins: vec![demo],
                    ..with(Vec::new())
                },
            ),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            next: Place::default(),
            login: text.into(),
            demo_logins: vec![DemoOperatorLogin { login: "helpdesk", who: text.into(), password: "" }],
        }
    }
}

impl Sampled for HelpdeskHomePage {
    const PAGE: &'static str = "helpdesk/home";

    fn samples() -> Vec<(&'static str, Self)> {
        let home = |desk, own, approvals| Self { page: sample::entrance(), desk, own, approvals };
        let analyst = Desk { role: "аналитик", sees_people: false, ..desk(Section::Start) };
        let cases =
            |lines, more| Some(OwnCases { lines, more, new: Counted::up_to(if more { 100 } else { 0 }) });
        let lines = vec![super::cases::samples::line(str::to_owned, true)];
        vec![
            ("busy", home(desk(Section::Start), cases(lines, true), Some(Counted::up_to(2)))),
            ("idle", home(desk(Section::Start), cases(Vec::new(), false), None)),
            ("analyst", home(analyst, None, None)),
        ]
    }

    fn filled(text: &str) -> Self {
        let lines = vec![super::cases::samples::line(|_| text.to_owned(), true)];
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            own: Some(OwnCases { lines, more: true, new: Counted::up_to(1) }),
            approvals: Some(Counted::up_to(1)),
        }
    }
}
