//! `/login/link`: the linking-only door, for a linking code at any time and for the password after the
//! cut-over.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::login::{Refusal, attempt, entered, missing, refusal};
use super::selection::{Choices, known_organisation};
use super::view::{LinkDoorPage, Tab};
use crate::directory::OrganisationId;
use crate::linking::Linking;
use crate::russian::{self, Plural};
use crate::sign_in::{CodeAttempt, CodeSignIn, LinkingCode, PasswordSignIn, SignInOutcome};
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, Visitor, request_facts};
use crate::web::paths::{self, Next};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page_with, redirect, remember_browser};
use crate::web::site::Site;

/// The form of the door: a login with its password, or with a code.
#[derive(Debug, Deserialize)]
pub struct DoorForm {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    /// `code` when the second button was pressed.
    #[serde(default)]
    way: String,
}

/// Which of the two ways through the door are open.
#[derive(Clone, Copy)]
struct Ways {
    password: bool,
    code_days: Option<u32>,
}

impl Ways {
    fn of(site: &Site, linking: &Linking, codes: &CodeSignIn) -> Self {
        // While passwords open the journal, the ordinary page is the right one for them.
        let password = linking.linking_door() && !linking.phase(site.clock.now()).password_opens_journal();
        Self { password, code_days: codes.days() }
    }

    fn is_closed(self) -> bool {
        !self.password && self.code_days.is_none()
    }
}

impl DoorForm {
    /// Whoever fills in the code alone means the code, whichever button Enter pressed.
    fn means_code(&self, ways: Ways) -> bool {
        let by_code = self.way == "code" || (self.password.is_empty() && !self.code.trim().is_empty());
        ways.code_days.is_some() && (by_code || !ways.password)
    }
}

/// GET: the page.
pub async fn show(
    request: HttpRequest,
    visitor: Visitor,
    site: Data<Site>,
    linking: Data<Linking>,
    codes: Data<CodeSignIn>,
) -> PageResult {
    if visitor.session.is_some() {
        return Ok(redirect(paths::LINK));
    }
    let ways = Ways::of(&site, &linking, &codes);
    if ways.is_closed() {
        return Ok(redirect(paths::LOGIN));
    }
    let choices = Choices::of(&request)?;
    answer(StatusCode::OK, &view(&request, &visitor, &site, &choices, ways), &site, &visitor)
}

/// POST: opens a session that can do nothing but link.
pub async fn enter(
    request: HttpRequest,
    form: CsrfForm<DoorForm>,
    site: Data<Site>,
    linking: Data<Linking>,
    passwords: Data<PasswordSignIn>,
    codes: Data<CodeSignIn>,
) -> PageResult {
    let choices = Choices::of(&request)?;
    let CsrfForm { visitor, fields } = form;
    let ways = Ways::of(&site, &linking, &codes);
    if ways.is_closed() {
        return Ok(redirect(paths::LOGIN));
    }
    let known = known_organisation(&fields.organisation, &site);
    let again = |status, problems: Vec<Problem>| {
        let choices = Choices { organisation: fields.organisation.clone(), ..choices.clone() };
        let mut view = view(&request, &visitor, &site, &choices, ways);
        view.page.problems = problems;
        view.login = fields.login.chars().take(255).collect();
        answer(status, &view, &site, &visitor)
    };
    let by_code = fields.means_code(ways);
    let problems = lacking(&fields, known.is_none(), by_code);
    let (Some(organisation), true) = (known, problems.is_empty()) else {
        return again(StatusCode::OK, problems);
    };
    let outcome = if by_code {
        // What has not the form of a code is no try: it is nobody's.
        let Some(code) = LinkingCode::parse(&fields.code) else {
            return again(StatusCode::OK, vec![Problem::LinkingCode]);
        };
        codes.redeem(with_code(&request, &visitor, &site, organisation, &fields.login, code)?).await?
    } else {
        let (login, password) = (&fields.login, &fields.password);
        passwords.sign_in(attempt(&request, &visitor, &site, organisation, login, password, false)?).await?
    };
    match entered(&outcome, &site, Next::Settings) {
        Some(response) => Ok(response),
        None => match refusal(&outcome, &site)? {
            Refusal::Problem(status, problem) => again(status, vec![of_code(&outcome, problem, by_code)]),
            Refusal::Answer(response) => Ok(response),
        },
    }
}

/// What the form lacks for the way that was meant.
fn lacking(fields: &DoorForm, no_organisation: bool, by_code: bool) -> Vec<Problem> {
    if !by_code {
        return missing(no_organisation, &fields.login, &fields.password);
    }
    let mut problems = missing(no_organisation, &fields.login, "given");
    if fields.code.trim().is_empty() {
        problems.push(Problem::LinkingCodeMissing);
    }
    problems
}

/// The same refusal in the words of a code.
fn of_code(outcome: &SignInOutcome, problem: Problem, by_code: bool) -> Problem {
    match outcome {
        SignInOutcome::WrongCredentials if by_code => Problem::LinkingCode,
        SignInOutcome::Delayed { minutes } if by_code => {
            Problem::LinkingCodeLocked { minutes: u64::from(*minutes) }
        }
        _ => problem,
    }
}

fn with_code(
    request: &HttpRequest,
    visitor: &Visitor,
    site: &Site,
    organisation: OrganisationId,
    login: &str,
    code: LinkingCode,
) -> Result<CodeAttempt, PageError> {
    Ok(CodeAttempt {
        organisation,
        login: login.to_owned(),
        code,
        browser: visitor.browser.digest(),
        previous: visitor.session.as_ref().map(|(session, _)| session.id),
        user_agent: visitor.user_agent.clone(),
        address: request_facts::address(request, site).ok_or(PageError::BadRequest)?,
        meta: visitor.meta.clone(),
    })
}

fn view(
    request: &HttpRequest,
    visitor: &Visitor,
    site: &Site,
    choices: &Choices,
    ways: Ways,
) -> LinkDoorPage {
    LinkDoorPage {
        page: visitor.page(site),
        form_action: format!("{}{}", paths::LOGIN_LINK, choices.to_query()),
        organisation: choices.organisation(request, site, Tab::Organisation),
        login: String::new(),
        by_password: ways.password,
        code_life: ways.code_days.map(|days| russian::counted(u64::from(days), Plural::DAY)),
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
