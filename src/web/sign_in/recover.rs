//! `/login/recover` and `/login/recover/{token}`: a new password by e-mail.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::selection::{Choices, known_organisation};
use super::view::{NewPasswordPage, RecoverDonePage, RecoverExpiredPage, RecoverPage, RecoverSentPage, Tab};
use crate::platform::secret::Token;
use crate::sign_in::{Asked, Password, PasswordRecovery, Recovered};
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, Visitor, request_facts};
use crate::web::paths;
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, busy, page, page_with, remember_browser};
use crate::web::site::Site;

/// Who asks.
#[derive(Debug, Deserialize)]
pub struct AskForm {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    login: String,
}

/// The new password.
#[derive(Deserialize)]
pub struct NewPasswordForm {
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    repeat_password: String,
}

/// GET: asks who it is.
pub async fn show(request: HttpRequest, visitor: Visitor, site: Data<Site>) -> PageResult {
    let choices = Choices::of(&request)?;
    page(&view(&request, &visitor, &site, &choices))
        .map(|response| remember_browser(response, &site, &visitor))
}

/// POST: always the same answer, whoever it is.
pub async fn ask(
    request: HttpRequest,
    form: CsrfForm<AskForm>,
    site: Data<Site>,
    recovery: Data<PasswordRecovery>,
) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let choices = Choices::of(&request)?;
    let organisation = known_organisation(&fields.organisation, &site);
    let login = fields.login.trim();
    let (Some(organisation), false) = (organisation, login.is_empty()) else {
        let choices = Choices { organisation: fields.organisation.clone(), ..choices };
        let mut view = view(&request, &visitor, &site, &choices);
        if organisation.is_none() {
            view.page.problems.push(Problem::OrganisationMissing);
        }
        if login.is_empty() {
            view.page.problems.push(Problem::RecoverMissing);
        }
        view.login = login.chars().take(255).collect();
        return page_with(StatusCode::OK, &view);
    };
    let address = request_facts::address(&request, &site).ok_or(PageError::BadRequest)?;
    match recovery.ask(organisation, login, address, visitor.meta.clone()).await? {
        Asked::Sent { minutes } => {
            page(&RecoverSentPage { page: visitor.page(&site), minutes: minutes.unsigned_abs() })
        }
        Asked::TooManyRequests { minutes } => Err(PageError::TooMany(u64::from(minutes) * 60)),
    }
}

/// GET of the letter's address: a form; looking uses nothing up.
pub async fn show_new(
    token: Path<String>,
    visitor: Visitor,
    site: Data<Site>,
    recovery: Data<PasswordRecovery>,
) -> PageResult {
    let response = match Token::parse(&token) {
        Some(token) if recovery.is_open(&token).await? => page(&new_password_view(&visitor, &site, &token)),
        _ => page_with(StatusCode::GONE, &RecoverExpiredPage { page: visitor.page(&site) }),
    };
    response.map(|response| remember_browser(response, &site, &visitor))
}

/// POST: sets it.
pub async fn set_new(
    token: Path<String>,
    form: CsrfForm<NewPasswordForm>,
    site: Data<Site>,
    recovery: Data<PasswordRecovery>,
) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let expired = || page_with(StatusCode::GONE, &RecoverExpiredPage { page: visitor.page(&site) });
    let Some(token) = Token::parse(&token) else { return expired() };
    let again = |problem| {
        let mut view = new_password_view(&visitor, &site, &token);
        view.page.problems = vec![problem];
        page_with(StatusCode::OK, &view)
    };
    if fields.new_password != fields.repeat_password {
        return again(Problem::NewPasswordDiffers);
    }
    let browser = Some(visitor.browser.digest());
    let password = Password::new(fields.new_password);
    match recovery.set(&token, password, browser, visitor.meta.clone()).await? {
        Recovered::Set { .. } => page(&RecoverDonePage { page: visitor.page(&site) }),
        Recovered::Gone => expired(),
        Recovered::Refused(problem) => again(problem.into()),
        Recovered::Overloaded { retry_after } => Ok(busy(retry_after)),
    }
}

fn view(request: &HttpRequest, visitor: &Visitor, site: &Site, choices: &Choices) -> RecoverPage {
    RecoverPage {
        page: visitor.page(site),
        form_action: format!("{}{}", paths::RECOVER, choices.to_query()),
        organisation: choices.organisation(request, site, Tab::Organisation),
        login: String::new(),
    }
}

fn new_password_view(visitor: &Visitor, site: &Site, token: &Token) -> NewPasswordPage {
    NewPasswordPage {
        page: visitor.page(site),
        form_action: paths::recover_with(token.expose()),
        login: String::new(),
    }
}
