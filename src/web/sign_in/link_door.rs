//! `/login/link`: the linking-only door after the cut-over.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::login::{Refusal, attempt, entered, missing, refusal};
use super::selection::{Choices, known_organisation};
use super::view::{LinkDoorPage, Tab};
use crate::linking::Linking;
use crate::sign_in::PasswordSignIn;
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, Visitor};
use crate::web::paths::{self, Next};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page_with, redirect, remember_browser};
use crate::web::site::Site;

/// The form of the door.
#[derive(Debug, Deserialize)]
pub struct DoorForm {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
}

/// GET: the page. While passwords open the journal, the ordinary page is the right one.
pub async fn show(
    request: HttpRequest,
    visitor: Visitor,
    site: Data<Site>,
    linking: Data<Linking>,
) -> PageResult {
    if visitor.session.is_some() {
        return Ok(redirect(paths::LINK));
    }
    if linking.phase(site.clock.now()).password_opens_journal() || !linking.linking_door() {
        return Ok(redirect(paths::LOGIN));
    }
    let choices = Choices::of(&request)?;
    answer(StatusCode::OK, &view(&request, &visitor, &site, &choices), &site, &visitor)
}

/// POST: opens a session that can do nothing but link.
pub async fn enter(
    request: HttpRequest,
    form: CsrfForm<DoorForm>,
    site: Data<Site>,
    service: Data<PasswordSignIn>,
) -> PageResult {
    let choices = Choices::of(&request)?;
    let CsrfForm { visitor, fields } = form;
    let known = known_organisation(&fields.organisation, &site);
    let again = |status, problems: Vec<Problem>| {
        let choices = Choices { organisation: fields.organisation.clone(), ..choices.clone() };
        let mut view = view(&request, &visitor, &site, &choices);
        view.page.problems = problems;
        view.login = fields.login.chars().take(255).collect();
        answer(status, &view, &site, &visitor)
    };
    let problems = missing(known.is_none(), &fields.login, &fields.password);
    let (Some(organisation), true) = (known, problems.is_empty()) else {
        return again(StatusCode::OK, problems);
    };
    let attempt = attempt(&request, &visitor, &site, organisation, &fields.login, &fields.password, false)?;
    let outcome = service.sign_in(attempt).await?;
    match entered(&outcome, &site, Next::Settings) {
        Some(response) => Ok(response),
        None => match refusal(&outcome, &site)? {
            Refusal::Problem(status, problem) => again(status, vec![problem]),
            Refusal::Answer(response) => Ok(response),
        },
    }
}

fn view(request: &HttpRequest, visitor: &Visitor, site: &Site, choices: &Choices) -> LinkDoorPage {
    LinkDoorPage {
        page: visitor.page(site),
        form_action: format!("{}{}", paths::LOGIN_LINK, choices.to_query()),
        organisation: choices.organisation(request, site, Tab::Organisation),
        login: String::new(),
        code_life: None,
    }
}

fn answer(
    status: StatusCode,
    view: &LinkDoorPage,
    site: &Site,
    visitor: &Visitor,
) -> Result<actix_web::HttpResponse, PageError> {
    page_with(status, view).map(|response| remember_browser(response, site, visitor))
}
