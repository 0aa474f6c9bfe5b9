//! Takes the callback: binds it to the browser that began, claims the trip once, asks ESIA with no
//! transaction open, records the result. A repeat by the same browser gets the recorded result.

use super::authorization_request::seal_identity;
use super::begin::cookie_name;
use super::callback::{Answer, Callback};
use super::{AuthorizationRequest, Federation, Outcome, Purpose, RequestState};
use crate::audit::{self, Actor, AttemptEvent, RequestMeta};
use crate::error_code::OutcomeCode;
use crate::esia::{AuthorizationCode, CallbackError, EsiaErrorKind};
use crate::identity::VerifiedIdentity;
use crate::linking::name_match::MatchFacts;
use crate::linking::policy::Decision;
use crate::platform::clock::Timestamp;
use crate::platform::secret::{Digest, Token};
use crate::sign_in::with_esia::Arrival;
use crate::sign_in::{BrowserSession, EsiaSignInResult, SessionStage, VisitingBrowser};
use crate::store::{Db, StoreError, authorization_requests};

/// The browser that came back.
#[derive(Clone, Debug)]
pub struct Returning {
    /// Its live session, if it has one.
    pub session: Option<BrowserSession>,
    /// Long-lived browser cookie, place in words.
    pub browser: VisitingBrowser,
    /// For the audit.
    pub meta: RequestMeta,
}

/// Where the browser goes now.
#[derive(Clone, Debug)]
pub enum Landing {
    /// To the comparison.
    Confirm {
        /// The trip.
        reference: String,
    },
    /// To the page of success: linked, now or before.
    Linked {
        /// The trip.
        reference: String,
    },
    /// Signed in under this session token; to the journal or, with several profiles, to the chooser.
    SignedIn {
        /// The session's token.
        token: Token,
        /// Whether a profile has to be chosen first.
        choose: bool,
        /// Name of the page that the sign-in was for.
        next_page: String,
    },
    /// To a page that says why not.
    Outcome {
        /// The code.
        code: OutcomeCode,
        /// What support may ask for; none where the trip is not this browser's.
        reference: Option<String>,
    },
    /// Nothing to do here any more: to the start page.
    Home,
}

/// Pause between looks at a trip that another callback is exchanging.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(50);

impl Federation {
    /// Completes a trip. `cookie` reads a cookie by its name without the deployment's prefix.
    ///
    /// # Errors
    /// The database's; the trip can be repeated then.
    pub async fn complete(
        &self,
        query: &str,
        cookie: impl Fn(&str) -> Option<Token>,
        returning: Returning,
    ) -> Result<Landing, StoreError> {
        let lost = Landing::Outcome { code: OutcomeCode::StateLost, reference: None };
        let Ok(Callback { state, answer }) = Callback::parse(query) else {
            return Ok(lost);
        };
        let digest = Digest::of(state.as_bytes());
        let found = self.store.read(move |db| authorization_requests::find_by_state(db, digest)).await?;
        // The binding to the browser comes before everything else: a stranger changes nothing, learns nothing.
        let (Some(request), Some(cookie)) = (found, cookie(&cookie_name(&state))) else {
            return Ok(lost);
        };
        if request.cookie_digest != cookie.digest() {
            return Ok(lost);
        }
        let trip = Trip { request, cookie, state, returning };
        if let Some(landing) = self.already_over(&trip).await? {
            return Ok(landing);
        }
        if let Some(code) = self.refusal_before_exchange(&trip, &answer) {
            return self.close_refused(trip, code).await;
        }
        let Answer::Code(code) = answer else {
            return self.close_refused(trip, OutcomeCode::Unavailable).await;
        };
        let (id, now) = (trip.request.id, self.clock.now());
        if !self.store.write_statement(move |db| authorization_requests::claim(db, id, now)).await? {
            return self.wait_for_result(trip).await;
        }
        self.exchange(trip, code).await
    }

    /// The landing of a trip that has its result, or is being completed by a twin of this callback.
    async fn already_over(&self, trip: &Trip) -> Result<Option<Landing>, StoreError> {
        match &trip.request.state {
            RequestState::Pending => Ok(None),
            RequestState::Exchanging { .. } => self.wait_for_result(trip.clone()).await.map(Some),
            RequestState::Verified { .. } | RequestState::Closed { .. } => {
                self.recorded(trip).await.map(Some)
            }
        }
    }

    /// What stands against asking ESIA at all.
    fn refusal_before_exchange(&self, trip: &Trip, answer: &Answer) -> Option<OutcomeCode> {
        if trip.request.connection != self.esia.connection() {
            return Some(OutcomeCode::StateLost);
        }
        if trip.request.is_expired(self.clock.now()) {
            return Some(OutcomeCode::Expired);
        }
        if let Purpose::Link { session, profile } = trip.request.purpose {
            let current = trip.returning.session.as_ref();
            let same =
                current.is_some_and(|current| current.id == session && current.profile == Some(profile));
            if !same {
                return Some(OutcomeCode::AnotherSession);
            }
        }
        match answer {
            Answer::Code(_) => None,
            Answer::Error(error) => Some(outcome_of_refusal(*error)),
        }
    }

