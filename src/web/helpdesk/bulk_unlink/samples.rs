//! Samples of unlinking by a list.

use super::view::*;
use crate::helpdesk::links::bulk::finding::Finding;
use crate::helpdesk::links::bulk::list::ListState;
use crate::helpdesk::links::bulk::read_list::ListProblem;
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::platform::table_file::TableProblem;
use crate::web::helpdesk::Section;
use crate::web::helpdesk::samples::{desk, filled_desk};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of the area.
pub fn all() -> Vec<Rendered> {
    [sample::render::<ListsPage>(), sample::render::<ListPage>()].into_iter().flatten().collect()
}

const BASIS: &str = "Приказ 114 об отчислении, список из школы № 12";

/// Everything that can be wrong with a file.
fn problems() -> Vec<(&'static str, Problem)> {
    let table = |problem| Problem::List(ListProblem::Table(problem));
    vec![
        ("missing", Problem::FileMissing),
        ("large", Problem::FileTooLarge),
        ("large_table", table(TableProblem::TooLarge)),
        ("not_text", table(TableProblem::NotText)),
        ("rows", table(TableProblem::TooManyRows { line: 200_002 })),
        ("columns", table(TableProblem::TooManyColumns { line: 3 })),
        ("cell", table(TableProblem::CellTooLong { line: 15 })),
        ("nul", table(TableProblem::Nul { line: 7 })),
        ("column", Problem::List(ListProblem::NoColumn { line: 1 })),
        ("empty", Problem::List(ListProblem::Empty)),
    ]
}

impl Sampled for ListsPage {
    const PAGE: &'static str = "helpdesk/bulk_unlink/lists";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |state, unlinked| ListRow {
            number: "K7Q2-9XWD".into(),
            at: "1 марта 2026 года, 14:05".into(),
            by: "Котова Нина Сергеевна".into(),
            state,
            to_do: 1250,
            unlinked,
        };
        let with = |problems: Vec<Problem>, lists| Self {
            page: Page { problems, ..sample::entrance() },
            desk: desk(Section::Lists),
            reason: String::new(),
            basis: String::new(),
            lists,
        };
        let lists = ListState::ALL.into_iter().map(|state| row(state, 40)).collect();
        let wrong = vec![Problem::ReasonMissing, Problem::BasisShort, Problem::FileMissing];
        let mut samples = vec![("plain", with(Vec::new(), Vec::new())), ("lists", with(Vec::new(), lists))];
        samples.push(("wrong", with(wrong, Vec::new())));
        let again =
            |problem| Self { reason: "left".into(), basis: BASIS.into(), ..with(vec![problem], Vec::new()) };
        samples.extend(problems().into_iter().map(|(name, problem)| (name, again(problem))));
        samples
    }

    fn filled(text: &str) -> Self {
        let row = ListRow {
            number: text.into(),
            at: text.into(),
            by: text.into(),
            state: ListState::Running,
            to_do: 3,
            unlinked: 1,
        };
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            reason: text.into(),
            basis: text.into(),
            lists: vec![row],
        }
    }
}

fn findings(over: bool) -> Vec<FindingRow> {
    let row = |finding, count, lines| FindingRow { finding, count, lines };
    let first = || (2..22).map(|line| (line, None)).collect();
    let mut rows = vec![
        row(Finding::Ready, 1230, first()),
        row(Finding::Closed, 20, first()),
        row(Finding::NotLinked, 2, vec![(31, None), (57, None)]),
        row(Finding::NotFound, 1, vec![(32, None)]),
        row(Finding::Malformed, 1, vec![(33, None)]),
        row(Finding::Repeated, 1, vec![(34, Some(2))]),
        row(Finding::Guarded, 1, vec![(35, None)]),
        row(Finding::Disputed, 1, vec![(36, None)]),
        row(Finding::OwnProfile, 1, vec![(37, None)]),
    ];
    if over {
        rows.push(row(Finding::Unlinked, 40, first()));
        rows.push(row(Finding::Changed, 1, vec![(41, None)]));
        rows.push(row(Finding::Failed, 1, vec![(42, None)]));
    }
    rows
}

impl Sampled for ListPage {
    const PAGE: &'static str = "helpdesk/bulk_unlink/list";

    fn samples() -> Vec<(&'static str, Self)> {
        let person = |line| PersonRow {
            line,
            name: "Смирнова А. В.".into(),
            organisation: "МБОУ \"СОШ № 12\"".into(),
            post: "9А".into(),
        };
        let with = |state: ListState| Self {
            page: sample::entrance(),
            desk: desk(Section::Lists),
            number: "K7Q2-9XWD".into(),
            state,
            reason: UnlinkReason::Left,
            basis: BASIS.into(),
            asked_by: "Котова Нина Сергеевна".into(),
            created_at: "1 марта 2026 года, 14:05".into(),
            until: "2 марта 2026 года, 14:05".into(),
            approved_by: state.was_approved().then(|| "Орлов Пётр Ильич".into()),
            lines: 1258,
            to_do: 1250,
            settled: if state.was_approved() { 42 } else { 0 },
            unlinked: if state.was_approved() { 40 } else { 0 },
            may_ask: true,
            reversal_hours: 24,
            people: if state.was_approved() || state.is_over() {
                Vec::new()
            } else {
                (2..5).map(person).collect()
            },
            findings: findings(state.was_approved()),
        };
        let nothing =
            FindingRow { finding: Finding::NotFound, count: 3, lines: vec![(2, None), (3, None), (4, None)] };
        let mut samples = vec![
            ("colleague", Self { may_ask: false, ..with(ListState::Draft) }),
            (
                "nothing",
                Self {
                    lines: 3,
                    to_do: 0,
                    people: Vec::new(),
                    findings: vec![nothing],
                    ..with(ListState::Draft)
                },
            ),
        ];
        samples.extend(
            ListState::ALL
                .into_iter()
                .filter(|state| *state != ListState::Loading)
                .map(|state| (state.as_str(), with(state))),
        );
        samples
    }

    fn filled(text: &str) -> Self {
        let person = PersonRow { line: 2, name: text.into(), organisation: text.into(), post: text.into() };
        Self {
            page: sample::filled(text),
            desk: filled_desk(text),
            number: text.into(),
            state: ListState::Asked,
            reason: UnlinkReason::Other,
            basis: text.into(),
            asked_by: text.into(),
            created_at: text.into(),
            until: text.into(),
            approved_by: Some(text.into()),
            lines: 3,
            to_do: 2,
            settled: 0,
            unlinked: 0,
            may_ask: true,
            reversal_hours: 24,
            people: vec![person],
            findings: findings(true),
        }
    }
}
