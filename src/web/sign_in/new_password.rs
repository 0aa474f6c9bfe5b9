//! `/login/new-password`: whoever came with a password that an operator handed out chooses another first.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::view::OwnPasswordPage;
use crate::error_code::OutcomeCode;
use crate::sign_in::{Password, PasswordSignIn, Replaced, SessionStage};
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, PasswordChooser, SignedIn};
use crate::web::paths::{self, Next};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, busy, page, redirect, with_cookie};
use crate::web::site::Site;

/// The new password, twice.
#[derive(Deserialize)]
pub struct OwnPasswordForm {
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    repeat_password: String,
}

/// GET: the form.
pub async fn show(person: PasswordChooser, site: Data<Site>) -> PageResult {
    page(&view(&person.0, &site))
}

/// POST: sets it; the session goes on with what the phase lets it do.
pub async fn replace(
    form: CsrfForm<OwnPasswordForm>,
    site: Data<Site>,
    passwords: Data<PasswordSignIn>,
) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let PasswordChooser(person) = PasswordChooser::of(visitor)?;
    let again = |problem| {
        let mut view = view(&person, &site);
        view.page.problems = vec![problem];
        page(&view)
    };
    if fields.new_password != fields.repeat_password {
        return again(Problem::NewPasswordDiffers);
    }
    let (password, meta) = (Password::new(fields.new_password), person.visitor.meta.clone());
    match passwords.replace_one_time(&person.session, &person.profile, password, meta).await? {
        Replaced::Set { token, stage } => Ok(go_on(&site, &token, stage)),
        Replaced::SetAndClosed => Ok(redirect(&paths::outcome(OutcomeCode::PasswordClosed, None))),
        Replaced::Refused(problem) => again(problem.into()),
        Replaced::Same => again(Problem::OneTimePasswordKept),
        Replaced::Gone => Err(PageError::SignInFirst(Next::Settings)),
        Replaced::Overloaded { retry_after } => Ok(busy(retry_after)),
    }
}

fn go_on(site: &Site, token: &crate::platform::secret::Token, stage: SessionStage) -> HttpResponse {
    let path = if stage == SessionStage::LinkingOnly { paths::LINK } else { paths::SETTINGS };
    with_cookie(redirect(path), &site.cookies.session(token))
}

fn view(person: &SignedIn, site: &Site) -> OwnPasswordPage {
    OwnPasswordPage { page: person.visitor.page(site), login: person.profile.login.clone() }
}
