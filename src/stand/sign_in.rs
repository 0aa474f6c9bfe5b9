//! The provider's own sign-in: `/login`, `/sign-out`, and what to do without a password.

use actix_web::web::{self, Bytes};
use actix_web::{Error, HttpRequest, HttpResponse};
use chrono::Duration;

use super::Stand;
use super::authorize::next_step;
use super::parameters::Parameters;
use super::persona::{Persona, STAND_PASSWORD};
use super::session::{Visitor, found, see_other};
use super::view::{LoginError, LoginPage, PasswordPage, ProblemPage};

/// With «Чужой компьютер».
const SHARED_COMPUTER_LIFETIME: Duration = Duration::minutes(15);

/// `GET /login`.
pub(super) async fn show(request: HttpRequest, stand: web::Data<Stand>) -> HttpResponse {
    let query = Parameters::parse(request.query_string().as_bytes());
    let visitor = Visitor::of(&request, &stand);
    let id = query.get("request");
    let response = match page(&stand, &visitor, id) {
        None => ProblemPage::request_over().respond(),
        Some(_) if visitor.signed_in().is_some() && !id.is_empty() => found(&next_step(&stand, &visitor, id)),
        Some(page) => page.respond(),
    };
    visitor.remember(response)
}

/// `POST /login`.
pub(super) async fn submit(
    request: HttpRequest,
    stand: web::Data<Stand>,
    body: Result<Bytes, Error>,
) -> HttpResponse {
    let form = read_form(body);
    let visitor = Visitor::of(&request, &stand);
    let id = form.get("request");
    let Some(page) = page(&stand, &visitor, id) else {
        return visitor.remember(ProblemPage::request_over().respond());
    };
    let (login, password) = (form.get("login").trim(), form.get("password"));
    let known = Persona::find_by_login(login).filter(|_| password == STAND_PASSWORD);
    let error = match known {
        _ if !visitor.sent(&form) => LoginError::Stale,
        _ if login.is_empty() => LoginError::NoLogin,
        _ if password.is_empty() => LoginError::NoPassword,
        None => LoginError::Wrong,
        Some(persona) => {
            let shared = !form.get("shared_computer").is_empty();
            let lifetime = if shared { SHARED_COMPUTER_LIFETIME } else { stand.rules.session_lifetime };
            let persona = stand.switches.leveled(persona);
            let session = stand.state.sign_in(visitor.key(), persona, lifetime, stand.now());
            let visitor = visitor.renewed(session);
            let next = if id.is_empty() { "/".to_owned() } else { next_step(&stand, &visitor, id) };
            return visitor.remember(see_other(&next));
        }
    };
    visitor.remember(LoginPage { login: login.to_owned(), error: Some(error), ..page }.respond())
}

/// The empty page; nothing when it names a request that this browser has not open.
fn page(stand: &Stand, visitor: &Visitor, id: &str) -> Option<LoginPage> {
    let client_name = match id {
        "" => None,
        id => Some(stand.client_name(&stand.state.find_trip(id, visitor.key(), stand.now())?)),
    };
    Some(LoginPage {
        client_name,
        request: id.to_owned(),
        form_token: visitor.form_token().to_owned(),
        login: String::new(),
        error: None,
    })
}

/// `POST /sign-out`: to the start page, or back to sign-in when a request is open («это не я»).
pub(super) async fn leave(
    request: HttpRequest,
    stand: web::Data<Stand>,
    body: Result<Bytes, Error>,
) -> HttpResponse {
    let form = read_form(body);
    let visitor = Visitor::of(&request, &stand);
    if !visitor.sent(&form) {
        return visitor.remember(ProblemPage::stale_form().respond());
    }
    let visitor = visitor.renewed(stand.state.sign_out(visitor.key(), stand.now()));
    let next = match form.get("request") {
        "" => "/".to_owned(),
        id => next_step(&stand, &visitor, id),
    };
    visitor.remember(see_other(&next))
}

/// `GET /password`: there is no secret to restore.
pub(super) async fn password(request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string().as_bytes());
    PasswordPage { request: query.get("request").to_owned() }.respond()
}

/// A form that cannot be read is an empty one: it lacks its token and is refused as stale.
pub(super) fn read_form(body: Result<Bytes, Error>) -> Parameters {
    Parameters::parse(&body.unwrap_or_default())
}
