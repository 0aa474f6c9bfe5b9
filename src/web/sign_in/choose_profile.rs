//! `/login/profile`: the chooser after a sign-in, and the switch in the header.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::view::{ChooseProfilePage, ProfileChoice};
use crate::directory::{Profile, ProfileId};
use crate::linking::Link;
use crate::sign_in::{BrowserSession, EsiaSignIn};
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, SignedIn, Visitor};
use crate::web::paths::{self, Next};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page_with, redirect, with_cookie};
use crate::web::site::Site;

/// The chooser's form.
#[derive(Debug, Deserialize)]
pub struct ChoiceForm {
    #[serde(default)]
    profile: String,
}

/// GET: the choices. With nothing to choose there is nothing to show.
pub async fn show(visitor: Visitor, site: Data<Site>, service: Data<EsiaSignIn>) -> PageResult {
    let session = session_of(&visitor)?;
    let choices = service.choices(&session).await?;
    if choices.len() < 2 && session.profile.is_some() {
        return Ok(redirect(paths::SETTINGS));
    }
    render(StatusCode::OK, &visitor, &site, &session, choices, Vec::new())
}

/// POST: goes on as the chosen profile.
pub async fn choose(form: CsrfForm<ChoiceForm>, site: Data<Site>, service: Data<EsiaSignIn>) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let session = session_of(&visitor)?;
    if let Ok(id) = fields.profile.parse() {
        let chosen = service.choose(&session, ProfileId(id), visitor.browser(), visitor.meta.clone()).await?;
        if let Some(token) = chosen {
            return Ok(with_cookie(redirect(paths::SETTINGS), &site.cookies.session(&token)));
        }
    }
    let choices = service.choices(&session).await?;
    let problems = vec![Problem::ProfileMissing];
    render(StatusCode::OK, &visitor, &site, &session, choices, problems)
}

/// Only an ESIA sign-in has profiles to choose from.
fn session_of(visitor: &Visitor) -> Result<BrowserSession, PageError> {
    let (session, _) = visitor.session.clone().ok_or(PageError::SignInFirst(Next::Settings))?;
    if session.esia_subject.is_some() { Ok(session) } else { Err(PageError::NotFound) }
}

fn render(
    status: StatusCode,
    visitor: &Visitor,
    site: &Site,
    session: &BrowserSession,
    choices: Vec<(Link, Profile)>,
    problems: Vec<Problem>,
) -> PageResult {
    let mut page = match SignedIn::of(visitor.clone(), Next::Settings) {
        Ok(person) => person.page(site),
        Err(_) => visitor.page(site),
    };
    page.problems = problems;
    let snapshot = site.catalog.snapshot();
    let profiles = choices
        .into_iter()
        .map(|(_, profile)| ProfileChoice {
            id: profile.id.0.to_string(),
            name: profile.name.full(),
            role: profile.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", "),
            organisation: snapshot
                .organisation(profile.organisation)
                .map(|o| o.short_name)
                .unwrap_or_default(),
            detail: profile.post.unwrap_or_default(),
            selected: session.profile == Some(profile.id),
        })
        .collect();
    page_with(status, &ChooseProfilePage { page, profiles })
}
