//! Bounds of a request, checked before anything reads it (`docs/security.md`, T69). Time limits of heads
//! are the server's (`app.rs`), those of forms the extractor's.

use actix_web::ResponseError as _;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;

use crate::web::error_page::PageError;
use crate::web::extract::MAX_UPLOAD;
use crate::web::paths;

/// Bytes of a request line and its headers at most.
const MAX_HEAD: usize = 16 * 1024;
/// Bytes of a form at most.
pub const MAX_FORM: usize = 64 * 1024;

/// Refuses what is too large, and lets HEAD take the way of GET: the server sends no body then.
pub async fn check(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, actix_web::Error> {
    if let Some(error) = excess(&request) {
        return Ok(request.into_response(error.error_response()).map_into_right_body());
    }
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

fn excess(request: &ServiceRequest) -> Option<PageError> {
    let line = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    let headers: usize =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if line + headers > MAX_HEAD {
        return Some(PageError::HeadTooLarge);
    }
    let length = request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse::<usize>().ok()?;
    let takes_files = request.method() == Method::POST && request.path() == paths::UNLINK_LISTS;
    let bound = if takes_files { MAX_UPLOAD } else { MAX_FORM };
    (length > bound).then_some(PageError::TooLarge)
}
