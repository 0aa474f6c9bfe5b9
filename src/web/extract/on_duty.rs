//! An operator at work. Deny by default in this one place (`docs/security.md`, T36–T39): every handler of
//! the helpdesk takes its operator from here, and here the table of rights is asked.

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::csrf_form::receive;
use super::request_facts;
use crate::access::{Operator, OperatorSession, OperatorSessions, OperatorStage};
use crate::audit::RequestMeta;
use crate::sign_in::form_token::FormOwner;
use crate::web::cookies;
use crate::web::display::Display;
use crate::web::error_page::PageError;
use crate::web::helpdesk::prove::{self, KeptForm};
use crate::web::helpdesk::rights::Proof;
use crate::web::helpdesk::{Desk, Place, Section, rights, steps};
use crate::web::middleware::refusals::AtWork;
use crate::web::page::Page;
use crate::web::site::Site;

/// An operator who may do what the route is for. Where, their area says, in the queries themselves.
///
/// Without a session the answer leads to the sign-in, with a proof too old for the route to a fresh one, and
/// from there back; without the right, or on a route without its row, it is the page of a missing thing.
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
/// here, so that the two cannot differ. A form that comes with too old a proof is kept on the page that asks
/// for a fresh one.
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
        Box::pin(async move {
            let (on_duty, proof) = admit(&request).await?;
            match proof {
                Asked::Nothing => Ok(on_duty),
                Asked::Proof | Asked::ProofAndNothingKept => {
                    Err(PageError::OperatorProofFirst(Place::of_path(request.path())))
                }
            }
        })
    }
}

/// What the request still lacks.
enum Asked {
    Nothing,
    Proof,
    ProofAndNothingKept,
}

async fn admit(request: &HttpRequest) -> Result<(OnDuty, Asked), PageError> {
    let pattern = request.match_pattern().unwrap_or_default();
    let Some((permission, proof)) = rights::needed(request.method(), &pattern) else {
        tracing::error!(pattern, "a route of the helpdesk has no row in the table of rights");
        return Err(PageError::NotFound);
    };
    let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
    let sessions = request.app_data::<Data<OperatorSessions>>().ok_or(PageError::Internal)?;
    let live = match site.cookies.token(request, cookies::OPERATOR) {
        Some(token) => sessions.find_live(&token).await?,
        None => None,
    };
    if live.as_ref().is_some_and(|(session, _)| session.stage != OperatorStage::Full) {
        return Err(PageError::OperatorStep(steps::CODE, Place::of_path(request.path())));
    }
    let Some((session, operator)) = live else {
        return Err(PageError::OperatorSignInFirst(Place::of_path(request.path())));
    };
    let meta = request_facts::meta(request, site);
    request.extensions_mut().insert(AtWork { operator: operator.id, meta: meta.clone() });
    if !operator.may(permission) {
        return Err(PageError::NotFound);
    }
    let asked = match proof {
        Proof::Fresh if !sessions.is_fresh(&session) => Asked::Proof,
        Proof::FreshAndNothingKept if !sessions.is_fresh(&session) => Asked::ProofAndNothingKept,
        Proof::Session | Proof::Fresh | Proof::FreshAndNothingKept => Asked::Nothing,
    };
    let display = site.cookies.value(request, cookies::DISPLAY).map(|value| Display::from_cookie(&value));
    let on_duty = OnDuty {
        operator,
        session,
        user_agent: request_facts::user_agent(request),
        meta,
        display: display.unwrap_or_default(),
        idle_seconds: sessions.idle_seconds(),
        section: Section::of_path(request.path()),
    };
    Ok((on_duty, asked))
}

impl<T: DeserializeOwned + 'static> FromRequest for OperatorForm<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let (on_duty, asked) = admit(&request).await?;
            let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
            let owner = Some(FormOwner::Operator(&on_duty.session.token_digest));
            match asked {
                Asked::Nothing => {
                    let fields = receive(&request, &mut payload, site, owner).await?;
                    Ok(Self { on_duty, fields })
                }
                Asked::Proof => {
                    let fields = receive(&request, &mut payload, site, owner).await?;
                    let kept = KeptForm { path: request.path().to_owned(), fields };
                    let page = prove::ask_and_keep(&request, &on_duty, site, &kept).await?;
                    Err(InternalError::from_response("a fresh proof is needed", page).into())
                }
                Asked::ProofAndNothingKept => {
                    let place = Place::of_path(request.path());
                    Err(PageError::OperatorProofFirst(place).into())
                }
            }
        })
    }
}
