//! `/helpdesk/approvals`: what waits for a second operator.

use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::view::{ApprovalRow, ApprovalsPage, DeedDone};
use super::{done, refused, subject, unlinked};
use crate::access::Permission;
use crate::helpdesk::links::approval::{ApprovalId, MayNotDecide};
use crate::helpdesk::links::decide_approval::WaitingApproval;
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, OperatorForm};
use crate::web::paths;
use crate::web::respond::{PageResult, page, redirect};
use crate::web::site::Site;

/// What is decided.
#[derive(Debug, Deserialize)]
pub struct DecisionForm {
    #[serde(default)]
    decision: String,
}

/// GET: the queue.
pub async fn show(on_duty: OnDuty, site: Data<Site>, desk: Data<LinkDesk>) -> PageResult {
    let waiting = desk.approvals(on_duty.operator.id).await?;
    let Some(waiting) = waiting else { return Err(PageError::NotFound) };
    let rows = waiting.iter().map(|waiting| row(waiting, &on_duty, &site)).collect();
    page(&ApprovalsPage {
        page: on_duty.page(&site),
        desk: on_duty.desk(&site),
        rows,
        approval_hours: desk.approval_hours(),
    })
}

/// POST: agrees, refuses or withdraws.
pub async fn decide(
    form: OperatorForm<DecisionForm>,
    approval: Path<i64>,
    site: Data<Site>,
    desk: Data<LinkDesk>,
) -> PageResult {
    let OperatorForm { on_duty, fields } = form;
    let (operator, meta) = (on_duty.operator.id, on_duty.meta.clone());
    let approval = ApprovalId(approval.into_inner());
    let outcome = match fields.decision.as_str() {
        "approve" => desk.approve(operator, approval, meta).await?.map(|what| unlinked(what, &site)),
        "refuse" => desk.refuse(operator, approval, meta).await?.map(|()| DeedDone::Refused),
        "withdraw" => desk.withdraw(operator, approval, meta).await?.map(|()| DeedDone::Withdrawn),
        _ => return Ok(redirect(paths::APPROVALS)),
    };
    match outcome {
        Ok(what) => done(&on_duty, &site, what, None),
        Err(refusal) => refused(&on_duty, &site, refusal, paths::APPROVALS.into()),
    }
}

fn row(waiting: &WaitingApproval, on_duty: &OnDuty, site: &Site) -> ApprovalRow {
    let approval = &waiting.approval;
    let may_approve = on_duty.operator.may(Permission::Approve);
    ApprovalRow {
        id: approval.id,
        number: approval.number.clone(),
        subject: waiting.profile.as_ref().map(|profile| subject(profile, site)),
        list: waiting.list.as_ref().map(|list| (list.to_do, list.lines)),
        reason: approval.reason,
        basis: waiting.basis.clone(),
        asked_by: waiting.asked_by.clone(),
        asked_at: russian::moment(approval.asked_at, site.offset_minutes()),
        until: russian::moment(approval.expires_at, site.offset_minutes()),
        may_decide: may_approve && waiting.may_decide.is_ok(),
        may_withdraw: waiting.may_decide == Err(MayNotDecide::OwnRequest),
    }
}
