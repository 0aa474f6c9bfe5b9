//! `/settings/sessions`: where somebody is signed in as this profile.

use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::view::{SessionRow, SessionsPage, Way};
use crate::russian;
use crate::sign_in::{BrowserSession, SessionId, SessionStage, Sessions, SignInWay};
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, SignedIn};
use crate::web::page::Banner;
use crate::web::paths::{self, Next};
use crate::web::respond::{PageResult, page, redirect, signed_out};
use crate::web::site::Site;

/// Which session to end: its id, or `all`.
#[derive(Debug, Deserialize)]
pub struct EndForm {
    #[serde(default)]
    end: String,
}

/// Whether the page follows the end of another session.
#[derive(Debug, Default, Deserialize)]
pub struct Ended {
    #[serde(default)]
    ended: String,
}

/// GET: the list, this session first.
pub async fn show(
    person: SignedIn,
    query: Query<Ended>,
    site: Data<Site>,
    sessions: Data<Sessions>,
) -> PageResult {
    let mut list = sessions.list_of_profile(person.profile.id).await?;
    list.sort_by_key(|session| (session.id != person.session.id, std::cmp::Reverse(session.last_seen_at)));
    let rows = list.iter().map(|session| row(session, &person, &site)).collect();
    let mut common = person.page(&site);
    common.banner = (!query.ended.is_empty()).then_some(Banner::SessionClosed);
    page(&SessionsPage { page: common, sessions: rows })
}

/// POST: ends one of them, or every one, this one too.
pub async fn end(form: CsrfForm<EndForm>, site: Data<Site>, sessions: Data<Sessions>) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let person = SignedIn::of(visitor, Next::Sessions)?;
    let (profile, meta) = (person.profile.id, person.visitor.meta.clone());
    if fields.end == "all" {
        sessions.end_everywhere(profile, None, meta).await?;
        return Ok(signed_out(redirect(paths::GOODBYE), &site));
    }
    let target = fields.end.parse().map(SessionId).map_err(|_| PageError::BadRequest)?;
    // A session that has ended meanwhile is what the person wanted.
    sessions.end_one(profile, target, meta).await?;
    Ok(redirect(paths::SESSIONS_AFTER_END))
}

fn row(session: &BrowserSession, person: &SignedIn, site: &Site) -> SessionRow {
    SessionRow {
        id: session.id.0.to_string(),
        place: session.place.clone(),
        way: match (session.stage, session.way) {
            (SessionStage::LinkingOnly, _) => Way::LinkingOnly,
            (_, SignInWay::Password) => Way::Password,
            (_, SignInWay::Esia) => Way::Esia,
            (_, SignInWay::Code) => Way::Code,
        },
        began: russian::moment(session.created_at, site.offset_minutes()),
        last_seen: russian::moment(session.last_seen_at, site.offset_minutes()),
        current: session.id == person.session.id,
        shared: session.shared_computer,
    }
}
