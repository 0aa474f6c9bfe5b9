//! `/settings/prove`: a fresh proof before something that cannot be taken back.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::view::ProveAgainPage;
use crate::linking::Linking;
use crate::sign_in::{Password, PasswordSignIn, Proof, SignInWay};
use crate::web::error_page::PageError;
use crate::web::extract::{CsrfForm, SignedIn, request_facts};
use crate::web::paths::{self, Next};
use crate::web::problem::Problem;
use crate::web::respond::{PageResult, page_with, redirect};
use crate::web::site::Site;

/// The password again.
#[derive(Deserialize)]
pub struct ProofForm {
    #[serde(default)]
    password: String,
}

/// GET: the form.
pub async fn show(person: SignedIn, site: Data<Site>, linking: Data<Linking>) -> PageResult {
    render(StatusCode::OK, &person, &site, &linking, None)
}

/// POST: checks it and goes on to the page that asked.
pub async fn prove(
    request: HttpRequest,
    form: CsrfForm<ProofForm>,
    site: Data<Site>,
    linking: Data<Linking>,
    passwords: Data<PasswordSignIn>,
) -> PageResult {
    let CsrfForm { visitor, fields } = form;
    let person = SignedIn::of(visitor, Next::Unlink)?;
    if fields.password.is_empty() {
        let status = StatusCode::OK;
        return render(status, &person, &site, &linking, Some(Problem::PasswordMissing));
    }
    let address = request_facts::address(&request, &site).ok_or(PageError::BadRequest)?;
    let (password, browser) = (Password::new(fields.password), person.visitor.browser.digest());
    match passwords.prove_again(&person.session, &person.profile, password, browser, address).await? {
        Proof::Given => Ok(redirect(paths::UNLINK)),
        Proof::Wrong => {
            let status = StatusCode::OK;
            render(status, &person, &site, &linking, Some(Problem::PasswordAgainWrong))
        }
        Proof::Delayed { minutes } => Err(PageError::TooMany(u64::from(minutes) * 60)),
        Proof::Overloaded => Err(PageError::Unavailable),
    }
}

fn render(
    status: StatusCode,
    person: &SignedIn,
    site: &Site,
    linking: &Linking,
    problem: Option<Problem>,
) -> PageResult {
    let mut page = person.page(site);
    page.problems = problem.into_iter().collect();
    let by_password = person.profile.has_password && linking.phase(site.clock.now()).password_opens_journal();
    // A new sign-in through ESIA begins a fresh session; whoever came that way can prove it so again.
    let by_esia = (person.session.way == SignInWay::Esia)
        .then(|| format!("{}?next={}", paths::LOGIN_ESIA, Next::Unlink.name()));
    let form_action = paths::PROVE_AGAIN.to_owned();
    let login = person.profile.login.clone();
    page_with(status, &ProveAgainPage { page, form_action, login, by_password, by_esia })
}
