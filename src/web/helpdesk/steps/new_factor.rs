//! `/helpdesk/login/factor`: a second factor for who has none yet.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::view::{OfferedFactor, OperatorNewFactorPage, RecoveryCodesPage};
use crate::access::{FactorOffer, FactorSet, OneTimeCode, OperatorSignIn};
use crate::web::extract::{SigningIn, SigningInForm};
use crate::web::helpdesk::qr;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page, redirect, with_cookie};
use crate::web::site::Site;

/// The offer that the page carried, and its first code.
#[derive(Deserialize)]
pub struct FactorForm {
    #[serde(default)]
    offer: String,
    #[serde(default)]
    code: String,
}

/// GET: a fresh secret; nothing is stored of it.
pub async fn show(signing_in: SigningIn, site: Data<Site>, service: Data<OperatorSignIn>) -> PageResult {
    let offer = service.offer_factor(&signing_in.operator);
    render(&signing_in, &site, &offer, None)
}

/// POST: takes it if the code is right.
pub async fn set(
    form: SigningInForm<FactorForm>,
    site: Data<Site>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let SigningInForm { signing_in, fields } = form;
    let again = |problem| match service.reopen_offer(&signing_in.operator, &fields.offer) {
        Some(offer) => render(&signing_in, &site, &offer, Some(problem)),
        None => Ok(redirect(&signing_in.next.after(super::NEW_FACTOR))),
    };
    if fields.code.trim().is_empty() {
        return again(Problem::CodeMissing);
    }
    let session = &signing_in.session;
    match service.set_factor(session, &fields.offer, &fields.code, signing_in.visit()).await? {
        FactorSet::Done { entered, codes } => {
            let view = RecoveryCodesPage {
                page: signing_in.page(&site),
                codes: written(&codes),
                next: signing_in.next.path(),
            };
            let response: HttpResponse = page(&view)?;
            Ok(with_cookie(response, &site.cookies.operator(&entered.token)))
        }
        FactorSet::Wrong => again(Problem::CodeWrong),
        FactorSet::Gone => Ok(redirect(&signing_in.next.path())),
    }
}

/// The codes as pages show them.
pub(in crate::web::helpdesk) fn written(codes: &[OneTimeCode]) -> Vec<String> {
    codes.iter().map(|code| code.expose().to_owned()).collect()
}

/// The offer as pages show it.
pub(in crate::web::helpdesk) fn offered(offer: &FactorOffer) -> OfferedFactor {
    let groups: Vec<&str> =
        offer.secret.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    OfferedFactor {
        picture: qr::draw(&offer.uri),
        uri: offer.uri.to_string(),
        secret: groups.join(" "),
        sealed: offer.sealed.clone(),
    }
}

fn render(signing_in: &SigningIn, site: &Site, offer: &FactorOffer, problem: Option<Problem>) -> PageResult {
    let mut common = signing_in.page(site);
    common.problems = problem.into_iter().collect();
    page(&OperatorNewFactorPage {
        page: common,
        form_action: signing_in.next.after(super::NEW_FACTOR),
        offer: offered(offer),
    })
}
