//! `/helpdesk/operators`: who works within the administrator's area.

use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::view::{OperatorListPage, OperatorRow};
use crate::access::manage::OperatorManagement;
use crate::access::{Operator, OperatorId};
use crate::russian;
use crate::web::extract::OnDuty;
use crate::web::helpdesk::desk::area_name;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// Operators of one page.
const ROWS: i64 = 50;

/// Which page, from 1.
#[derive(Debug, Deserialize)]
pub struct PageQuery {
    page: Option<u16>,
}

/// GET: a page of the list.
pub async fn show(
    on_duty: OnDuty,
    query: Query<PageQuery>,
    site: Data<Site>,
    service: Data<OperatorManagement>,
) -> PageResult {
    let number = query.page.unwrap_or(1).max(1);
    let offset = i64::from(number - 1) * ROWS;
    // One more than is shown tells whether there is a next page.
    let mut found = service.list(on_duty.operator.area, offset, ROWS + 1).await?;
    let more = i64::try_from(found.len()).unwrap_or(i64::MAX) > ROWS;
    found.truncate(usize::try_from(ROWS).unwrap_or_default());
    let address = |number: u16| format!("/helpdesk/operators?page={number}");
    page(&OperatorListPage {
        page: on_duty.page(&site),
        desk: on_duty.desk(&site),
        operators: found.iter().map(|one| row(one, on_duty.operator.id, &site)).collect(),
        previous: (number > 1).then(|| address(number - 1)),
        next: more.then(|| address(number.saturating_add(1))),
    })
}

/// A line; oneself leads nowhere.
pub(super) fn row(operator: &Operator, own: OperatorId, site: &Site) -> OperatorRow {
    OperatorRow {
        address: (operator.id != own).then(|| format!("/helpdesk/operators/{}", operator.id.0)),
        name: operator.name.clone(),
        login: operator.login.clone(),
        role: operator.role.word(),
        area: area_name(operator.area, &site.catalog.snapshot()),
        disabled: operator.disabled_at.map(|at| russian::moment_date(at, site.offset_minutes())),
    }
}
