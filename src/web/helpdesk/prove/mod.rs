//! `/helpdesk/prove`: a fresh proof of who the operator is, before something that changes somebody's way in.
//!
//! Whoever asked for a page comes back to it. A form that was sent with too old a proof is kept on the page
//! that asks for a fresh one, encrypted, and is sent again from the page after it, so that nothing typed is lost.

pub mod handler;
pub mod kept_form;
pub mod samples;
pub mod view;

use actix_web::HttpRequest;
use actix_web::web::Data;

pub use self::kept_form::KeptForm;
use self::view::OperatorProvePage;
use crate::access::OperatorSignIn;
use crate::sign_in::Sessions;
use crate::web::error_page::PageError;
use crate::web::extract::{OnDuty, Visitor, came_through_esia};
use crate::web::helpdesk::Place;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// The answer to a form that came with too old a proof: the page that asks for a fresh one and keeps the form.
///
/// # Errors
/// As [`page`], and the database's.
pub async fn ask_and_keep(
    request: &HttpRequest,
    on_duty: &OnDuty,
    site: &Site,
    kept: &KeptForm,
) -> PageResult {
    let service = request.app_data::<Data<OperatorSignIn>>().ok_or(PageError::Internal)?;
    let sealed = kept.seal(site, on_duty).unwrap_or_default();
    render(on_duty, site, service, Place::of_path(&kept.path), sealed, None).await
}

async fn render(
    on_duty: &OnDuty,
    site: &Site,
    service: &OperatorSignIn,
    next: Place,
    kept: String,
    problem: Option<Problem>,
) -> PageResult {
    let has_factor = service.has_factor(on_duty.operator.id).await?;
    let mut common = on_duty.page(site);
    common.problems = problem.into_iter().collect();
    page(&OperatorProvePage {
        page: common,
        desk: on_duty.desk(site),
        login: on_duty.operator.login.clone(),
        has_factor,
        needs_esia: on_duty.operator.needs_esia,
        next,
        kept,
    })
}

/// Whether this browser has just come in through Gosuslugi as the operator's own profile.
async fn through_esia(request: &HttpRequest, on_duty: &OnDuty) -> Result<bool, PageError> {
    use actix_web::FromRequest as _;
    if !on_duty.operator.needs_esia {
        return Ok(false);
    }
    let visitor = Visitor::from_request(request, &mut actix_web::dev::Payload::None).await?;
    let people = request.app_data::<Data<Sessions>>().ok_or(PageError::Internal)?;
    Ok(came_through_esia(&visitor, &on_duty.operator, people))
}
