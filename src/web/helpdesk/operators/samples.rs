//! Samples of the operators, for their administrators.

use super::view::*;
use crate::access::OperatorRole;
use crate::web::helpdesk::Section;
use crate::web::helpdesk::samples::{desk, filled_desk};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the area.
pub fn all() -> Vec<Rendered> {
    [
        sample::render::<OperatorListPage>(),
        sample::render::<NewOperatorPage>(),
        sample::render::<OperatorPage>(),
        sample::render::<OneTimePasswordPage>(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn with(problems: Vec<Problem>) -> Page {
    Page { problems, ..sample::entrance() }
}

fn row(disabled: bool) -> OperatorRow {
    OperatorRow {
        address: Some("/helpdesk/operators/3".into()),
        name: "Зимина Вера Олеговна".into(),
        login: "helpdesk-miass".into(),
        role: "оператор поддержки",
        area: "Миасский городской округ".into(),
        disabled: disabled.then(|| "1 марта 2026 года".into()),
    }
}

fn rights(organisation: &str, found: bool) -> RightsFields {
    let role = |role: OperatorRole| RoleOption {
        value: role.as_str(),
        word: role.word(),
        selected: role == OperatorRole::Support,
    };
    let area =
        |value: &str, name: &str, selected| AreaOption { value: value.into(), name: name.into(), selected };
    let school = |id: &str, place: &str| FoundOrganisation {
        id: id.into(),
        name: "МБОУ \"СОШ № 12\"".into(),
        place: place.into(),
    };
    let schools = vec![
        school("7", "Миасс, Миасский городской округ"),
        school("9", "Златоуст, Златоустовский городской округ"),
    ];
    RightsFields {
        roles: OperatorRole::ALL.map(role).into(),
        areas: vec![
            area("region:1", "Челябинская область", false),
            area("municipality:24", "Миасский городской округ", true),
        ],
        organisation: organisation.into(),
        found: if found { schools } else { Vec::new() },
    }
}

fn filled_rights(text: &str) -> RightsFields {
    RightsFields {
        roles: OperatorRole::ALL
            .map(|role| RoleOption { value: role.as_str(), word: role.word(), selected: false })
            .into(),
        areas: vec![AreaOption { value: text.into(), name: text.into(), selected: true }],
        organisation: text.into(),
        found: vec![FoundOrganisation { id: "7".into(), name: text.into(), place: text.into() }],
    }
}

impl Sampled for OperatorListPage {
    const PAGE: &'static str = "helpdesk/operators/list";

    fn samples() -> Vec<(&'static str, Self)> {
        let list = |previous: Option<&str>, next: Option<&str>| Self {
            page: sample::entrance(),
            desk: desk(Section::Operators),
            operators: vec![OperatorRow { address: None, ..row(false) }, row(false), row(true)],
            previous: previous.map(str::to_owned),
            next: next.map(str::to_owned),
        };
        let middle = list(Some("/helpdesk/operators?page=1"), Some("/helpdesk/operators?page=3"));
        vec![("three", list(None, None)), ("middle", middle)]
    }

    fn filled(text: &str) -> Self {
        let operator = OperatorRow {
            address: Some(text.into()),
            name: text.into(),
            login: text.into(),
            area: text.into(),
            disabled: Some(text.into()),
            ..row(true)
        };
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            operators: vec![operator],
            previous: None,
            next: None,
        }
    }
}

impl Sampled for NewOperatorPage {
    const PAGE: &'static str = "helpdesk/operators/new";

    fn samples() -> Vec<(&'static str, Self)> {
        let new = |problems, rights| Self {
            page: with(problems),
            desk: desk(Section::Operators),
            name: "Зимина Вера Олеговна".into(),
            login: "zimina".into(),
            email: String::new(),
            rights,
        };
        let empty = Self { name: String::new(), login: String::new(), ..new(Vec::new(), rights("", false)) };
        let all = vec![
            Problem::NameMissing,
            Problem::LoginMissing,
            Problem::EmailForm,
            Problem::RoleMissing,
            Problem::AreaMissing,
        ];
        vec![
            ("empty", empty),
            ("missing", new(all, rights("", false))),
            ("taken", new(vec![Problem::LoginTaken], rights("", false))),
            ("several", new(vec![Problem::OrganisationUnclear], rights("СОШ № 12", true))),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            name: text.into(),
            login: text.into(),
            email: text.into(),
            rights: filled_rights(text),
        }
    }
}

impl Sampled for OperatorPage {
    const PAGE: &'static str = "helpdesk/operators/operator";

    fn samples() -> Vec<(&'static str, Self)> {
        let operator = |problems, disabled, saved| Self {
            page: with(problems),
            desk: desk(Section::Operators),
            address: "/helpdesk/operators/3".into(),
            operator: row(disabled),
            email: Some("helpdesk-miass@journal.example".into()),
            needs_esia: false,
            rights: rights("", false),
            saved,
        };
        vec![
            ("at-work", Self { needs_esia: true, email: None, ..operator(Vec::new(), false, false) }),
            ("saved", operator(Vec::new(), false, true)),
            ("disabled", operator(Vec::new(), true, false)),
            ("last", operator(vec![Problem::LastAdministrator], false, false)),
        ]
    }

    fn filled(text: &str) -> Self {
        let operator = OperatorRow {
            address: None,
            name: text.into(),
            login: text.into(),
            area: text.into(),
            ..row(false)
        };
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            address: text.into(),
            operator,
            email: Some(text.into()),
            needs_esia: true,
            rights: filled_rights(text),
            saved: true,
        }
    }
}

impl Sampled for OneTimePasswordPage {
    const PAGE: &'static str = "helpdesk/operators/password";

    fn samples() -> Vec<(&'static str, Self)> {
        let login = "helpdesk-miass".into();
        let password = "k7dm-x2pa-9fqs-h3tb".into();
        vec![("shown", Self { page: sample::entrance(), desk: desk(Section::Operators), login, password })]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            login: text.into(),
            password: text.into(),
        }
    }
}
