//! Gives every request its number, and writes one log line about it: route pattern, status, time. Never
//! the query or the path's values: they may hold a code, a state, a token.

use std::time::Instant;

use actix_web::HttpMessage as _;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;

use crate::platform::{metrics, random};

/// The number, eight hexadecimal digits; on error pages, in the log, in the audit.
#[derive(Clone, Debug)]
pub struct RequestNumber(pub String);

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// A method can be any word of a stranger.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Wraps the whole handling.
pub async fn assign(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let number = hex::encode(random::bytes::<4>());
    request.extensions_mut().insert(RequestNumber(number.clone()));
    let method = known(request.method());
    let mut response = next.call(request).await?;
    if let Ok(value) = HeaderValue::from_str(&number) {
        response.headers_mut().insert(HEADER, value);
    }
    let route = response.request().match_pattern().unwrap_or_else(|| "-".into());
    let status = response.status().as_u16();
    metrics::note_request(&route, status, started.elapsed());
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::error!(request = number, method, route, status, micros, "request failed");
    } else {
        tracing::info!(request = number, method, route, status, micros, "request");
    }
    Ok(response)
}
