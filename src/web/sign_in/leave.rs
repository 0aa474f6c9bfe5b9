//! `/logout` and `/goodbye`: the end of our session, and the honest word about ESIA's.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::view::{EsiaEnd, GoodbyePage};
use crate::federation::Federation;
use crate::sign_in::{Sessions, SignInWay};
use crate::web::cookies;
use crate::web::extract::{CsrfForm, Visitor};
use crate::web::paths;
use crate::web::respond::{PageResult, page, redirect, remember_browser, signed_out, with_cookie};
use crate::web::site::Site;

/// The form has its token only.
#[derive(Debug, Deserialize)]
pub struct NoFields {}

/// What `/goodbye` is told of the way the session had begun, or of the return from ESIA.
#[derive(Debug, Default, Deserialize)]
pub struct GoodbyeQuery {
    #[serde(default)]
    esia: String,
}

/// POST `/logout`: ends our session first; ESIA's end is an offer on the next page.
///
/// A session that began with a password may have been to ESIA for its link since, so the browser's own note
/// counts too.
pub async fn sign_out(
    request: HttpRequest,
    form: CsrfForm<NoFields>,
    site: Data<Site>,
    sessions: Data<Sessions>,
) -> PageResult {
    let CsrfForm { visitor, .. } = form;
    let mut through_esia = site.cookies.value(&request, cookies::AT_ESIA).is_some();
    if let Some((session, _)) = &visitor.session {
        through_esia |= session.way == SignInWay::Esia;
        sessions.sign_out(session, visitor.meta.clone()).await?;
        if session.shared_computer {
            let response = ended(&site, through_esia);
            return Ok(with_cookie(response, &site.cookies.removal(cookies::ORGANISATION)));
        }
    }
    Ok(ended(&site, through_esia))
}

fn ended(site: &Site, through_esia: bool) -> actix_web::HttpResponse {
    let path = if through_esia { format!("{}?esia=open", paths::GOODBYE) } else { paths::GOODBYE.to_owned() };
    signed_out(redirect(&path), site)
}

/// GET `/goodbye`.
pub async fn goodbye(
    visitor: Visitor,
    query: Query<GoodbyeQuery>,
    site: Data<Site>,
    federation: Data<Federation>,
) -> PageResult {
    let esia = match query.esia.as_str() {
        "open" => EsiaEnd::MayRemain { leave: esia_leave_address(&site, &federation) },
        "left" => EsiaEnd::Left,
        _ => EsiaEnd::NotUsed,
    };
    let left = matches!(esia, EsiaEnd::Left);
    let response = page(&GoodbyePage { page: visitor.page(&site), esia })?;
    let response = remember_browser(response, &site, &visitor);
    Ok(if left { with_cookie(response, &site.cookies.removal(cookies::AT_ESIA)) } else { response })
}

fn esia_leave_address(site: &Site, federation: &Federation) -> String {
    let back = format!("{}{}?esia=left", site.public_origin(), paths::GOODBYE);
    url::Url::parse(&back)
        .map_or_else(|_| paths::LOGIN.to_owned(), |back| federation.esia().logout_url(&back).to_string())
}
