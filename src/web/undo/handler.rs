//! GET shows, POST acts: mail programs and their scanners follow addresses on their own
//! (`docs/security.md`, T30). Works signed out; who is signed in besides does not matter.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::view::{UndoDonePage, UndoPage, UndoUnknownPage};
use crate::helpdesk::links::dispute::{Disputes, Undo};
use crate::platform::secret::Token;
use crate::web::extract::{CsrfForm, Visitor};
use crate::web::paths;
use crate::web::respond::{PageResult, page, page_with, remember_browser};
use crate::web::site::Site;

/// The form has its token only.
#[derive(Debug, Deserialize)]
pub struct NoFields {}

/// GET: what the address would do, or what came of it.
pub async fn show(
    token: Path<String>,
    visitor: Visitor,
    site: Data<Site>,
    disputes: Data<Disputes>,
) -> PageResult {
    let token = Token::parse(&token);
    let undo = match &token {
        Some(token) => disputes.look(token).await?,
        None => Undo::Unknown,
    };
    answer(undo, token.as_ref(), &visitor, &site).map(|response| remember_browser(response, &site, &visitor))
}

/// POST: the person confirms.
pub async fn confirm(
    token: Path<String>,
    form: CsrfForm<NoFields>,
    site: Data<Site>,
    disputes: Data<Disputes>,
) -> PageResult {
    let visitor = form.visitor;
    let token = Token::parse(&token);
    let undo = match &token {
        Some(token) => disputes.dispute(token, visitor.meta.clone()).await?,
        None => Undo::Unknown,
    };
    answer(undo, token.as_ref(), &visitor, &site)
}

fn answer(undo: Undo, token: Option<&Token>, visitor: &Visitor, site: &Site) -> PageResult {
    let common = visitor.page(site);
    match (undo, token) {
        (Undo::Open { link_is_active }, Some(token)) => {
            page(&UndoPage { page: common, action: paths::undo(token.expose()), link_is_active })
        }
        (Undo::Done { result, case }, _) => page(&UndoDonePage { page: common, result, case }),
        _ => page_with(StatusCode::GONE, &UndoUnknownPage { page: common }),
    }
}
