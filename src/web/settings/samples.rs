//! Samples of the views of the settings.

use super::view::*;
use crate::web::page::{Banner, Page, SignedInUser};
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of this area.
pub fn all() -> Vec<Rendered> {
    [
        sample::render::<SettingsPage>(),
        sample::render::<SessionsPage>(),
        sample::render::<ProveAgainPage>(),
        sample::render::<BeforeRedirectPage>(),
        sample::render::<ConfirmPage>(),
        sample::render::<LinkedPage>(),
        sample::render::<LinkedAgainPage>(),
        sample::render::<UnlinkPage>(),
        sample::render::<UnlinkedPage>(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const DATE: &str = "1 марта 2026 года";

fn with_problems(problems: Vec<Problem>) -> Page {
    Page { problems, ..sample::signed_in() }
}

impl Sampled for SettingsPage {
    const PAGE: &'static str = "settings/settings";

    fn samples() -> Vec<(&'static str, Self)> {
        let on_settings = |banner| {
            let page = sample::signed_in();
            Page { user: page.user.map(|user| SignedInUser { on_settings: true, ..user }), banner, ..page }
        };
        let profile = || ProfileFacts {
            name: "Смирнова Анна Викторовна".into(),
            roles: "сотрудник".into(),
            organisation: "МБОУ \"СОШ № 12\"".into(),
            detail: "учитель математики".into(),
            login: "teacher".into(),
            email: "s•••@example.org".into(),
            phone: "+7 ••• •••-12-34".into(),
        };
        let settings =
            |link, banner| Self { page: on_settings(banner), profile: profile(), link, others: Vec::new() };
        let active = || LinkCard::Active {
            date: DATE.into(),
            holder: "Смирнова А. В.".into(),
            level: "подтверждённая".into(),
        };
        let other = || OtherProfile {
            name: "Смирнова Анна Викторовна".into(),
            role: "родитель".into(),
            organisation: "МАОУ \"Гимназия № 19\"".into(),
        };
        let bare =
            ProfileFacts { detail: String::new(), email: String::new(), phone: String::new(), ..profile() };
        let long = ProfileFacts {
            name: "Римский-Корсаков-Константинопольский Александр-Эммануил Константинович-Всеволодович".into(),
            organisation: "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № 12 \
                           с углублённым изучением отдельных предметов»"
                .into(),
            ..profile()
        };
        vec![
            ("not-linked", settings(LinkCard::None, None)),
            ("not-yet", settings(LinkCard::NotYet { date: DATE.into() }, None)),
            ("linked", settings(active(), None)),
            ("frozen", settings(LinkCard::Frozen { date: DATE.into() }, None)),
            ("others", Self { others: vec![other(), other()], ..settings(active(), None) }),
            ("bare", Self { profile: bare, ..settings(LinkCard::None, None) }),
            ("long", Self { profile: long, ..settings(active(), None) }),
            ("soon", settings(LinkCard::None, Some(Banner::LinkSoon { days: "5 дней".into() }))),
            ("repeated", settings(active(), Some(Banner::Repeated { time: "в 14:05".into() }))),
        ]
    }

    fn filled(text: &str) -> Self {
        let t = || text.to_owned();
        Self {
            page: Page { banner: Some(Banner::LinkSoon { days: t() }), ..sample::filled(text) },
            profile: ProfileFacts {
                name: t(),
                roles: t(),
                organisation: t(),
                detail: t(),
                login: t(),
                email: t(),
                phone: t(),
            },
            link: LinkCard::Active { date: t(), holder: t(), level: t() },
            others: vec![OtherProfile { name: t(), role: t(), organisation: t() }],
        }
    }
}

impl Sampled for SessionsPage {
    const PAGE: &'static str = "settings/sessions";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, place: &str, way, current, shared| SessionRow {
            id: id.into(),
            place: place.into(),
            way,
            began: "1 марта 2026 года в 08:05 (UTC+5)".into(),
            last_seen: "1 марта 2026 года в 14:05 (UTC+5)".into(),
            current,
            shared,
        };
        let this = || row("1", "Chrome, Windows", Way::Esia, true, false);
        let sessions = |sessions, banner| Self { page: Page { banner, ..sample::signed_in() }, sessions };
        let three = vec![
            this(),
            row("2", "Firefox, Linux", Way::Password, false, true),
            row("3", "Safari, iPhone", Way::LinkingOnly, false, false),
        ];
        vec![
            ("one", sessions(vec![this()], None)),
            ("three", sessions(three, None)),
            ("closed", sessions(vec![this()], Some(Banner::SessionClosed))),
        ]
    }

    fn filled(text: &str) -> Self {
        let row = SessionRow {
            id: text.into(),
            place: text.into(),
            way: Way::Esia,
            began: text.into(),
            last_seen: text.into(),
            current: false,
            shared: true,
        };
        Self { page: sample::filled(text), sessions: vec![row] }
    }
}

impl Sampled for ProveAgainPage {
    const PAGE: &'static str = "settings/prove_again";

    fn samples() -> Vec<(&'static str, Self)> {
        let prove = |problems, by_password, esia: bool| Self {
            page: with_problems(problems),
            form_action: "/settings/prove?next=unlink".into(),
            login: "smirnova".into(),
            by_password,
            by_esia: esia.then(|| "/esia/go/abc".to_owned()),
        };
        vec![
            ("both", prove(vec![], true, true)),
            ("password", prove(vec![], true, false)),
            ("esia", prove(vec![], false, true)),
            ("wrong", prove(vec![Problem::PasswordAgainWrong], true, true)),
            ("missing", prove(vec![Problem::PasswordMissing], true, true)),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            form_action: text.into(),
            login: text.into(),
            by_password: true,
            by_esia: Some(text.into()),
        }
    }
}

impl Sampled for BeforeRedirectPage {
    const PAGE: &'static str = "settings/before_redirect";

    fn samples() -> Vec<(&'static str, Self)> {
        let scopes = ["openid", "fullname", "birthdate", "snils", "email", "mobile", "contacts", "gender"];
        let data = scopes.into_iter().filter_map(RequestedData::from_scope).collect();
        vec![("before", Self { page: sample::signed_in(), go: "/esia/go/abc".into(), data })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), go: text.into(), data: vec![RequestedData::Name] }
    }
}

