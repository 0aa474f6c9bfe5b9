//! An operator whose sign-in is not done: the password was right, something else is still asked for.

use actix_web::dev::Payload;
use actix_web::web::{Data, Query};
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::Visitor;
use super::csrf_form::receive;
use crate::access::{Operator, OperatorSession, OperatorSessions, OperatorSignIn, OperatorStage, Visit};
use crate::sign_in::form_token::FormOwner;
use crate::sign_in::{SessionStage, Sessions, SignInWay};
use crate::web::cookies;
use crate::web::error_page::PageError;
use crate::web::helpdesk::login::NextQuery;
use crate::web::helpdesk::{Place, steps};
use crate::web::page::Page;
use crate::web::paths;
use crate::web::site::Site;

/// An operator at the step that the requested page is for. At any other step the answer leads there.
#[derive(Clone, Debug)]
pub struct SigningIn {
    /// The browser, which may have a session of the journal besides.
    pub visitor: Visitor,
    /// The operator.
    pub operator: Operator,
    /// The operator's session so far.
    pub session: OperatorSession,
    /// Whether this browser has just come in through Gosuslugi as the operator's own profile.
    pub through_esia: bool,
    /// Where the operator wants to be when it is done.
    pub next: Place,
}

/// A form of such a page; its token is bound to the operator's session.
#[derive(Debug)]
pub struct SigningInForm<T> {
    /// Who sent it.
    pub signing_in: SigningIn,
    /// The fields.
    pub fields: T,
}

impl SigningIn {
    /// The common part of a page, with the form token of this session.
    pub fn page(&self, site: &Site) -> Page {
        let csrf = site.form_tokens.issue(FormOwner::Operator(&self.session.token_digest));
        Page { csrf, ..self.visitor.page(site) }
    }

    /// The request behind the step.
    pub fn visit(&self) -> Visit {
        Visit { browser: self.visitor.browser.digest(), meta: self.visitor.meta.clone() }
    }
}

impl FromRequest for SigningIn {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { admit(&request).await })
    }
}

async fn admit(request: &HttpRequest) -> Result<SigningIn, PageError> {
    let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
    let next = Query::<NextQuery>::from_query(request.query_string());
    let next = next.map(|query| query.place()).unwrap_or_default();
    let sessions = request.app_data::<Data<OperatorSessions>>().ok_or(PageError::Internal)?;
    let service = request.app_data::<Data<OperatorSignIn>>().ok_or(PageError::Internal)?;
    let live = match site.cookies.token(request, cookies::OPERATOR) {
        Some(token) => sessions.find_live(&token).await?,
        None => None,
    };
    let Some((session, operator)) = live else {
        return Err(PageError::OperatorSignInFirst(next));
    };
    if session.stage == OperatorStage::Full {
        return Err(PageError::OperatorSignedIn(next));
    }
    let visitor = Visitor::from_request(request, &mut Payload::None).await?;
    let people = request.app_data::<Data<Sessions>>().ok_or(PageError::Internal)?;
    let through_esia = came_through_esia(&visitor, &operator, people);
    let step = service.find_step(&session, through_esia).await?;
    let step = step.map_or(paths::HELPDESK_LOGIN, |(_, step)| steps::path(step));
    if step != request.path() {
        return Err(PageError::OperatorStep(step, next));
    }
    Ok(SigningIn { visitor, operator, session, through_esia, next })
}

/// Whether the browser's journal session is that of the operator's own profile, begun through ESIA just now.
pub fn came_through_esia(visitor: &Visitor, operator: &Operator, people: &Sessions) -> bool {
    visitor.session.as_ref().is_some_and(|(session, profile)| {
        session.stage == SessionStage::Full
            && session.way == SignInWay::Esia
            && people.is_fresh(session)
            && profile.as_ref().is_some_and(|profile| Some(profile.id) == operator.profile)
    })
}

impl<T: DeserializeOwned + 'static> FromRequest for SigningInForm<T> {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let signing_in = admit(&request).await?;
            let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
            let owner = Some(FormOwner::Operator(&signing_in.session.token_digest));
            let fields = receive(&request, &mut payload, site, owner).await?;
            Ok(Self { signing_in, fields })
        })
    }
}
