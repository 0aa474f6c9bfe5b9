//! `/helpdesk/cases`: the queue of the area, and a case with what may be done about it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::{DateTime, NaiveDate};
use serde::Deserialize;

use super::view::{CaseLine, CasePage, CasesPage, HistoryLine, Show};
use crate::access::Permission;
use crate::directory::OrganisationId;
use crate::error_code::OutcomeCode;
use crate::helpdesk::Cases;
use crate::helpdesk::cases::answer_case::{Acted, CaseAction, ReadCase};
use crate::helpdesk::cases::case::{Case, CaseId, CaseSource, CaseState, EntryKind};
use crate::helpdesk::cases::plain_text::{self, TextProblem};
use crate::russian;
use crate::store::cases::{CaseFilter, ListedCase};
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::page::Banner;
use crate::web::paths;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::settings::masked;
use crate::web::site::Site;

/// Which cases, and from where.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    show: String,
    #[serde(default)]
    after: String,
}

/// What the page of a case says first.
#[derive(Debug, Deserialize)]
pub struct CaseQuery {
    #[serde(default)]
    done: String,
}

/// What the operator does.
#[derive(Deserialize)]
pub struct ActionForm {
    #[serde(default)]
    action: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    seen: String,
}

/// GET: the queue.
pub async fn list(
    on_duty: OnDuty,
    query: Query<ListQuery>,
    site: Data<Site>,
    cases: Data<Cases>,
) -> PageResult {
    let show = Show::from_name(&query.show);
    let filter = match show {
        Show::Open => CaseFilter::Open,
        Show::Mine => CaseFilter::Of(on_duty.operator.id),
        Show::Closed => CaseFilter::Closed,
    };
    let queue = cases.queue(&on_duty.operator, filter, read_after(&query.after)).await?;
    let today = site.today();
    let lines = queue.cases.iter().map(|listed| line(listed, today, &site)).collect();
    let next = queue.next.map(|(day, CaseId(id))| format!("{day}.{id}"));
    page(&CasesPage { page: on_duty.page(&site), desk: on_duty.desk(&site), show, lines, next })
}

/// GET: one case.
pub async fn show(
    on_duty: OnDuty,
    number: Path<String>,
    query: Query<CaseQuery>,
    site: Data<Site>,
    cases: Data<Cases>,
) -> PageResult {
    let read = cases.read(on_duty.operator.id, number.into_inner(), on_duty.meta.clone()).await?;
    let mut view = view(&on_duty, &read.ok_or(PageError::NotFound)?, &site);
    view.page.banner = match &*query.done {
        "answered" => Some(Banner::CaseAnswered),
        "stale" => Some(Banner::CaseChanged),
        _ => None,
    };
    page(&view)
}

/// POST: take, give back, note, answer.
pub async fn act(
    form: OperatorForm<ActionForm>,
    number: Path<String>,
    site: Data<Site>,
    cases: Data<Cases>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let number = number.into_inner();
    let seen = DateTime::from_timestamp_micros(fields.seen.parse().unwrap_or_default());
    let seen = seen.ok_or(PageError::BadRequest)?;
    let text = plain_text::cleaned(&fields.text);
    let action = match (&*fields.action, text) {
        ("take", _) => CaseAction::Take,
        ("give_back", _) => CaseAction::GiveBack,
        ("note", Ok(text)) => CaseAction::Note(text),
        ("answer", Ok(text)) => CaseAction::Answer { text, close: true },
        ("ask", Ok(text)) => CaseAction::Answer { text, close: false },
        ("note" | "answer" | "ask", Err(problem)) => {
            return again(&on_duty, number, fields.text, problem, &site, &cases).await;
        }
        _ => return Ok(redirect(&paths::helpdesk_case(&number, ""))),
    };
    let answered = matches!(action, CaseAction::Answer { .. });
    let acted = cases.act(on_duty.operator.id, number.clone(), seen, action, on_duty.meta.clone()).await?;
    let to = |done| -> HttpResponse { redirect(&paths::helpdesk_case(&number, done)) };
    match acted {
        Acted::Done if answered => Ok(to("answered")),
        Acted::Done => Ok(to("")),
        Acted::Stale | Acted::NoAddress => Ok(to("stale")),
        Acted::NotFound => Err(PageError::NotFound),
    }
}

