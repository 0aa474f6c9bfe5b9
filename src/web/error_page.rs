//! A failed request as a page: what happened, what to do, the request's number. Never a cause.
//!
//! Handlers and extractors return [`PageError`]; the middleware [`render`] turns it, and every bare error
//! of the framework, into the page.

use std::fmt;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, ResponseError};
use askama::Template as _;

use super::helpdesk::Place;
use super::middleware::request_id::RequestNumber;
use super::page::Page;
use super::paths;
use super::site::Site;
use super::system::view::{ErrorKind, ErrorPage};
use crate::store::StoreError;

/// Why a request has no page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageError {
    /// No such page, or not for this person: the same answer.
    NotFound,
    /// The session may not do this.
    Forbidden,
    /// The form's token is missing, old or another session's; or another site sent it.
    StaleForm,
    /// A field or parameter is not in a form that our pages send.
    BadRequest,
    /// The body is larger than any form of ours.
    TooLarge,
    /// The address and the headers are larger than any browser of a person sends.
    HeadTooLarge,
    /// The form did not arrive in time.
    TooSlow,
    /// Too many requests; how long to wait, in seconds.
    TooMany(u64),
    /// The database or a bounded queue is full or away; worth another try.
    Unavailable,
    /// Our own fault.
    Internal,
    /// Sign in first, then come back to the page.
    SignInFirst(paths::Next),
    /// Sign in as an operator first, then come back to this page of the helpdesk.
    OperatorSignInFirst(Place),
    /// The operator's sign-in is not done: this step of it, or the one after it, is next, and then this page.
    OperatorStep(&'static str, Place),
    /// The operator's sign-in is done: on to this page.
    OperatorSignedIn(Place),
    /// An operator's proof is too old for this page: prove again, then come back to it.
    OperatorProofFirst(Place),
    /// The session is still choosing a profile.
    ChooseFirst,
    /// The session may do nothing but link.
    LinkFirst,
    /// The session may do nothing but choose a password.
    PasswordFirst,
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl PageError {
    /// The page's kind, by status and cause.
    fn kind(self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Forbidden => ErrorKind::Forbidden,
            Self::StaleForm => ErrorKind::StaleForm,
            Self::BadRequest | Self::HeadTooLarge | Self::TooSlow => ErrorKind::BadRequest,
            Self::TooLarge => ErrorKind::TooLarge,
            Self::TooMany(seconds) => ErrorKind::TooManyRequests { minutes: seconds.div_ceil(60).max(1) },
            Self::Unavailable => ErrorKind::Unavailable,
            _ => ErrorKind::Internal,
        }
    }

    fn redirect(self) -> Option<String> {
        match self {
            Self::SignInFirst(next) => Some(format!("{}?next={}", paths::LOGIN, next.name())),
            Self::OperatorSignInFirst(next) => {
                Some(format!("{}?next={}", paths::HELPDESK_LOGIN, next.name()))
            }
            Self::OperatorStep(path, next) => Some(next.after(path)),
            Self::OperatorSignedIn(next) => Some(next.path()),
            Self::OperatorProofFirst(next) => Some(next.after(paths::HELPDESK_PROVE)),
            Self::ChooseFirst => Some(paths::LOGIN_PROFILE.to_owned()),
            Self::LinkFirst => Some(paths::LINK.to_owned()),
            Self::PasswordFirst => Some(paths::NEW_PASSWORD.to_owned()),
            _ => None,
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::SignInFirst(_)
            | Self::OperatorSignInFirst(_)
            | Self::OperatorStep(..)
            | Self::OperatorSignedIn(_)
            | Self::OperatorProofFirst(_)
            | Self::ChooseFirst
            | Self::LinkFirst
            | Self::PasswordFirst => StatusCode::SEE_OTHER,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Some(location) = self.redirect() {
            response.insert_header((header::LOCATION, location));
        }
        match self {
            Self::TooMany(seconds) => {
                response.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            Self::Unavailable => {
                response.insert_header((header::RETRY_AFTER, "5"));
            }
            _ => {}
        }
        let mut response = response.finish();
        response.extensions_mut().insert(*self);
        response
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the database refused a request");
        match error {
            StoreError::Unavailable(_) => Self::Unavailable,
            StoreError::Conflict(_) | StoreError::Corrupt(_) | StoreError::Failed(_) => Self::Internal,
        }
    }
}

/// Gives every error answer its page; answers that have a body of their own pass.
pub async fn render(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, actix_web::Error> {
    let response = next.call(request).await?;
    let status = response.status();
    let error = response.response().extensions().get::<PageError>().copied();
    let is_bare = !response.headers().contains_key(header::CONTENT_TYPE)
        || response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/plain; charset=utf-8");
    if !(status.is_client_error() || status.is_server_error()) || (error.is_none() && !is_bare) {
        return Ok(response.map_into_left_body());
    }
    let kind = error.map_or_else(|| kind_of_status(status), PageError::kind);
    let page = page(response.request(), kind, status);
    let (request, old) = response.into_parts();
    let mut fresh = HttpResponse::build(status);
    fresh.content_type("text/html; charset=utf-8");
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = old.headers().get(&name) {
            fresh.insert_header((name, value.clone()));
        }
    }
    let body = if request.method() == actix_web::http::Method::HEAD { String::new() } else { page };
    Ok(ServiceResponse::new(request, fresh.body(body)).map_into_right_body())
}

fn kind_of_status(status: StatusCode) -> ErrorKind {
    match status {
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorKind::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorKind::TooLarge,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::TooManyRequests { minutes: 1 },
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::SERVICE_UNAVAILABLE => ErrorKind::Unavailable,
        status if status.is_client_error() => ErrorKind::BadRequest,
        _ => ErrorKind::Internal,
    }
}

fn page(request: &HttpRequest, kind: ErrorKind, status: StatusCode) -> String {
    let site = request.app_data::<actix_web::web::Data<Site>>();
    let number =
        request.extensions().get::<RequestNumber>().map(|number| number.0.clone()).unwrap_or_default();
    let is_of_helpdesk = request.path() == paths::HELPDESK || request.path().starts_with("/helpdesk/");
    let home = if is_of_helpdesk { paths::HELPDESK } else { paths::HOME };
    written(site.map(|site| site.get_ref()), kind, number, status, home)
}

/// The page of our own fault where no request is at hand any more.
pub fn internal(site: Option<&Site>, number: String) -> String {
    written(site, ErrorKind::Internal, number, StatusCode::INTERNAL_SERVER_ERROR, paths::HOME)
}

fn written(
    site: Option<&Site>,
    kind: ErrorKind,
    request_id: String,
    status: StatusCode,
    home: &'static str,
) -> String {
    let contacts = site.map(|site| site.contacts.clone()).unwrap_or_default();
    let view = ErrorPage { page: Page { contacts, ..Page::default() }, kind, request_id, home };
    view.render().unwrap_or_else(|_| format!("{}", status.as_u16()))
}
