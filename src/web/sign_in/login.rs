//! `/login` and `/login/authority`: the page and the form with a password.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::selection::{Choices, known_organisation};
use super::view::{DemoLogin, LoginPage, Phase, Tab};
use crate::directory::OrganisationId;
use crate::federation::Federation;
use crate::linking::Linking;
use crate::platform::secret::Token;
use crate::rollout;
use crate::russian;
use crate::sign_in::{Password, PasswordSignIn, SignInAttempt, SignInOutcome, remembered_organisation};
use crate::web::cookies;
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, Visitor, request_facts};
use crate::web::page::Banner;
use crate::web::paths::{self, Next};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, busy, page_with, redirect, remember_browser, with_cookie};
use crate::web::site::Site;

/// Days the organisation is remembered.
const ORGANISATION_DAYS: i64 = 180;

/// The sign-in form.
#[derive(Debug, Deserialize)]
pub struct LoginForm {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    shared_computer: String,
}

/// The tab that a path is.
fn tab_of(request: &HttpRequest) -> Tab {
    if request.path() == paths::LOGIN_AUTHORITY { Tab::Authority } else { Tab::Organisation }
}

/// GET: the page. Somebody signed in already goes on to where they wanted.
pub async fn show(
    request: HttpRequest,
    visitor: Visitor,
    site: Data<Site>,
    linking: Data<Linking>,
    federation: Data<Federation>,
) -> PageResult {
    let choices = Choices::of(&request)?;
    if visitor.session.is_some() {
        return Ok(redirect(Next::from_name(&choices.next).path()));
    }
    let mut view = view(&request, &visitor, &site, &linking, &choices);
    view.page.banner = if visitor.session_ended {
        Some(Banner::SessionEnded)
    } else if !federation.esia().availability().is_up() {
        let password_helps = linking.phase(site.clock.now()).password_opens_journal();
        Some(Banner::EsiaUnavailable { password_helps })
    } else if !choices.next.is_empty() {
        Some(Banner::SignInFirst)
    } else {
        password_banner(&site, &linking)
    };
    answer(StatusCode::OK, &view, &site, &visitor)
}

/// POST: signs in.
pub async fn sign_in(
    request: HttpRequest,
    form: CsrfForm<LoginForm>,
    site: Data<Site>,
    linking: Data<Linking>,
    service: Data<PasswordSignIn>,
) -> PageResult {
    let choices = Choices::of(&request)?;
    let CsrfForm { visitor, fields } = form;
    let known = known_organisation(&fields.organisation, &site);
    let again = |problems: Vec<Problem>| {
        let with_organisation = Choices { organisation: fields.organisation.clone(), ..choices.clone() };
        let mut view = view(&request, &visitor, &site, &linking, &with_organisation);
        view.page.problems = problems;
        view.login = fields.login.chars().take(255).collect();
        view.shared_computer = !fields.shared_computer.is_empty();
        view
    };
    let problems = missing(known.is_none(), &fields.login, &fields.password);
    let (Some(organisation), true) = (known, problems.is_empty()) else {
        return answer(StatusCode::OK, &again(problems), &site, &visitor);
    };
    let shared_computer = !fields.shared_computer.is_empty();
    let attempt =
        attempt(&request, &visitor, &site, organisation, &fields.login, &fields.password, shared_computer)?;
    let outcome = service.sign_in(attempt).await?;
    match entered(&outcome, &site, Next::from_name(&choices.next)) {
        Some(response) => Ok(remember_organisation(response, &site, organisation, shared_computer)),
        None => match refusal(&outcome, &site)? {
            Refusal::Problem(status, problem) => answer(status, &again(vec![problem]), &site, &visitor),
            Refusal::Answer(response) => Ok(response),
        },
    }
}

/// What the form lacks.
pub(super) fn missing(no_organisation: bool, login: &str, password: &str) -> Vec<Problem> {
    [
        (no_organisation, Problem::OrganisationMissing),
        (login.trim().is_empty(), Problem::LoginMissing),
        (password.is_empty(), Problem::PasswordMissing),
    ]
    .into_iter()
    .filter_map(|(is_missing, problem)| is_missing.then_some(problem))
    .collect()
}

/// The form as the use case takes it.
pub(super) fn attempt(
    request: &HttpRequest,
    visitor: &Visitor,
    site: &Site,
    organisation: OrganisationId,
    login: &str,
    password: &str,
    shared_computer: bool,
) -> Result<SignInAttempt, PageError> {
    Ok(SignInAttempt {
        organisation,
        login: login.to_owned(),
        password: Password::new(password.to_owned()),
        shared_computer,
        browser: Some(visitor.browser.digest()),
        previous: visitor.session.as_ref().map(|(session, _)| session.id),
        user_agent: visitor.user_agent.clone(),
        address: request_facts::address(request, site).ok_or(PageError::BadRequest)?,
        meta: visitor.meta.clone(),
    })
}

