//! `/helpdesk`: the start page: the search, and what waits for the operator.

use actix_web::web::Data;

use super::cases::handler::line;
use super::view::{Counted, HelpdeskHomePage, OwnCases};
use crate::access::Permission;
use crate::helpdesk::Cases;
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::store::cases::CaseFilter;
use crate::web::extract::OnDuty;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// Cases of one's own that the page shows; the rest is in the queue.
const SHOWN: usize = 5;

/// GET: the start page.
pub async fn show(
    on_duty: OnDuty,
    site: Data<Site>,
    cases: Data<Cases>,
    links: Data<LinkDesk>,
) -> PageResult {
    let operator = &on_duty.operator;
    let own = if operator.may(Permission::Cases) {
        let queue = cases.queue(operator, CaseFilter::Of(operator.id), None).await?;
        let lines = queue.cases.iter().take(SHOWN).map(|case| line(case, site.today(), &site)).collect();
        let new = Counted::up_to(cases.count_new(operator, Counted::LIMIT).await?);
        Some(OwnCases { lines, more: queue.cases.len() > SHOWN, new })
    } else {
        None
    };
    let approvals = if operator.may(Permission::Approve) {
        Some(Counted::up_to(links.count_waiting(operator, Counted::LIMIT).await?))
    } else {
        None
    };
    page(&HelpdeskHomePage { page: on_duty.page(&site), desk: on_duty.desk(&site), own, approvals })
}
