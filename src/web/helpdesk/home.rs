//! `/helpdesk`: the start page.

use actix_web::web::Data;

use super::view::HelpdeskHomePage;
use crate::web::extract::OnDuty;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// GET: the start page.
pub async fn show(on_duty: OnDuty, site: Data<Site>) -> PageResult {
    page(&HelpdeskHomePage { page: on_duty.page(&site), desk: on_duty.desk(&site) })
}
