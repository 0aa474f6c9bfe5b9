//! Samples of the pages of the cases.

use super::view::{CaseLine, CasePage, CasesPage, HistoryLine, Show};
use crate::web::helpdesk::Section;
use crate::web::helpdesk::samples::{desk, filled_desk};
use crate::web::page::{Banner, Page};
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of this area.
pub fn all() -> Vec<Rendered> {
    [sample::render::<CasesPage>(), sample::render::<CasePage>()].into_iter().flatten().collect()
}

/// A line of a list of cases.
pub(in crate::web::helpdesk) fn line(text: impl Fn(&str) -> String, overdue: bool) -> CaseLine {
    CaseLine {
        number: text("K7Q2-9XWD"),
        about: text("СНИЛС не совпал, код 115"),
        organisation: text("МБОУ \"СОШ № 12\""),
        state: "в работе",
        operator: text("Котова Нина Сергеевна"),
        due: "1 марта 2026 года".into(),
        overdue,
    }
}

impl Sampled for CasesPage {
    const PAGE: &'static str = "helpdesk/cases";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |lines, next: Option<&str>| Self {
            page: sample::entrance(),
            desk: desk(Section::Cases),
            show: Show::Open,
            lines,
            next: next.map(str::to_owned),
        };
        let unknown = CaseLine {
            organisation: String::new(),
            operator: String::new(),
            state: "новое",
            about: "Это был не я".into(),
            ..line(str::to_owned, false)
        };
        vec![
            ("none", Self { show: Show::Mine, ..with(Vec::new(), None) }),
            ("some", with(vec![line(str::to_owned, true), unknown], None)),
            ("more", with(vec![line(str::to_owned, false)], Some("2026-03-01.17"))),
        ]
    }

    fn filled(text: &str) -> Self {
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            show: Show::Open,
            lines: vec![line(|_| text.to_owned(), true)],
            next: Some(text.to_owned()),
        }
    }
}

fn case(text: impl Fn(&str) -> String) -> CasePage {
    let entry = |what: &str, words: &str| HistoryLine {
        at: "1 марта 2026 года, 14:05".into(),
        by: text("Котова Нина Сергеевна"),
        what: what.into(),
        text: words.into(),
    };
    CasePage {
        page: sample::entrance(),
        desk: desk(Section::Cases),
        line: line(&text, false),
        opened: "27 февраля 2026 года, 09:10".into(),
        reference: text("K7Q2-9XWD"),
        words: text("Фамилия сменилась в январе.\nВ журнале ещё прежняя."),
        profile: Some((text("/helpdesk/profiles/17"), text("Смирнова А. В."))),
        answer_to: Some(text("s•••@example.org")),
        from_report: true,
        history: vec![entry("Состояние: в работе", ""), entry("Заметка", &text("Школа исправит завтра."))],
        may_take: false,
        may_give_back: true,
        may_answer: true,
        seen: 1,
        text: text(""),
    }
}

impl Sampled for CasePage {
    const PAGE: &'static str = "helpdesk/case";

    fn samples() -> Vec<(&'static str, Self)> {
        let mine = || case(str::to_owned);
        let banner = |banner| Page { banner: Some(banner), ..sample::entrance() };
        let new = CasePage {
            line: CaseLine { operator: String::new(), state: "новое", ..line(str::to_owned, true) },
            profile: None,
            answer_to: None,
            from_report: false,
            reference: String::new(),
            words: String::new(),
            history: Vec::new(),
            may_take: true,
            may_give_back: false,
            may_answer: false,
            ..mine()
        };
        let problem = Page { problems: vec![Problem::AnswerMissing], ..sample::entrance() };
        vec![
            ("new", new),
            ("mine", mine()),
            ("no-address", CasePage { answer_to: None, ..mine() }),
            ("answered", CasePage { page: banner(Banner::CaseAnswered), may_answer: false, ..mine() }),
            ("changed", CasePage { page: banner(Banner::CaseChanged), ..mine() }),
            ("nothing-written", CasePage { page: problem, ..mine() }),
        ]
    }

    fn filled(text: &str) -> Self {
        CasePage { page: sample::filled(text), desk: filled_desk(text), ..case(|_| text.to_owned()) }
    }
}