/// The answer to a sign-in that worked.
pub(super) fn entered(outcome: &SignInOutcome, site: &Site, next: Next) -> Option<HttpResponse> {
    let enter = |token: &Token, path| with_cookie(redirect(path), &site.cookies.session(token));
    match outcome {
        SignInOutcome::SignedIn { token, .. } => Some(enter(token, next.path())),
        SignInOutcome::LinkingOnly { token, .. } => Some(enter(token, paths::LINK)),
        SignInOutcome::NewPasswordNeeded { token, .. } => Some(enter(token, paths::NEW_PASSWORD)),
        _ => None,
    }
}

/// How a sign-in that did not work is answered.
pub(super) enum Refusal {
    /// The form again, with this problem.
    Problem(StatusCode, Problem),
    /// A page of its own.
    Answer(HttpResponse),
}

/// The refusal behind an outcome.
pub(super) fn refusal(outcome: &SignInOutcome, site: &Site) -> Result<Refusal, PageError> {
    use crate::error_code::OutcomeCode;
    let outcome_page = |code| Refusal::Answer(redirect(&paths::outcome(code, None)));
    Ok(match outcome {
        SignInOutcome::Delayed { minutes } => {
            Refusal::Problem(StatusCode::OK, Problem::Locked { minutes: u64::from(*minutes) })
        }
        SignInOutcome::Blocked { organisation } => {
            let found = site.catalog.snapshot().organisation(*organisation);
            let (organisation, phone) =
                found.map(|found| (found.short_name, found.phone)).unwrap_or_default();
            Refusal::Problem(StatusCode::OK, Problem::Blocked { organisation, phone })
        }
        SignInOutcome::OneTimeExpired => Refusal::Problem(StatusCode::OK, Problem::OneTimePasswordExpired),
        SignInOutcome::Closed => outcome_page(OutcomeCode::ProfileClosed),
        SignInOutcome::PasswordClosed { .. } => outcome_page(OutcomeCode::PasswordClosed),
        SignInOutcome::TooManyRequests { minutes } => {
            return Err(PageError::TooMany(u64::from(*minutes) * 60));
        }
        SignInOutcome::Overloaded { retry_after } => Refusal::Answer(busy(*retry_after)),
        SignInOutcome::WrongCredentials
        | SignInOutcome::SignedIn { .. }
        | SignInOutcome::LinkingOnly { .. }
        | SignInOutcome::NewPasswordNeeded { .. } => Refusal::Problem(StatusCode::OK, Problem::Credentials),
    })
}

fn remember_organisation(
    response: HttpResponse,
    site: &Site,
    organisation: OrganisationId,
    shared_computer: bool,
) -> HttpResponse {
    if shared_computer {
        return with_cookie(response, &site.cookies.removal(cookies::ORGANISATION));
    }
    let value = remembered_organisation::to_cookie(organisation, site.clock.now(), site.cookie_key());
    with_cookie(response, &site.cookies.kept(cookies::ORGANISATION, value, ORGANISATION_DAYS))
}

fn view(
    request: &HttpRequest,
    visitor: &Visitor,
    site: &Site,
    linking: &Linking,
    choices: &Choices,
) -> LoginPage {
    let tab = tab_of(request);
    LoginPage {
        page: visitor.page(site),
        tab,
        phase: phase(site, linking),
        form_action: format!("{}{}", tab.path(), choices.to_query()),
        organisation: choices.organisation(request, site, tab),
        next: if choices.next.is_empty() { "" } else { Next::from_name(&choices.next).name() },
        login: String::new(),
        shared_computer: false,
        linking_codes: linking.linking_codes(),
        demo_logins: demo_logins(site, tab),
    }
}

fn phase(site: &Site, linking: &Linking) -> Phase {
    match linking.phase(site.clock.now()) {
        rollout::Phase::Both => Phase::Both,
        rollout::Phase::Prefer => Phase::Prefer,
        rollout::Phase::Only { since } => {
            Phase::Only { since: russian::date(since), linking_door: linking.linking_door() }
        }
    }
}

/// Announces the last day of passwords, once the region has set it.
fn password_banner(site: &Site, linking: &Linking) -> Option<Banner> {
    let (ends, days_left) = linking.password_end(site.clock.now())?;
    Some(if days_left == 0 { Banner::LastDay } else { Banner::PasswordEnds { date: russian::date(ends) } })
}

#[cfg(feature = "stand")]
fn demo_logins(site: &Site, tab: Tab) -> Vec<DemoLogin> {
    use crate::directory::Role;
    use crate::directory::demo_region::{DEMO_PASSWORD, DEMO_PEOPLE};
    let authority = tab == Tab::Authority;
    let people = DEMO_PEOPLE.iter().filter(|person| (person.role == Role::Authority) == authority);
    let logins = people.map(|person| DemoLogin {
        login: person.login.into(),
        who: format!("{}, {}", person.who, person.organisation),
        password: DEMO_PASSWORD,
    });
    if site.demo { logins.collect() } else { Vec::new() }
}

#[cfg(not(feature = "stand"))]
fn demo_logins(_: &Site, _: Tab) -> Vec<DemoLogin> {
    Vec::new()
}

fn answer(status: StatusCode, view: &LoginPage, site: &Site, visitor: &Visitor) -> PageResult {
    page_with(status, view).map(|response| remember_browser(response, site, visitor))
}
