//! People with a session that may do what the page is for.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::Visitor;
use crate::directory::Profile;
use crate::sign_in::{BrowserSession, SessionStage};
use crate::web::error_page::PageError;
use crate::web::page::{Page, SignedInUser};
use crate::web::paths;
use crate::web::site::Site;

/// A person with a full session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The visitor behind it.
    pub visitor: Visitor,
    /// The session.
    pub session: BrowserSession,
    /// The profile.
    pub profile: Profile,
}

/// A person who may link: with a full session, or one of the linking-only door. Only the pages of linking
/// ask for it (`docs/security.md`, T35).
#[derive(Clone, Debug)]
pub struct Linker(pub SignedIn);

/// A person who must choose a password first: an operator handed out the one they came with.
#[derive(Clone, Debug)]
pub struct PasswordChooser(pub SignedIn);

impl PasswordChooser {
    /// The person behind the form of the new password.
    ///
    /// # Errors
    /// Where to go instead.
    pub fn of(visitor: Visitor) -> Result<Self, PageError> {
        match visitor.session.clone() {
            Some((session, Some(profile))) if session.stage == SessionStage::NewPassword => {
                Ok(Self(SignedIn { visitor, session, profile }))
            }
            // Done already, or another session.
            _ => Err(PageError::SignInFirst(paths::Next::Settings)),
        }
    }
}

impl FromRequest for PasswordChooser {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visitor = Visitor::from_request(request, payload);
        Box::pin(async move { Self::of(visitor.await?) })
    }
}

impl SignedIn {
    /// The person behind a form, if their session may do what the form is for.
    ///
    /// # Errors
    /// Where to go first.
    pub fn of(visitor: Visitor, next: paths::Next) -> Result<Self, PageError> {
        admit(visitor, next, false)
    }

    /// The common part of a page of theirs.
    pub fn page(&self, site: &Site) -> Page {
        let user = header(&self.visitor, &self.session, &self.profile, site);
        Page { user: Some(user), ..self.visitor.page(site) }
    }
}

/// What the header of a page says of whoever is signed in.
pub fn header(visitor: &Visitor, session: &BrowserSession, profile: &Profile, site: &Site) -> SignedInUser {
    let organisation = site.catalog.snapshot().organisation(profile.organisation);
    SignedInUser {
        name: profile.name.with_initials(),
        organisation: organisation.map(|found| found.short_name).unwrap_or_default(),
        other_profiles: visitor.opens_another,
        on_settings: false,
        idle_seconds: session.idle.num_seconds().unsigned_abs(),
    }
}

/// The common part of a page that anybody may see, with the header of whoever is signed in.
pub fn page_for_anybody(visitor: &Visitor, site: &Site) -> Page {
    let mut page = visitor.page(site);
    if let Some((session, Some(profile))) = &visitor.session {
        page.user = Some(header(visitor, session, profile, site));
    }
    page
}

impl Linker {
    /// The person behind a form of linking.
    ///
    /// # Errors
    /// Where to go first.
    pub fn of(visitor: Visitor, next: paths::Next) -> Result<Self, PageError> {
        admit(visitor, next, true).map(Self)
    }
}

impl FromRequest for SignedIn {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visitor = Visitor::from_request(request, payload);
        let next = paths::Next::from_path(request.path());
        Box::pin(async move { admit(visitor.await?, next, false) })
    }
}

impl FromRequest for Linker {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visitor = Visitor::from_request(request, payload);
        // A trip is of its session: after a new sign-in it begins anew, whichever of its pages was asked for.
        Box::pin(async move { admit(visitor.await?, paths::Next::Link, true).map(Self) })
    }
}

fn admit(mut visitor: Visitor, next: paths::Next, linking: bool) -> Result<SignedIn, PageError> {
    let Some((session, profile)) = visitor.session.clone() else {
        return Err(PageError::SignInFirst(next));
    };
    match (session.stage, profile) {
        (SessionStage::Choosing, _) | (_, None) => Err(PageError::ChooseFirst),
        (SessionStage::NewPassword, _) => Err(PageError::PasswordFirst),
        (SessionStage::LinkingOnly, _) if !linking => Err(PageError::LinkFirst),
        (_, Some(profile)) => {
            visitor.session_ended = false;
            Ok(SignedIn { visitor, session, profile })
        }
    }
}