    /// Asks ESIA and records what comes of it.
    async fn exchange(&self, trip: Trip, code: AuthorizationCode) -> Result<Landing, StoreError> {
        match self.esia.identify(&code, trip.request.created_at).await {
            Ok(identity) => match trip.request.purpose {
                Purpose::Link { .. } => self.complete_link(trip, identity).await,
                Purpose::SignIn => self.complete_sign_in(trip, identity).await,
            },
            Err(error) => {
                tracing::warn!(reference = trip.request.reference, %error, "ESIA did not vouch for a person");
                self.close_refused(trip, outcome_of_error(error.kind())).await
            }
        }
    }

    async fn complete_link(&self, trip: Trip, identity: VerifiedIdentity) -> Result<Landing, StoreError> {
        let Purpose::Link { profile, .. } = trip.request.purpose else {
            return self.close_refused(trip, OutcomeCode::StateLost).await;
        };
        let linking_only =
            trip.returning.session.as_ref().is_some_and(|session| session.stage == SessionStage::LinkingOnly);
        let (this, kept) = (self.clone(), trip.clone());
        let sealed = seal_identity(&self.keys, &trip.request.reference, &identity);
        let landed = self
            .store
            .write(move |db| {
                let now = this.clock.now();
                let request = &kept.request;
                let assessed = this.linking.assess(db, profile, &identity, linking_only, now)?;
                match assessed.decision {
                    Decision::Confirm { .. } => {
                        let kept = authorization_requests::keep_identity(db, request.id, &sealed)?;
                        return Ok(kept.then(|| Landing::Confirm { reference: request.reference.clone() }));
                    }
                    Decision::AlreadyLinked => {
                        authorization_requests::close(db, request.id, Outcome::LinkedAlready, None, now)?;
                    }
                    Decision::Refuse(code) => {
                        if code == OutcomeCode::AlreadyLinkedOther {
                            this.linking.warn_holders(db, &identity, now)?;
                        }
                        let outcome = Outcome::refusal(code, identity.level);
                        this.refuse(db, &kept, outcome, assessed.matched, now)?;
                    }
                }
                Ok(None)
            })
            .await?;
        self.linking.outbox.wake();
        self.landing(landed, trip).await
    }

    async fn complete_sign_in(&self, trip: Trip, identity: VerifiedIdentity) -> Result<Landing, StoreError> {
        let (this, kept) = (self.clone(), trip.clone());
        let token = self.session_token(&trip);
        let landed = self
            .store
            .write(move |db| {
                let now = this.clock.now();
                let id = kept.request.id;
                let arrival = Arrival {
                    identity: &identity,
                    shared_computer: kept.request.shared_computer,
                    token: &token,
                    previous: kept.returning.session.as_ref().map(|session| session.id),
                    browser: &kept.returning.browser,
                    meta: &kept.returning.meta,
                };
                let (outcome, session) = match this.sign_in.begin_in(db, &arrival, now)? {
                    EsiaSignInResult::SignedIn(session) => (Outcome::SignedIn, session),
                    EsiaSignInResult::Choose(session) => (Outcome::Choose, session),
                    EsiaSignInResult::Refused(code) => {
                        this.refuse(db, &kept, Outcome::refusal(code, identity.level), None, now)?;
                        return Ok(None);
                    }
                };
                let closed = authorization_requests::close(db, id, outcome, Some(session), now)?;
                Ok(closed.then(|| Landing::SignedIn {
                    token: token.clone(),
                    choose: outcome == Outcome::Choose,
                    next_page: kept.request.next_page.clone(),
                }))
            })
            .await?;
        self.linking.outbox.wake();
        self.landing(landed, trip).await
    }

    /// Where this callback has brought the trip, or, if a twin was faster, what the twin has recorded.
    async fn landing(&self, landed: Option<Landing>, trip: Trip) -> Result<Landing, StoreError> {
        match landed {
            Some(landing) => Ok(landing),
            None => self.recorded_anew(trip).await,
        }
    }

