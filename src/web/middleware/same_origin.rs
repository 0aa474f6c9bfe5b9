//! Refuses writes that another site caused: every POST must come from our own origin
//! (`docs/security.md`, T45). The form's token is checked besides, by the handler's extractor.

use actix_web::ResponseError as _;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::web::error_page::PageError;
use crate::web::site::Site;

/// Lets safe methods pass; a POST only with `Sec-Fetch-Site: same-origin`, or, from browsers without that
/// header, with our own `Origin`.
pub async fn check(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, actix_web::Error> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let origin =
        request.app_data::<Data<Site>>().map(|site| site.public_origin().to_owned()).unwrap_or_default();
    if safe || is_ours(request.headers(), &origin) {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    Ok(request.into_response(PageError::StaleForm.error_response()).map_into_right_body())
}

fn is_ours(headers: &HeaderMap, public_origin: &str) -> bool {
    let get = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("invalid"));
    match (get("sec-fetch-site"), get(ORIGIN.as_str())) {
        (Some("same-origin"), None) => true,
        (Some("same-origin") | None, Some(origin)) => origin == public_origin,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn t45_only_our_own_origin_may_write() {
        let ours = "https://journal.example";
        for (site, origin, allowed) in [
            (Some("same-origin"), Some(ours), true),
            (Some("same-origin"), None, true),
            (None, Some(ours), true),
            (None, None, false),
            (None, Some("null"), false),
            (Some("same-origin"), Some("null"), false),
            (Some("same-site"), Some("https://other.journal.example"), false),
            (Some("cross-site"), Some(ours), false),
            (Some("cross-site"), None, false),
            (Some("none"), Some(ours), false),
            (None, Some("http://journal.example"), false),
            (None, Some("https://journal.example:444"), false),
            (None, Some("https://journal.example.evil.example"), false),
        ] {
            let mut headers = HeaderMap::new();
            let mut put = |name: &'static str, value: Option<&'static str>| {
                if let Some(value) = value {
                    headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
                }
            };
            put("sec-fetch-site", site);
            put("origin", origin);
            assert_eq!(is_ours(&headers, ours), allowed, "{site:?} {origin:?}");
        }
    }
}
