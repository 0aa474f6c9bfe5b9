//! The sign-in page, search and the linking-only door.

use super::super::view::*;
use crate::web::page::{Banner, Page};
use crate::web::problem::Problem;
use crate::web::sample::{self, Sampled};

fn entries(texts: &[&str], selected: Option<usize>) -> Vec<Entry> {
    texts
        .iter()
        .enumerate()
        .map(|(i, text)| Entry {
            value: (i + 1).to_string(),
            text: (*text).into(),
            selected: selected == Some(i),
        })
        .collect()
}

fn list(level: Level, texts: &[&str], selected: Option<usize>) -> LevelList {
    LevelList { level, waits: texts.is_empty(), entries: entries(texts, selected) }
}

pub(super) fn untouched() -> Organisation {
    Organisation::Lists(vec![
        list(Level::Region, &["Челябинская область"], Some(0)),
        list(Level::Municipality, &["Агаповский муниципальный район", "Миасский городской округ"], None),
        list(Level::Settlement, &[], None),
        list(Level::Kind, &[], None),
        list(Level::Organisation, &[], None),
    ])
}

fn chosen() -> Organisation {
    Organisation::Lists(vec![
        list(Level::Region, &["Челябинская область"], Some(0)),
        list(Level::Municipality, &["Агаповский муниципальный район", "Миасский городской округ"], Some(1)),
        list(Level::Settlement, &["Миасс", "посёлок Тургояк"], Some(0)),
        list(Level::Kind, &["Общеобразовательные", "Дошкольные", "Дополнительного образования"], Some(0)),
        list(
            Level::Organisation,
            &[
                "МБОУ \"СОШ № 12\"",
                "Муниципальное автономное общеобразовательное учреждение «Гимназия № 19 с углублённым изучением \
                 отдельных предметов имени Героя Советского Союза И. И. Иванова»",
            ],
            None,
        ),
    ])
}

pub(super) fn known() -> Organisation {
    Organisation::Known {
        id: "1012".into(), name: "МБОУ \"СОШ № 12\"".into(), settlement: "Миасс".into()
    }
}

fn login(organisation: Organisation) -> LoginPage {
    LoginPage {
        page: sample::entrance(),
        tab: Tab::Organisation,
        phase: Phase::Both,
        form_action: "/login".into(),
        organisation,
        next: "",
        login: String::new(),
        shared_computer: false,
        linking_codes: true,
        demo_logins: Vec::new(),
    }
}

fn with_problems(problems: Vec<Problem>, organisation: Organisation) -> LoginPage {
    let mut view = login(organisation);
    view.page.problems = problems;
    view.login = "smirnova".into();
    view
}

impl Sampled for LoginPage {
    const PAGE: &'static str = "sign_in/login";

    fn samples() -> Vec<(&'static str, Self)> {
        let only = |linking_door| Phase::Only { since: "18 ноября 2023 года".into(), linking_door };
        let banner = |banner| LoginPage {
            page: Page { banner: Some(banner), ..sample::entrance() },
            ..login(known())
        };
        let authority = Organisation::Lists(vec![
            list(Level::Region, &["Челябинская область"], Some(0)),
            list(
                Level::Municipality,
                &["Агаповский муниципальный район", "Миасский городской округ"],
                Some(1),
            ),
            list(Level::Authority, &["Управление образования Миасского городского округа"], Some(0)),
        ]);
        let demo_logins = [
            ("teacher", "учитель Смирнова Анна Викторовна"),
            ("parent", "родитель Петров Константин Игоревич"),
            ("pupil", "ученик Петров Алексей Константинович, 12 лет"),
        ]
        .map(|(login, who)| DemoLogin { login: login.into(), who: who.into(), password: "password" });
        vec![
            ("untouched", login(untouched())),
            ("chosen", login(chosen())),
            ("known", login(known())),
            (
                "authority",
                LoginPage {
                    tab: Tab::Authority,
                    form_action: Tab::Authority.path().into(),
                    ..login(authority)
                },
            ),
            (
                "missing",
                with_problems(
                    vec![Problem::OrganisationMissing, Problem::LoginMissing, Problem::PasswordMissing],
                    chosen(),
                ),
            ),
            ("wrong", with_problems(vec![Problem::Credentials], known())),
            ("locked", with_problems(vec![Problem::Locked { minutes: 2 }], known())),
            (
                "blocked",
                with_problems(
                    vec![Problem::Blocked {
                        organisation: "МБОУ \"СОШ № 12\"".into(),
                        phone: "8 (3513) 00-00-00".into(),
                    }],
                    known(),
                ),
            ),
            ("prefer", LoginPage { phase: Phase::Prefer, ..login(known()) }),
            ("only", LoginPage { phase: only(true), ..login(untouched()) }),
            ("only-code", LoginPage { phase: only(false), ..login(untouched()) }),
            ("only-no-door", LoginPage { phase: only(false), linking_codes: false, ..login(untouched()) }),
            ("no-codes", LoginPage { linking_codes: false, ..login(known()) }),
            ("one-time-expired", with_problems(vec![Problem::OneTimePasswordExpired], known())),
            ("ended", banner(Banner::SessionEnded)),
            ("esia-unavailable", banner(Banner::EsiaUnavailable { password_helps: true })),
            ("password-ends", banner(Banner::PasswordEnds { date: "18 ноября 2023 года".into() })),
            ("last-day", banner(Banner::LastDay)),
            ("password-changed", banner(Banner::PasswordChanged)),
            ("signed-out-everywhere", banner(Banner::SignedOutEverywhere)),
            ("stale", banner(Banner::StaleForm)),
            ("sign-in-first", LoginPage { next: "sessions", ..banner(Banner::SignInFirst) }),
            (
                "demo",
                LoginPage {
                    page: Page { demo: true, ..sample::entrance() },
                    demo_logins: demo_logins.into(),
                    ..login(untouched())
                },
            ),
        ]
    }

