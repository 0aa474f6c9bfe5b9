//! `/helpdesk/bulk-unlink/{number}`: one list from its preview to its results.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path};
use futures_util::stream;
use serde::Deserialize;

use super::view::{FindingRow, ListPage, PersonRow};
use crate::helpdesk::links::bulk::finding::Finding;
use crate::helpdesk::links::bulk::list::ListState;
use crate::helpdesk::links::bulk::look_at_list::SeenList;
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::helpdesk::links::refused;
use crate::web::paths;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::site::Site;

/// What is to be done with the list.
#[derive(Debug, Deserialize)]
pub struct ListForm {
    #[serde(default)]
    action: String,
}

/// GET: the list as it stands.
pub async fn show(
    on_duty: OnDuty,
    number: Path<String>,
    site: Data<Site>,
    desk: Data<LinkDesk>,
) -> PageResult {
    let (operator, meta) = (on_duty.operator.id, on_duty.meta.clone());
    let seen = desk.look_at_list(operator, number.into_inner(), meta).await?;
    page(&view(&on_duty, &site, &desk, seen.ok_or(PageError::NotFound)?))
}

/// POST: asks for it, gives it up or stops it.
pub async fn act(
    form: OperatorForm<ListForm>,
    number: Path<String>,
    site: Data<Site>,
    desk: Data<LinkDesk>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let (operator, meta) = (on_duty.operator.id, on_duty.meta.clone());
    let number = number.into_inner();
    let done = match fields.action.as_str() {
        "ask" => desk.ask_for_list(operator, number.clone(), meta).await?.map(drop),
        "cancel" => desk.cancel_list(operator, number.clone(), meta).await?,
        "stop" => desk.stop_list(operator, number.clone(), meta).await?,
        _ => return Err(PageError::BadRequest),
    };
    let back = paths::unlink_list(&number);
    match done {
        Ok(()) => Ok(redirect(&back)),
        Err(refusal) => refused(&on_duty, &site, refusal, back),
    }
}

/// GET: the results as CSV, written while they are read.
pub async fn results(on_duty: OnDuty, number: Path<String>, desk: Data<LinkDesk>) -> PageResult {
    let file = desk.list_results(on_duty.operator.id, number.into_inner(), on_duty.meta).await?;
    let file = file.ok_or(PageError::NotFound)?;
    let lines = stream::try_unfold(file, |mut file| async move {
        let lines = file.next_lines().await.inspect_err(|error| {
            tracing::error!(%error, "a file of results ended early");
        });
        Ok::<_, actix_web::Error>(
            lines.map_err(|_| PageError::Unavailable)?.map(|lines| (Bytes::from(lines), file)),
        )
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"bulk-unlink.csv\""))
        .streaming(lines))
}

fn view(on_duty: &OnDuty, site: &Site, desk: &LinkDesk, seen: SeenList) -> ListPage {
    let moment = |at| russian::moment(at, site.offset_minutes());
    let snapshot = site.catalog.snapshot();
    let people = seen.lines.iter().filter(|line| line.finding.is_to_do()).filter_map(|line| {
        let profile = seen.profiles.get(&line.profile?)?;
        let organisation = snapshot.organisation(profile.organisation);
        Some(PersonRow {
            line: line.line,
            name: profile.name.with_initials(),
            organisation: organisation.map(|found| found.short_name).unwrap_or_default(),
            post: profile.post.clone().unwrap_or_default(),
        })
    });
    let findings = Finding::ALL.into_iter().filter_map(|finding| {
        let (_, count) = seen.counts.iter().find(|(counted, _)| *counted == finding)?;
        let first = seen.lines.iter().filter(|line| line.finding == finding);
        let lines = first.map(|line| (line.line, line.first_line)).collect();
        Some(FindingRow { finding, count: *count, lines })
    });
    let findings = findings.collect();
    let list = &seen.list;
    ListPage {
        page: on_duty.page(site),
        desk: on_duty.desk(site),
        number: list.number.clone(),
        state: seen.state,
        reason: list.reason,
        basis: seen.basis.clone(),
        asked_by: seen.asked_by.clone(),
        created_at: moment(list.created_at),
        until: moment(list.expires_at),
        approved_by: seen.approved_by.clone(),
        lines: list.lines,
        to_do: list.to_do,
        settled: list.settled,
        unlinked: list.unlinked,
        may_ask: seen.own && seen.state == ListState::Draft,
        reversal_hours: desk.reversal_hours(),
        people: people.collect(),
        findings,
    }
}
