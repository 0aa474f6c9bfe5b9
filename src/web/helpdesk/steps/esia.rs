//! `/helpdesk/login/esia`: the operator comes in through Gosuslugi as their own journal profile, in this
//! browser, and then goes on here.

use actix_web::web::Data;
use serde::Deserialize;

use super::view::OperatorEsiaPage;
use crate::access::OperatorSignIn;
use crate::web::extract::{SigningIn, SigningInForm};
use crate::web::helpdesk::login::entered_at;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// The form has its token only.
#[derive(Deserialize)]
pub struct NoFields {}

/// GET: what to do.
pub async fn show(signing_in: SigningIn, site: Data<Site>) -> PageResult {
    page(&OperatorEsiaPage { page: signing_in.page(&site), form_action: signing_in.next.after(super::ESIA) })
}

/// POST «Продолжить»: goes on if it was done. Where a code is asked for besides, the extractor sends there.
pub async fn confirm(
    form: SigningInForm<NoFields>,
    site: Data<Site>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let signing_in = form.signing_in;
    let confirmed =
        service.confirm_esia(&signing_in.session, signing_in.through_esia, signing_in.visit()).await?;
    match confirmed {
        Some(entered) => Ok(entered_at(&site, &entered, signing_in.next)),
        None => {
            let mut common = signing_in.page(&site);
            common.problems = vec![Problem::EsiaMissing];
            page(&OperatorEsiaPage { page: common, form_action: signing_in.next.after(super::ESIA) })
        }
    }
}
