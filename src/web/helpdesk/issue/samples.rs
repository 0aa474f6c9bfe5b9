//! Samples of what operators hand out.

use super::view::*;
use crate::helpdesk::issuing::issue_password::PasswordObstacle;
use crate::helpdesk::issuing::recipient::Obstacle;
use crate::web::helpdesk::Section;
use crate::web::helpdesk::samples::{desk, filled_desk};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the area.
pub fn all() -> Vec<Rendered> {
    [
        sample::render::<CodePage>(),
        sample::render::<SlipsPage>(),
        sample::render::<IssuedBeforePage>(),
        sample::render::<PasswordPage>(),
        sample::render::<PasswordIssuedPage>(),
        sample::render::<CodesOrganisationPage>(),
        sample::render::<CodesGroupPage>(),
        sample::render::<CodesPreviewPage>(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const NAME: &str = "Петров Алексей Константинович";
const SCHOOL: &str = "МБОУ \"СОШ № 12\"";
const UNTIL: &str = "29 ноября 2026 года в 14:05 (UTC+5)";

fn page(problems: Vec<Problem>) -> Page {
    Page { problems, ..sample::entrance() }
}

fn person(action: &str, obstacle: Option<&'static str>, basis: &str) -> IssueForm {
    IssueForm {
        card: "/helpdesk/profiles/3".into(),
        name: NAME.into(),
        place: format!("7А, {SCHOOL}"),
        obstacle,
        action: action.into(),
        token: "c2FtcGxl".into(),
        basis: basis.into(),
    }
}

fn filled_person(text: &str) -> IssueForm {
    IssueForm { card: text.into(), name: text.into(), place: text.into(), ..person(text, None, text) }
}

impl Sampled for CodePage {
    const PAGE: &'static str = "helpdesk/code";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |problems, obstacle: Option<Obstacle>, basis: &str| Self {
            page: page(problems),
            desk: desk(Section::Start),
            person: person("/helpdesk/profiles/3/code", obstacle.map(Obstacle::words), basis),
            earlier: None,
        };
        let plain = || with(Vec::new(), None, "");
        let against = |obstacle| with(Vec::new(), Some(obstacle), "");
        vec![
            ("plain", plain()),
            ("earlier", Self { earlier: Some(UNTIL.into()), ..plain() }),
            ("basis", with(vec![Problem::BasisShort], None, "звонок")),
            ("linked", against(Obstacle::Linked)),
            ("frozen", against(Obstacle::Frozen)),
            ("blocked", against(Obstacle::Blocked)),
            ("closed", against(Obstacle::Closed)),
            ("own", against(Obstacle::Own)),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            person: filled_person(text),
            earlier: Some(text.into()),
        }
    }
}

impl Sampled for SlipsPage {
    const PAGE: &'static str = "helpdesk/slips";

    fn samples() -> Vec<(&'static str, Self)> {
        let slip = |n: usize| SlipView {
            name: NAME.into(),
            post: "7А".into(),
            login: format!("pupil-{n}"),
            code: format!("{:04} 5678 9012", 1000 + n),
        };
        let of = |count: usize, single: Option<&str>| Self {
            page: page(Vec::new()),
            desk: desk(Section::Codes),
            single: single.map(str::to_owned),
            organisation: SCHOOL.into(),
            until: UNTIL.into(),
            address: "journal.example.ru/login/link".into(),
            next: "/helpdesk/codes".into(),
            slips: (0..count).map(slip).collect(),
        };
        vec![("one", of(1, Some(NAME))), ("class", of(25, None)), ("nobody", of(0, None))]
    }

    fn filled(text: &str) -> Self {
        let slip = SlipView { name: text.into(), post: text.into(), login: text.into(), code: text.into() };
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            single: Some(text.into()),
            organisation: text.into(),
            until: text.into(),
            address: text.into(),
            next: text.into(),
            slips: vec![slip],
        }
    }
}

impl Sampled for IssuedBeforePage {
    const PAGE: &'static str = "helpdesk/issued_before";

    fn samples() -> Vec<(&'static str, Self)> {
        let sample = Self {
            page: page(Vec::new()),
            desk: desk(Section::Codes),
            time: "в 14:05".into(),
            again: "/helpdesk/profiles/3/code".into(),
        };
        vec![("before", sample)]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), desk: filled_desk(text), time: text.into(), again: text.into() }
    }
}

impl Sampled for PasswordPage {
    const PAGE: &'static str = "helpdesk/password";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |problems, obstacle: Option<PasswordObstacle>| Self {
            page: page(problems),
            desk: desk(Section::Start),
            person: person("/helpdesk/profiles/3/password", obstacle.map(PasswordObstacle::words), ""),
        };
        vec![
            ("plain", with(Vec::new(), None)),
            ("basis", with(vec![Problem::BasisShort], None)),
            ("phase-over", with(Vec::new(), Some(PasswordObstacle::PhaseOver))),
        ]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), desk: filled_desk(text), person: filled_person(text) }
    }
}

