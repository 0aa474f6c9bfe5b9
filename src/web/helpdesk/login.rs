//! `/helpdesk/login` and `/helpdesk/logout`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::view::{DemoOperatorLogin, OperatorLoginPage};
use super::{Place, steps};
use crate::access::{
    Entered, OperatorAttempt, OperatorSessions, OperatorSignIn, OperatorSignedIn, OperatorStage,
};
use crate::sign_in::Password;
use crate::web::cookies;
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, OperatorForm, Visitor, request_facts};
use crate::web::paths;
use crate::web::problem::Problem;
use crate::web::respond::{
    PageResult, busy, operator_signed_out, page_with, redirect, remember_browser, with_cookie,
};
use crate::web::site::Site;

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
pub struct NextQuery {
    #[serde(default)]
    next: String,
}

impl NextQuery {
    /// The page it names.
    pub fn place(&self) -> Place {
        Place::from_name(&self.next)
    }
}

/// The sign-in form.
#[derive(Debug, Deserialize)]
pub struct LoginForm {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// The form has its token only.
#[derive(Debug, Deserialize)]
pub struct NoFields {}

/// GET: the page. An operator on duty goes on to where they wanted.
pub async fn show(
    request: HttpRequest,
    visitor: Visitor,
    query: Query<NextQuery>,
    site: Data<Site>,
    sessions: Data<OperatorSessions>,
) -> PageResult {
    let next = query.place();
    if let Some(token) = site.cookies.token(&request, cookies::OPERATOR) {
        let live = sessions.find_live(&token).await?;
        if live.is_some_and(|(session, _)| session.stage == OperatorStage::Full) {
            return Ok(redirect(&next.path()));
        }
    }
    answer(&view(&visitor, &site, next, "", Vec::new()), &site, &visitor)
}

/// POST: signs in.
pub async fn sign_in(
    request: HttpRequest,
    form: CsrfForm<LoginForm>,
    site: Data<Site>,
    sessions: Data<OperatorSessions>,
    service: Data<OperatorSignIn>,
) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let next = Place::from_name(&fields.next);
    let again = |problems| answer(&view(&visitor, &site, next, &fields.login, problems), &site, &visitor);
    let missing: Vec<_> = [
        (fields.login.trim().is_empty(), Problem::LoginMissing),
        (fields.password.is_empty(), Problem::PasswordMissing),
    ]
    .into_iter()
    .filter_map(|(is_missing, problem)| is_missing.then_some(problem))
    .collect();
    if !missing.is_empty() {
        return again(missing);
    }
    let previous = match site.cookies.token(&request, cookies::OPERATOR) {
        Some(token) => sessions.find_live(&token).await?.map(|(session, _)| session.id),
        None => None,
    };
    let attempt = OperatorAttempt {
        login: fields.login.clone(),
        password: Password::new(fields.password.clone()),
        browser: visitor.browser.digest(),
        previous,
        user_agent: visitor.user_agent.clone(),
        address: request_facts::address(&request, &site).ok_or(PageError::BadRequest)?,
        meta: visitor.meta.clone(),
    };
    match service.sign_in(attempt).await? {
        OperatorSignedIn::Begun(entered) => Ok(entered_at(&site, &entered, next)),
        OperatorSignedIn::WrongCredentials => again(vec![Problem::OperatorCredentials]),
        OperatorSignedIn::Delayed { minutes } => {
            again(vec![Problem::OperatorLocked { minutes: u64::from(minutes) }])
        }
        OperatorSignedIn::TooManyRequests { wait } => Err(PageError::TooMany(wait.as_secs().max(1))),
        OperatorSignedIn::Overloaded { retry_after } => Ok(busy(retry_after)),
    }
}

/// On to where the operator wants to be, or to the step that the sign-in asks for next.
pub(super) fn entered_at(site: &Site, entered: &Entered, next: Place) -> HttpResponse {
    let path = match entered.stage {
        OperatorStage::Full => next.path(),
        // Each step sends on to the one whose turn it is.
        OperatorStage::Password | OperatorStage::Enrolling => next.after(steps::CODE),
    };
    with_cookie(redirect(&path), &site.cookies.operator(&entered.token))
}

/// POST `/helpdesk/logout`.
pub async fn sign_out(
    form: OperatorForm<NoFields>,
    site: Data<Site>,
    sessions: Data<OperatorSessions>,
) -> PageResult {
    sessions.sign_out(&form.on_duty.session, form.on_duty.meta.clone()).await?;
    Ok(operator_signed_out(redirect(paths::HELPDESK_LOGIN), &site))
}

fn view(
    visitor: &Visitor,
    site: &Site,
    next: Place,
    login: &str,
    problems: Vec<Problem>,
) -> OperatorLoginPage {
    let mut page = visitor.page(site);
    page.problems = problems;
    let login = login.chars().take(255).collect();
    OperatorLoginPage { page, next, login, demo_logins: demo_logins(site) }
}

fn answer(view: &OperatorLoginPage, site: &Site, visitor: &Visitor) -> Result<HttpResponse, PageError> {
    page_with(StatusCode::OK, view).map(|response| remember_browser(response, site, visitor))
}

#[cfg(feature = "stand")]
fn demo_logins(site: &Site) -> Vec<DemoOperatorLogin> {
    use crate::directory::demo_region::{DEMO_OPERATORS, DEMO_PASSWORD};
    let logins = DEMO_OPERATORS.iter().map(|operator| DemoOperatorLogin {
        login: operator.login,
        who: format!("{}, {}", operator.role.word(), operator.area.name()),
        password: DEMO_PASSWORD,
    });
    if site.demo { logins.collect() } else { Vec::new() }
}

#[cfg(not(feature = "stand"))]
fn demo_logins(_: &Site) -> Vec<DemoOperatorLogin> {
    Vec::new()
}