async fn again(
    on_duty: &OnDuty,
    number: String,
    text: String,
    problem: TextProblem,
    site: &Site,
    cases: &Cases,
) -> PageResult {
    let read = cases.read(on_duty.operator.id, number, on_duty.meta.clone()).await?;
    let mut view = view(on_duty, &read.ok_or(PageError::NotFound)?, site);
    view.page.problems = vec![match problem {
        TextProblem::Empty => Problem::AnswerMissing,
        TextProblem::TooLong => Problem::ReportLong,
    }];
    view.text = text;
    page(&view)
}

fn read_after(text: &str) -> Option<(NaiveDate, CaseId)> {
    let (day, id) = text.split_once('.')?;
    Some((day.parse().ok()?, CaseId(id.parse().ok()?)))
}

fn organisation(id: Option<OrganisationId>, site: &Site) -> String {
    let found = id.and_then(|id| site.catalog.snapshot().organisation(id));
    found.map(|found| found.short_name).unwrap_or_default()
}

fn about(case: &Case) -> String {
    let outcome = case.outcome.and_then(OutcomeCode::from_number);
    match (case.source, outcome) {
        (CaseSource::Dispute, _) => "Это был не я".into(),
        (CaseSource::Report, Some(code)) => format!("{}, код {}", code.heading(), code.number()),
        (CaseSource::Report, None) => "Без страницы отказа".into(),
    }
}

/// A case as lists show it.
pub(in crate::web::helpdesk) fn line(listed: &ListedCase, today: NaiveDate, site: &Site) -> CaseLine {
    let case = &listed.case;
    CaseLine {
        number: case.number.clone(),
        about: about(case),
        organisation: organisation(case.organisation, site),
        state: case.state.word(),
        operator: listed.operator_name.clone().unwrap_or_default(),
        due: russian::date(case.due_on),
        overdue: case.state.is_open() && case.due_on < today,
    }
}

fn view(on_duty: &OnDuty, read: &ReadCase, site: &Site) -> CasePage {
    let case = &read.listed.case;
    let offset = site.offset_minutes();
    let moment = |at| format!("{}, {}", russian::moment_date(at, offset), russian::moment_time(at, offset));
    let mine = case.operator == Some(on_duty.operator.id);
    let history = read.entries.iter().map(|(entry, text)| HistoryLine {
        at: moment(entry.at),
        by: entry.by.clone().unwrap_or_default(),
        what: match entry.kind {
            EntryKind::State => format!("Состояние: {}", entry.state.word()),
            EntryKind::Note => "Заметка".into(),
            EntryKind::Answer => "Письмо человеку".into(),
        },
        text: text.clone().unwrap_or_default(),
    });
    CasePage {
        page: on_duty.page(site),
        desk: on_duty.desk(site),
        line: line(&read.listed, site.today(), site),
        opened: moment(case.created_at),
        reference: case.reference.clone().unwrap_or_default(),
        words: read.text.clone().unwrap_or_default(),
        profile: read
            .profile
            .as_ref()
            .filter(|_| on_duty.operator.may(Permission::SeePeople))
            .map(|profile| (paths::helpdesk_profile(profile.id), profile.name.with_initials())),
        answer_to: read.answer_to().map(masked::email),
        from_report: read.contact.is_some(),
        history: history.collect(),
        may_take: !mine || !matches!(case.state, CaseState::InProgress),
        may_give_back: mine && case.state == CaseState::InProgress,
        may_answer: mine && case.state.is_open() && case.state != CaseState::New,
        seen: case.changed_at.timestamp_micros(),
        text: String::new(),
    }
}