    fn filled(text: &str) -> Self {
        let entry = || Entry { value: text.into(), text: text.into(), selected: true };
        LoginPage {
            page: Page {
                problems: vec![Problem::Blocked { organisation: text.into(), phone: text.into() }],
                ..sample::filled(text)
            },
            tab: Tab::Organisation,
            phase: Phase::Both,
            form_action: text.into(),
            organisation: Organisation::Lists(vec![LevelList {
                level: Level::Region,
                waits: false,
                entries: vec![entry(), entry()],
            }]),
            next: "sessions",
            login: text.into(),
            shared_computer: true,
            linking_codes: true,
            demo_logins: vec![DemoLogin { login: text.into(), who: text.into(), password: "password" }],
        }
    }
}

impl Sampled for OrganisationSearchPage {
    const PAGE: &'static str = "sign_in/organisation_search";

    fn samples() -> Vec<(&'static str, Self)> {
        let found = |n: usize| {
            (0..n)
                .map(|i| FoundOrganisation {
                    address: format!("/login?organisation={i}"),
                    name: format!("МБОУ \"СОШ № {}\"", 12 + i),
                    place: "Миасс, Миасский городской округ".into(),
                })
                .collect()
        };
        let search =
            |query: &str, found, more| Self { page: sample::entrance(), query: query.into(), found, more };
        vec![
            ("empty", search("", Vec::new(), false)),
            ("none", search("лицей 900", Vec::new(), false)),
            ("one", search("сош 12 миасс", found(1), false)),
            ("many", search("сош", found(20), true)),
        ]
    }

    fn filled(text: &str) -> Self {
        let found = FoundOrganisation { address: text.into(), name: text.into(), place: text.into() };
        Self { page: sample::filled(text), query: text.into(), found: vec![found], more: true }
    }
}

impl Sampled for LinkDoorPage {
    const PAGE: &'static str = "sign_in/link_door";

    fn samples() -> Vec<(&'static str, Self)> {
        let door = |organisation, problems, code_life| Self {
            page: Page { problems, ..sample::entrance() },
            form_action: "/login/link".into(),
            organisation,
            login: String::new(),
            by_password: true,
            code_life,
        };
        let code = || Some("7 дней".to_owned());
        vec![
            ("untouched", door(untouched(), vec![], None)),
            ("with-code", door(known(), vec![], code())),
            ("wrong-code", door(known(), vec![Problem::LinkingCode], code())),
            ("wrong", door(known(), vec![Problem::Credentials], None)),
            ("only-code", Self { by_password: false, ..door(known(), vec![], code()) }),
            (
                "code-locked",
                Self {
                    by_password: false,
                    ..door(known(), vec![Problem::LinkingCodeLocked { minutes: 1 }], code())
                },
            ),
            ("code-missing", door(known(), vec![Problem::LoginMissing, Problem::LinkingCodeMissing], code())),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            form_action: text.into(),
            organisation: Organisation::Known { id: text.into(), name: text.into(), settlement: text.into() },
            login: text.into(),
            by_password: true,
            code_life: Some(text.into()),
        }
    }
}

impl Sampled for OptionsFragment {
    const PAGE: &'static str = "sign_in/options";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("one", Self { entries: entries(&["Миасс"], Some(0)) }), ("none", Self { entries: Vec::new() })]
    }

    fn filled(text: &str) -> Self {
        Self { entries: vec![Entry { value: text.into(), text: text.into(), selected: true }] }
    }
}