impl Sampled for PasswordIssuedPage {
    const PAGE: &'static str = "helpdesk/password_issued";

    fn samples() -> Vec<(&'static str, Self)> {
        let sample = Self {
            page: page(Vec::new()),
            desk: desk(Section::Start),
            name: NAME.into(),
            login: "pupil".into(),
            password: "k7mp-t4xd-9hrw".into(),
            until: UNTIL.into(),
            next: "/helpdesk/profiles/3".into(),
        };
        vec![("issued", sample)]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            name: text.into(),
            login: text.into(),
            password: text.into(),
            until: text.into(),
            next: text.into(),
        }
    }
}

impl Sampled for CodesOrganisationPage {
    const PAGE: &'static str = "helpdesk/codes_organisation";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |query: &str, found| Self {
            page: page(Vec::new()),
            desk: desk(Section::Codes),
            query: query.into(),
            found,
        };
        let school = FoundPlace {
            address: "/helpdesk/codes?organisation=12".into(),
            name: SCHOOL.into(),
            place: "Миасс, Миасский городской округ".into(),
        };
        vec![
            ("empty", of("", Vec::new())),
            ("found", of("школа 12", vec![school])),
            ("nothing", of("школа 1200", Vec::new())),
        ]
    }

    fn filled(text: &str) -> Self {
        let place = FoundPlace { address: text.into(), name: text.into(), place: text.into() };
        Self { page: sample::filled(text), desk: filled_desk(text), query: text.into(), found: vec![place] }
    }
}

fn option(value: &str, text: &str) -> OptionView {
    OptionView { value: value.into(), text: text.into(), selected: false }
}

impl Sampled for CodesGroupPage {
    const PAGE: &'static str = "helpdesk/codes_group";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |problems| Self {
            page: page(problems),
            desk: desk(Section::Codes),
            back: Some("/helpdesk/codes"),
            organisation_id: "12".into(),
            organisation: SCHOOL.into(),
            at_once: 500,
            posts: vec![option("7А", "7А"), option("7Б", "7Б"), option("учитель", "учитель")],
            roles: vec![option("parent", "родитель"), option("pupil", "ученик")],
            logins: String::new(),
        };
        vec![
            ("plain", with(Vec::new())),
            ("own", Self { back: None, ..with(Vec::new()) }),
            ("nobody", with(vec![Problem::NobodySelected])),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            back: Some("/helpdesk/codes"),
            organisation_id: text.into(),
            organisation: text.into(),
            at_once: 500,
            posts: vec![option(text, text)],
            roles: vec![option(text, text)],
            logins: text.into(),
        }
    }
}

impl Sampled for CodesPreviewPage {
    const PAGE: &'static str = "helpdesk/codes_preview";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |login: &str, obstacle: Option<Obstacle>, earlier| PreviewRow {
            name: NAME.into(),
            post: "7А".into(),
            login: login.into(),
            obstacle: obstacle.map(Obstacle::words),
            earlier,
        };
        let with = |problems| Self {
            page: page(problems),
            desk: desk(Section::Codes),
            back: "/helpdesk/codes?organisation=12".into(),
            organisation_id: "12".into(),
            organisation: SCHOOL.into(),
            at_once: 500,
            able: 2,
            unable: 1,
            more: false,
            unknown: String::new(),
            rows: vec![
                row("pupil", None, false),
                row("pupil-2", None, true),
                row("pupil-3", Some(Obstacle::Linked), false),
            ],
            ids: "3,4".into(),
            form_token: "c2FtcGxl".into(),
            basis: String::new(),
        };
        vec![
            ("plain", with(Vec::new())),
            ("unknown", Self { unknown: "petrov, ivanov".into(), more: true, ..with(Vec::new()) }),
            ("basis", with(vec![Problem::BasisShort])),
            (
                "nobody",
                Self {
                    able: 0,
                    unable: 0,
                    rows: Vec::new(),
                    unknown: "petrov".into(),
                    ids: String::new(),
                    ..with(Vec::new())
                },
            ),
        ]
    }

    fn filled(text: &str) -> Self {
        let row = PreviewRow {
            name: text.into(),
            post: text.into(),
            login: text.into(),
            obstacle: None,
            earlier: true,
        };
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            back: text.into(),
            organisation_id: text.into(),
            organisation: text.into(),
            at_once: 500,
            able: 1,
            unable: 0,
            more: true,
            unknown: text.into(),
            rows: vec![row],
            ids: text.into(),
            form_token: text.into(),
            basis: text.into(),
        }
    }
}
