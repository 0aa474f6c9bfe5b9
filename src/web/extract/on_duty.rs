//! An operator at work. Deny by default in this one place (`docs/security.md`, T37–T39): every handler of
//! the helpdesk takes its operator from here, and here the table of rights is asked.

use actix_web::dev::Payload;
use actix_web::web::{Data, Form};
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::csrf_form::{WithToken, arrive};
use super::request_facts;
use crate::access::{Operator, OperatorSession, OperatorSessions, OperatorStage};
use crate::audit::RequestMeta;
use crate::sign_in::form_token::FormOwner;
use crate::web::cookies;
use crate::web::display::Display;
use crate::web::error_page::PageError;
use crate::web::helpdesk::{Desk, Section, rights, steps};
use crate::web::page::Page;
use crate::web::site::Site;

/// An operator who may do what the route is for. Where, their area says, in the queries themselves.
///
/// Without a session the answer leads to the sign-in; without the right, or on a route without its row, it
/// is the page of a missing thing.
#[derive(Clone, Debug)]
pub struct OnDuty {
    /// The operator as they are at this request.
    pub operator: Operator,
    /// The session.
    pub session: OperatorSession,
    /// Browser and system.
    pub user_agent: String,
    /// For the audit.
    pub meta: RequestMeta,
    /// Display settings.
    pub display: Display,
    idle_seconds: u64,
    section: Section,
}

/// A form of an operator's own: its token is bound to their session. The handler takes who that is from
/// here, so that the two cannot differ.
#[derive(Debug)]
pub struct OperatorForm<T> {
    /// Who sent it.
    pub on_duty: OnDuty,
    /// The fields.
    pub fields: T,
}

impl OnDuty {
    /// The common part of a page, with the form token of this session.
    pub fn page(&self, site: &Site) -> Page {
        Page {
            contacts: site.contacts.clone(),
            display: self.display,
            csrf: site.form_tokens.issue(FormOwner::Operator(&self.session.token_digest)),
            demo: site.demo,
            ..Page::default()
        }
    }

    /// Header and navigation of a page of the helpdesk.
    pub fn desk(&self, site: &Site) -> Desk {
        Desk::new(&self.operator, self.section, self.idle_seconds, &site.catalog.snapshot())
    }
}

impl FromRequest for OnDuty {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { admit(&request).await })
    }
}

async fn admit(request: &HttpRequest) -> Result<OnDuty, PageError> {
    let pattern = request.match_pattern().unwrap_or_default();
    let Some(permission) = rights::needed(request.method(), &pattern) else {
        tracing::error!(pattern, "a route of the helpdesk has no row in the table of rights");
        return Err(PageError::NotFound);
    };
    let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
    let sessions = request.app_data::<Data<OperatorSessions>>().ok_or(PageError::Internal)?;
    let section = Section::of_path(request.path());
    let live = match site.cookies.token(request, cookies::OPERATOR) {
        Some(token) => sessions.find_live(&token).await?,
        None => None,
    };
    if live.as_ref().is_some_and(|(session, _)| session.stage != OperatorStage::Full) {
        return Err(PageError::OperatorStep(steps::CODE));
    }
    let Some((session, operator)) = live else {
        return Err(PageError::OperatorSignInFirst(section));
    };
    if !operator.may(permission) {
        return Err(PageError::NotFound);
    }
    let display = site.cookies.value(request, cookies::DISPLAY).map(|value| Display::from_cookie(&value));
    Ok(OnDuty {
        operator,
        session,
        user_agent: request_facts::user_agent(request),
        meta: request_facts::meta(request, site),
        display: display.unwrap_or_default(),
        idle_seconds: sessions.idle_seconds(),
        section,
    })
}

impl<T: DeserializeOwned + 'static> FromRequest for OperatorForm<T> {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = Form::<WithToken<T>>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let on_duty = admit(&request).await?;
            let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
            let WithToken { csrf, fields } = arrive(form).await?;
            let owner = FormOwner::Operator(&on_duty.session.token_digest);
            if site.form_tokens.verify(owner, &csrf) {
                Ok(Self { on_duty, fields })
            } else {
                Err(PageError::StaleForm)
            }
        })
    }
}