impl Sampled for ConfirmPage {
    const PAGE: &'static str = "settings/confirm";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |label, journal: &str, esia: &str, verdict| CompareRow {
            label,
            journal: journal.into(),
            esia: esia.into(),
            verdict,
        };
        let exact = || {
            vec![
                row(RowLabel::LastName, "Смирнова", "Смирнова", Verdict::Same),
                row(RowLabel::FirstName, "Анна", "Анна", Verdict::Same),
                row(RowLabel::MiddleName, "Викторовна", "Викторовна", Verdict::Same),
                row(RowLabel::BirthDate, "07.05.1985", "07.05.1985", Verdict::Same),
                row(RowLabel::Snils, "•••-•••-678 90", "•••-•••-678 90", Verdict::Same),
            ]
        };
        let partial = || {
            vec![
                row(RowLabel::LastName, "Кузнецова", "Орлова", Verdict::Differs),
                row(RowLabel::FirstName, "Мария", "Мария", Verdict::Same),
                row(RowLabel::MiddleName, "", "Игоревна", Verdict::MissingInJournal),
                row(RowLabel::BirthDate, "12.11.1990", "", Verdict::MissingInEsia),
                row(RowLabel::Snils, "", "", Verdict::MissingOnBoth),
            ]
        };
        let confirm = |kind, rows, problems| Self {
            page: with_problems(problems),
            form_action: "/settings/link/confirm?ref=PRV-1".into(),
            login: "smirnova".into(),
            kind,
            rows,
            profile: "сотрудник, МБОУ \"СОШ № 12\"".into(),
            level: "подтверждённая".into(),
        };
        let choice = ConfirmKind::Partial { password: false };
        let proof = ConfirmKind::Partial { password: true };
        vec![
            ("exact", confirm(ConfirmKind::Exact, exact(), vec![])),
            ("partial", confirm(choice, partial(), vec![])),
            ("partial-password", confirm(proof, partial(), vec![])),
            ("not-chosen", confirm(choice, partial(), vec![Problem::ConfirmMissing])),
            ("wrong-password", confirm(proof, partial(), vec![Problem::PasswordAgainWrong])),
        ]
    }

    fn filled(text: &str) -> Self {
        let row = CompareRow {
            label: RowLabel::LastName,
            journal: text.into(),
            esia: text.into(),
            verdict: Verdict::Differs,
        };
        Self {
            page: sample::filled(text),
            form_action: text.into(),
            login: text.into(),
            kind: ConfirmKind::Partial { password: true },
            rows: vec![row],
            profile: text.into(),
            level: text.into(),
        }
    }
}

impl Sampled for LinkedPage {
    const PAGE: &'static str = "settings/linked";

    fn samples() -> Vec<(&'static str, Self)> {
        let linked = |email: Option<&str>| Self {
            page: sample::signed_in(),
            email: email.map(Into::into),
            name: "Смирнова Анна Викторовна".into(),
            profile: "сотрудник, МБОУ \"СОШ № 12\"".into(),
            holder: "Смирнова А. В.".into(),
            level: "подтверждённая".into(),
            when: "1 марта 2026 года в 14:05 (UTC+5)".into(),
            journal: "/".into(),
        };
        vec![("with-mail", linked(Some("s•••@example.org"))), ("without-mail", linked(None))]
    }

    fn filled(text: &str) -> Self {
        let t = || text.to_owned();
        Self {
            page: sample::filled(text),
            email: Some(t()),
            name: t(),
            profile: t(),
            holder: t(),
            level: t(),
            when: t(),
            journal: t(),
        }
    }
}

impl Sampled for LinkedAgainPage {
    const PAGE: &'static str = "settings/linked_again";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("again", Self { page: sample::signed_in(), date: DATE.into() })]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), date: text.into() }
    }
}

impl Sampled for UnlinkPage {
    const PAGE: &'static str = "settings/unlink";

    fn samples() -> Vec<(&'static str, Self)> {
        let unlink = |kind| Self { page: sample::signed_in(), kind };
        vec![
            ("allowed", unlink(UnlinkKind::Allowed)),
            ("last-way-in", unlink(UnlinkKind::LastWayIn { since: "18 ноября 2023 года".into() })),
            ("nothing", unlink(UnlinkKind::NothingLinked)),
        ]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), kind: UnlinkKind::LastWayIn { since: text.into() } }
    }
}

impl Sampled for UnlinkedPage {
    const PAGE: &'static str = "settings/unlinked";

    fn samples() -> Vec<(&'static str, Self)> {
        let unlinked = |email| Self { page: sample::entrance(), email };
        vec![("with-mail", unlinked(Some("s•••@example.org".to_owned()))), ("without-mail", unlinked(None))]
    }

    fn filled(text: &str) -> Self {
        Self { page: sample::filled(text), email: Some(text.into()) }
    }
}
