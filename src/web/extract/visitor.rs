//! Whoever sends the request: a browser, perhaps with a live session.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::request_facts;
use crate::audit::RequestMeta;
use crate::directory::Profile;
use crate::platform::secret::{Digest, Token};
use crate::sign_in::form_token::FormOwner;
use crate::sign_in::{BrowserSession, Sessions, VisitingBrowser};
use crate::web::cookies;
use crate::web::display::Display;
use crate::web::error_page::PageError;
use crate::web::page::Page;
use crate::web::site::Site;

/// A visitor, with everything a page needs to know of them.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The live session and its profile (none while choosing).
    pub session: Option<(BrowserSession, Option<Profile>)>,
    /// Whether the person may switch to another profile.
    pub opens_another: bool,
    /// Whether the browser sent a session cookie that no longer works.
    pub session_ended: bool,
    /// The long-lived browser token; made now if the browser had none.
    pub browser: Token,
    /// Whether it has to be set.
    pub browser_is_new: bool,
    /// Browser and system.
    pub user_agent: String,
    /// For the audit.
    pub meta: RequestMeta,
    /// Display settings.
    pub display: Display,
}

impl Visitor {
    /// The common part of a page, with the form token of this visitor.
    pub fn page(&self, site: &Site) -> Page {
        Page {
            contacts: site.contacts.clone(),
            display: self.display,
            csrf: self.form_token(site),
            demo: site.demo,
            ..Page::default()
        }
    }

    /// Token for forms: bound to the session, or, before sign-in, to the browser.
    pub fn form_token(&self, site: &Site) -> String {
        match &self.session {
            Some((session, _)) => site.form_tokens.issue(FormOwner::Session(session)),
            None => site.form_tokens.issue(FormOwner::Visitor(&self.browser.digest())),
        }
    }

    /// Whose this visitor's forms are; nobody's for a browser that has come without its token. `browser` is
    /// the token's digest.
    pub fn form_owner<'a>(&'a self, browser: &'a Digest) -> Option<FormOwner<'a>> {
        match &self.session {
            Some((session, _)) => Some(FormOwner::Session(session)),
            None => (!self.browser_is_new).then_some(FormOwner::Visitor(browser)),
        }
    }

    /// The browser, for sign-in.
    pub fn browser(&self) -> VisitingBrowser {
        VisitingBrowser::new(self.browser.digest(), &self.user_agent)
    }
}

impl FromRequest for Visitor {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { load(&request).await })
    }
}

async fn load(request: &HttpRequest) -> Result<Visitor, PageError> {
    let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
    let sessions = request.app_data::<Data<Sessions>>().ok_or(PageError::Internal)?;
    let token = site.cookies.token(request, cookies::SESSION);
    let live = match &token {
        Some(token) => sessions.find_live_with_profile(token).await?,
        None => None,
    };
    let known = site.cookies.token(request, cookies::BROWSER);
    let display = site.cookies.value(request, cookies::DISPLAY).map(|value| Display::from_cookie(&value));
    Ok(Visitor {
        session_ended: token.is_some() && live.is_none(),
        opens_another: live.as_ref().is_some_and(|live| live.opens_another),
        session: live.map(|live| (live.session, live.profile)),
        browser_is_new: known.is_none(),
        browser: known.unwrap_or_else(Token::generate),
        user_agent: request_facts::user_agent(request),
        meta: request_facts::meta(request, site),
        display: display.unwrap_or_default(),
    })
}
