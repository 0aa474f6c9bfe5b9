//! Every address of the stand, and the headers of every answer.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::{self, ServiceConfig};
use actix_web::{Error, HttpResponse};

use super::fault::answer::FOLLOWED;
use super::{Stand, assets, authorize, certificates, consent, logout, rest, sign_in, start_page, token};

/// Registers the addresses; [`Stand`] is handed over by the server.
pub(super) fn configure(app: &mut ServiceConfig) {
    app.route("/", web::get().to(start_page::show))
        // people
        .route("/login", web::get().to(sign_in::show))
        .route("/login", web::post().to(sign_in::submit))
        .route("/sign-out", web::post().to(sign_in::leave))
        .route("/password", web::get().to(sign_in::password))
        .route("/consent", web::get().to(consent::show))
        .route("/consent", web::post().to(consent::submit))
        .route("/idp/ext/Logout", web::get().to(logout::logout))
        // relying parties; no discovery document, as in life
        .route("/aas/oauth2/ac", web::get().to(authorize::legacy))
        .route("/aas/oauth2/te", web::post().to(token::legacy))
        .route("/aas/oauth2/v2/ac", web::get().to(authorize::current))
        .route("/aas/oauth2/v3/te", web::post().to(token::current))
        .route("/rs/prns/{oid}{below:(/.*)?}", web::get().to(rest::person))
        .route("/rs/orgs/{oid}", web::get().to(rest::organisation))
        .route("/rs/orgs/{oid}/", web::get().to(rest::organisation))
        .route("/public/certificate.crt", web::get().to(certificates::rsa))
        .route("/public/certificate-gost.crt", web::get().to(certificates::gost))
        .route("/public/esia.zip", web::get().to(certificates::archive))
        .route(FOLLOWED, web::get().to(followed))
        // files
        .route("/static/stand/{hash}/{name}", web::get().to(assets::file))
        .route("/favicon.ico", web::get().to(assets::favicon))
        .default_service(web::to(start_page::not_found));
}

/// Only a client that follows redirects of the token or person address comes here.
async fn followed(stand: web::Data<Stand>) -> HttpResponse {
    stand.switches.count_followed_redirect();
    HttpResponse::NoContent().finish()
}

/// The headers of every answer. `form-action` lists the relying parties, for browsers check it along the
/// redirects that answer a form.
pub(super) async fn secure(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let policy = request.app_data::<web::Data<Stand>>().map(|stand| stand.content_security_policy.clone());
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let mut set =
        |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // `no-referrer` makes browsers hide the origin of our own forms, which the panel asks for.
    set(header::REFERRER_POLICY, "same-origin");
    if let Some(policy) = policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}
