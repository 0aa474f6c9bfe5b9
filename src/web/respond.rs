//! Answers of handlers: a page, a redirect after POST, both with the cookies they need.

use std::time::Duration;

use actix_web::cookie::Cookie;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError as _};
use askama::Template;

use super::cookies;
use super::error_page::PageError;
use super::extract::Visitor;
use super::site::Site;

/// What a handler gives.
pub type PageResult = Result<HttpResponse, PageError>;

/// A page with status 200.
///
/// # Errors
/// The template failed, which only a defect can cause.
pub fn page(view: &impl Template) -> PageResult {
    page_with(StatusCode::OK, view)
}

/// A page with another status.
///
/// # Errors
/// As [`page`].
pub fn page_with(status: StatusCode, view: &impl Template) -> PageResult {
    let html = view.render().map_err(|error| {
        tracing::error!(%error, "a template failed");
        PageError::Internal
    })?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// See other: the answer to every POST, and to a GET that only sends on.
pub fn redirect(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// 503 with the time after which to try again: all places for a costly computation are taken.
pub fn busy(retry_after: Duration) -> HttpResponse {
    let mut response = PageError::Unavailable.error_response();
    response.headers_mut().insert(header::RETRY_AFTER, retry_after.as_secs().max(1).into());
    response
}

/// Adds a cookie. A cookie that cannot be written would be a defect of ours and is left out.
pub fn with_cookie(mut response: HttpResponse, cookie: &Cookie<'_>) -> HttpResponse {
    if let Err(error) = response.add_cookie(cookie) {
        tracing::error!(%error, "a cookie was not set");
    }
    response
}

/// Takes the session's cookie, and what Back could still show of the session. Never "cookies": that would
/// take the remembered organisation too.
pub fn signed_out(response: HttpResponse, site: &Site) -> HttpResponse {
    let mut response = with_cookie(response, &site.cookies.removal(cookies::SESSION));
    let name = header::HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, header::HeaderValue::from_static("\"cache\""));
    response
}

/// The same for an operator's session.
pub fn operator_signed_out(response: HttpResponse, site: &Site) -> HttpResponse {
    let mut response = with_cookie(response, &site.cookies.removal(cookies::OPERATOR));
    let name = header::HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, header::HeaderValue::from_static("\"cache\""));
    response
}

/// Gives a new browser its long-lived token, which the page's form is bound to.
pub fn remember_browser(response: HttpResponse, site: &Site, visitor: &Visitor) -> HttpResponse {
    if visitor.browser_is_new {
        with_cookie(response, &site.cookies.browser(&visitor.browser))
    } else {
        response
    }
}