    /// Waits until the callback that claimed the trip has recorded its result.
    async fn wait_for_result(&self, mut trip: Trip) -> Result<Landing, StoreError> {
        let deadline = tokio::time::Instant::now() + self.patience;
        loop {
            trip = self.reload(trip).await?;
            let cut_off = match trip.request.state {
                RequestState::Exchanging { claimed_at } => {
                    let patience = chrono::Duration::from_std(self.patience).unwrap_or_default();
                    self.clock.now() > claimed_at + patience || tokio::time::Instant::now() > deadline
                }
                RequestState::Pending => true,
                RequestState::Verified { .. } | RequestState::Closed { .. } => {
                    return self.recorded(&trip).await;
                }
            };
            if cut_off {
                return self.close_refused(trip, OutcomeCode::Unavailable).await;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn close_refused(&self, trip: Trip, code: OutcomeCode) -> Result<Landing, StoreError> {
        let (this, kept) = (self.clone(), trip.clone());
        let refuse =
            move |db: &mut Db| this.refuse(db, &kept, Outcome::Refused(code), None, this.clock.now());
        self.store.write(refuse).await?;
        self.recorded_anew(trip).await
    }

    /// Closes the trip with a refusal and records it; a twin that was faster keeps its result.
    fn refuse(
        &self,
        db: &mut Db,
        trip: &Trip,
        outcome: Outcome,
        matched: Option<MatchFacts>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let code = outcome.code().unwrap_or(OutcomeCode::StateLost);
        if authorization_requests::close(db, trip.request.id, outcome, None, now)? {
            let profile = match trip.request.purpose {
                Purpose::Link { profile, .. } => Some(profile),
                Purpose::SignIn => None,
            };
            let reference = trip.request.reference.clone();
            let event = AttemptEvent::Refused { reference, code: code.number(), matched };
            audit::record(db, now, event, Actor::Anonymous, profile, &trip.returning.meta)?;
        }
        Ok(())
    }

    async fn recorded_anew(&self, trip: Trip) -> Result<Landing, StoreError> {
        let trip = self.reload(trip).await?;
        self.recorded(&trip).await
    }

    async fn reload(&self, mut trip: Trip) -> Result<Trip, StoreError> {
        let reference = trip.request.reference.clone();
        let found =
            self.store.read(move |db| authorization_requests::find_by_reference(db, &reference)).await?;
        trip.request = found.ok_or(StoreError::Corrupt("authorization_requests: the trip has gone"))?;
        Ok(trip)
    }

    /// The landing that the recorded result asks for.
    async fn recorded(&self, trip: &Trip) -> Result<Landing, StoreError> {
        let reference = trip.request.reference.clone();
        let lost = Landing::Outcome { code: OutcomeCode::StateLost, reference: Some(reference.clone()) };
        Ok(match &trip.request.state {
            RequestState::Verified { .. } => Landing::Confirm { reference },
            RequestState::Closed { outcome, session } => match outcome {
                Outcome::Linked | Outcome::LinkedAlready => Landing::Linked { reference },
                Outcome::Refused(code) => Landing::Outcome { code: *code, reference: Some(reference) },
                Outcome::LevelLow(_) => {
                    Landing::Outcome { code: OutcomeCode::LevelLow, reference: Some(reference) }
                }
                Outcome::SignedIn | Outcome::Choose => {
                    let token = self.session_token(trip);
                    let live = self.linking.sessions.find_live(&token).await?;
                    match (live, &trip.returning.session) {
                        (Some(live), _) if Some(live.id) == *session => Landing::SignedIn {
                            token,
                            choose: live.stage == SessionStage::Choosing,
                            next_page: trip.request.next_page.clone(),
                        },
                        // The session went on under another token: the browser is where it wanted to be.
                        (_, Some(_)) => Landing::Home,
                        _ => lost,
                    }
                }
                Outcome::Withdrawn => lost,
            },
            RequestState::Pending | RequestState::Exchanging { .. } => lost,
        })
    }

    /// The token of the session that this trip begins. Derived from two secrets that only the beginning
    /// browser has, so that a repeat of the callback, whose first answer the browser may never have seen,
    /// gives the same session instead of an error; stored nowhere.
    fn session_token(&self, trip: &Trip) -> Token {
        let parts: [&[u8]; 3] =
            [b"session of a trip", trip.cookie.expose().as_bytes(), trip.state.as_bytes()];
        Token::from_bytes(&self.keys.forms.code(&parts))
    }
}

/// A callback bound to its trip.
#[derive(Clone)]
struct Trip {
    request: AuthorizationRequest,
    cookie: Token,
    state: String,
    returning: Returning,
}

/// The page for what ESIA says in the redirect.
fn outcome_of_refusal(error: CallbackError) -> OutcomeCode {
    match error {
        CallbackError::Refused => OutcomeCode::Refused,
        CallbackError::LevelLow => OutcomeCode::LevelLow,
        CallbackError::OrganisationAccount => OutcomeCode::OrgAccount,
        CallbackError::InvalidGrant => OutcomeCode::Expired,
        CallbackError::Unavailable | CallbackError::Other => OutcomeCode::Unavailable,
        CallbackError::OurFault => OutcomeCode::OurKeyRejected,
    }
}

/// The page for a failed exchange.
fn outcome_of_error(kind: EsiaErrorKind) -> OutcomeCode {
    match kind {
        EsiaErrorKind::Unavailable => OutcomeCode::Unavailable,
        EsiaErrorKind::NotTrusted | EsiaErrorKind::AccountClosed => OutcomeCode::BadSignature,
        EsiaErrorKind::OurFault => OutcomeCode::OurKeyRejected,
        EsiaErrorKind::InvalidGrant => OutcomeCode::Expired,
        EsiaErrorKind::LevelLow => OutcomeCode::LevelLow,
        EsiaErrorKind::OrganisationAccount => OutcomeCode::OrgAccount,
    }
}
