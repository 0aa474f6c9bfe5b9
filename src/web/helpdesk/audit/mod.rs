//! `/helpdesk/audit`: the audit of the operator's area, a page at a time, and a period of it as a file.

mod question;
pub mod samples;
pub mod view;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Data, Query};
use futures_util::stream;
use serde_json::Value;

use self::question::{Asked, AskedFile, read_file, read_question};
use self::view::{AuditPage, EventRow};
use crate::audit::event::EventArea;
use crate::audit::history::{AuditAnswer, AuditHistory};
use crate::audit::{Actor, AuditEntry};
use crate::directory::ProfileId;
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// GET: the newest events that fit, or what is wrong with the question.
pub async fn show(
    on_duty: OnDuty,
    asked: Query<Asked>,
    site: Data<Site>,
    history: Data<AuditHistory>,
) -> PageResult {
    let (asked, question) = read_question(asked.into_inner(), history.today());
    let mut view =
        AuditPage { page: on_duty.page(&site), desk: on_duty.desk(&site), asked, rows: None, older: None };
    match question {
        Err(problems) => view.page.problems = problems,
        Ok(question) => {
            let answer = history.read(on_duty.operator.id, question, on_duty.meta).await?;
            let answer = answer.ok_or(PageError::NotFound)?;
            let older = answer.entries.last().filter(|_| answer.more);
            view.older = older.map(|(entry, _)| view.asked.older_than(entry.occurred_at, entry.id));
            view.rows = Some(rows(&answer, site.offset_minutes()));
        }
    }
    page(&view)
}

/// POST: the events of these days as CSV, written while they are read.
pub async fn export(form: OperatorForm<AskedFile>, history: Data<AuditHistory>) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let days = read_file(&fields, history.today()).ok_or(PageError::BadRequest)?;
    let export = history.export(on_duty.operator.id, days, on_duty.meta).await?;
    let export = export.ok_or(PageError::NotFound)?;
    let lines = stream::try_unfold(export, |mut export| async move {
        let lines = export.next_lines().await.inspect_err(|error| {
            tracing::error!(%error, "a file of the audit ended early");
        });
        Ok::<_, actix_web::Error>(
            lines.map_err(|_| PageError::Unavailable)?.map(|lines| (Bytes::from(lines), export)),
        )
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""))
        .streaming(lines))
}

fn rows(answer: &AuditAnswer, offset_minutes: i32) -> Vec<EventRow> {
    answer.entries.iter().map(|(entry, seal)| row(entry, *seal, answer, offset_minutes)).collect()
}

fn row(entry: &AuditEntry, seal: Option<i64>, answer: &AuditAnswer, offset_minutes: i32) -> EventRow {
    let actor = Actor::from_text(&entry.actor);
    EventRow {
        day: russian::moment_date(entry.occurred_at, offset_minutes),
        time: format!(
            "{} ({})",
            russian::moment_time(entry.occurred_at, offset_minutes),
            russian::offset_name(offset_minutes)
        ),
        of: EventArea::of_kind(&entry.kind).map(EventArea::words).unwrap_or_default(),
        kind: entry.kind.clone(),
        who: match actor {
            Some(Actor::Operator(id)) => answer.operators.get(&id).cloned().unwrap_or_default(),
            Some(Actor::Person(ProfileId(id))) => format!("профиль {id}"),
            Some(Actor::System) => "служба".into(),
            Some(Actor::Anonymous) | None => "не известно".into(),
        },
        operator: match actor {
            Some(Actor::Operator(id)) => Some(id.0),
            _ => None,
        },
        profile: entry.profile,
        details: details(&entry.details),
        address: entry.address.clone(),
        seal,
    }
}

/// `{"link":3,"grade":"exact"}` as `grade: exact, link: 3`; what is no such object stays as it is.
fn details(kept: &str) -> String {
    let Ok(fields) = serde_json::from_str::<serde_json::Map<String, Value>>(kept) else {
        return kept.to_owned();
    };
    let known = fields.iter().filter(|(_, value)| !value.is_null());
    let said = known.map(|(name, value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        value => format!("{name}: {value}"),
    });
    said.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::details;

    #[test]
    fn details_are_names_and_values() {
        let cases = [
            ("{}", ""),
            (r#"{"grade":"exact","link":3}"#, "grade: exact, link: 3"),
            (r#"{"match":{"snils":"differs"},"told":true}"#, r#"match: {"snils":"differs"}, told: true"#),
            (r#"{"asked_by":null,"link":3}"#, "link: 3"),
            ("no object", "no object"),
        ];
        for (kept, said) in cases {
            assert_eq!(details(kept), said);
        }
    }
}
