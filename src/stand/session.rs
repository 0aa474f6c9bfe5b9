//! The browser at the other end: its session cookie and its form token.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, HttpResponse, http::header};
use subtle::ConstantTimeEq;

use super::Stand;
use super::parameters::Parameters;
use super::state::{Session, SignedIn};

/// Name of the stand's cookie.
pub const SESSION_COOKIE: &str = "stand_session";

/// A browser with its session; one that had none, or an unknown one, gets a new one.
pub(super) struct Visitor {
    session: Session,
    fresh: bool,
    secure: bool,
}

impl Visitor {
    pub fn of(request: &HttpRequest, stand: &Stand) -> Self {
        let key = request.cookie(SESSION_COOKIE);
        let known = key.and_then(|cookie| stand.state.find_session(cookie.value(), stand.now()));
        let fresh = known.is_none();
        let session = known.unwrap_or_else(|| stand.state.open_session(stand.now()));
        Self { session, fresh, secure: stand.url.scheme() == "https" }
    }

    /// The same browser under a new session.
    pub fn renewed(&self, session: Session) -> Self {
        Self { session, fresh: true, secure: self.secure }
    }

    pub fn key(&self) -> &str {
        &self.session.key
    }

    pub fn form_token(&self) -> &str {
        &self.session.form_token
    }

    pub fn signed_in(&self) -> Option<&SignedIn> {
        self.session.signed_in.as_ref()
    }

    /// Did this form come from a page we gave this browser?
    pub fn sent(&self, form: &Parameters) -> bool {
        self.session.form_token.as_bytes().ct_eq(form.get("csrf").as_bytes()).into()
    }

    /// Sets the cookie if the session is new. Lax, for people arrive from the relying party's site.
    pub fn remember(&self, mut response: HttpResponse) -> HttpResponse {
        if self.fresh {
            let cookie = Cookie::build(SESSION_COOKIE, self.key())
                .path("/")
                .http_only(true)
                .same_site(SameSite::Lax)
                .secure(self.secure)
                .finish();
            if response.add_cookie(&cookie).is_err() {
                tracing::error!("the session cookie cannot be set");
            }
        }
        response
    }
}

/// Redirect that answers a GET.
pub(super) fn found(address: &str) -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, address)).finish()
}

/// Redirect that answers a POST.
pub(super) fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}
