//! Names and attributes of our cookies (`docs/security.md`, T32).
//!
//! Under https every name has the `__Host-` prefix; on plain loopback (the demo) there is neither prefix
//! nor `Secure`, because not every browser keeps those there.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::federation::begin::COOKIE_PREFIX;
use crate::platform::secret::Token;

/// The session's token.
pub const SESSION: &str = "session";
/// The long-lived browser token.
pub const BROWSER: &str = "browser";
/// The remembered organisation.
pub const ORGANISATION: &str = "organisation";
/// The token of an operator's session: beside a person's own, never in its place.
pub const OPERATOR: &str = "privyazka-operator";
/// Display settings.
pub const DISPLAY: &str = "display";
/// This browser has been to ESIA and may still be signed in there.
pub const AT_ESIA: &str = "at-esia";

/// How long a browser is known: 400 days, the most that browsers keep.
const BROWSER_LIFE: Duration = Duration::days(400);

/// Makes and reads cookies as the deployment needs them.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    plain: bool,
}

impl Cookies {
    /// `plain` on plain-http loopback only.
    pub fn new(plain: bool) -> Self {
        Self { plain }
    }

    /// The full name of a cookie.
    pub fn name(self, name: &str) -> String {
        if self.plain { name.to_owned() } else { format!("__Host-{name}") }
    }

    /// A token from a cookie of the request; none unless it has the form of ours.
    pub fn token(self, request: &HttpRequest, name: &str) -> Option<Token> {
        self.value(request, name).and_then(|value| Token::parse(&value))
    }

    /// A cookie's value.
    pub fn value(self, request: &HttpRequest, name: &str) -> Option<String> {
        request.cookie(&self.name(name)).map(|cookie| cookie.value().to_owned())
    }

    /// The session's cookie; ends with the browser, the server ends it earlier.
    pub fn session(self, token: &Token) -> Cookie<'static> {
        self.make(SESSION, token.expose().to_owned(), None)
    }

    /// The cookie of an operator's session. Nothing leads an operator here from another site, so no other
    /// site's request carries it.
    pub fn operator(self, token: &Token) -> Cookie<'static> {
        let mut cookie = self.make(OPERATOR, token.expose().to_owned(), None);
        cookie.set_same_site(SameSite::Strict);
        cookie
    }

    /// The browser's cookie.
    pub fn browser(self, token: &Token) -> Cookie<'static> {
        self.make(BROWSER, token.expose().to_owned(), Some(BROWSER_LIFE))
    }

    /// The cookie of one trip to ESIA.
    pub fn attempt(self, name: &str, token: &Token, life: chrono::Duration) -> Cookie<'static> {
        self.make(name, token.expose().to_owned(), Some(Duration::seconds(life.num_seconds())))
    }

    /// The tokens of all trips that the browser still knows of.
    pub fn attempts(self, request: &HttpRequest) -> Vec<Token> {
        let begins = self.name(COOKIE_PREFIX);
        let all = request.cookies();
        let all = all.iter().flat_map(|cookies| cookies.iter());
        all.filter(|cookie| cookie.name().starts_with(&begins))
            .filter_map(|cookie| Token::parse(cookie.value()))
            .collect()
    }

    /// The note that this browser has been to ESIA; ends with the browser, as ESIA's own session does.
    pub fn at_esia(self) -> Cookie<'static> {
        self.make(AT_ESIA, "yes".to_owned(), None)
    }

    /// A cookie that the browser keeps for `days`.
    pub fn kept(self, name: &str, value: String, days: i64) -> Cookie<'static> {
        self.make(name, value, Some(Duration::days(days)))
    }

    /// Removes a cookie.
    pub fn removal(self, name: &str) -> Cookie<'static> {
        let mut cookie = self.make(name, String::new(), None);
        cookie.make_removal();
        cookie
    }

    fn make(self, name: &str, value: String, life: Option<Duration>) -> Cookie<'static> {
        let mut cookie = Cookie::build(self.name(name), value)
            .path("/")
            .http_only(true)
            .secure(!self.plain)
            // Strict would lose the cookie on the way back from ESIA.
            .same_site(SameSite::Lax)
            .finish();
        cookie.set_max_age(life);
        cookie
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t32_cookies_have_the_strictest_attributes_the_place_allows() {
        let token = Token::generate();
        for cookie in [
            Cookies::new(false).session(&token),
            Cookies::new(false).browser(&token),
            Cookies::new(false).attempt("attempt-1", &token, chrono::Duration::minutes(20)),
            Cookies::new(false).at_esia(),
            Cookies::new(false).kept(ORGANISATION, "1".into(), 180),
            Cookies::new(false).removal(SESSION),
        ] {
            let text = cookie.to_string();
            assert!(text.starts_with("__Host-"), "{text}");
            for attribute in ["HttpOnly", "Secure", "Path=/", "SameSite=Lax"] {
                assert!(text.contains(attribute), "{text}");
            }
            assert!(!text.contains("Domain"), "{text}");
        }
        let operator = Cookies::new(false).operator(&token).to_string();
        assert!(operator.starts_with("__Host-privyazka-operator="), "{operator}");
        for attribute in ["HttpOnly", "Secure", "Path=/", "SameSite=Strict"] {
            assert!(operator.contains(attribute), "{operator}");
        }
        let demo = Cookies::new(true).session(&token).to_string();
        assert!(
            demo.starts_with("session=") && !demo.contains("Secure") && demo.contains("HttpOnly"),
            "{demo}"
        );
    }
}
