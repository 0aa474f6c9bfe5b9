//! What the confirmation page shows: both identities side by side and what may be done.

use super::Linking;
use super::assess::Assessment;
use crate::error_code::OutcomeCode;
use crate::federation::{AuthorizationRequest, Outcome, Purpose, RequestState};
use crate::identity::VerifiedIdentity;
use crate::sign_in::{BrowserSession, SessionStage};
use crate::store::{StoreError, authorization_requests};

/// What lies behind `/settings/link/confirm`.
#[derive(Clone, Debug)]
pub enum Preview {
    /// The person has to decide.
    Open {
        /// The trip.
        request: Box<AuthorizationRequest>,
        /// What ESIA vouched for.
        identity: Box<VerifiedIdentity>,
        /// The journal's side and the decision.
        assessment: Box<Assessment>,
    },
    /// The trip is over; this is its recorded result.
    Over(Outcome),
}

impl Linking {
    /// Reads a trip that waits for confirmation by this session.
    ///
    /// # Errors
    /// The database's.
    pub async fn preview(&self, session: &BrowserSession, reference: String) -> Result<Preview, StoreError> {
        let (this, session) = (self.clone(), session.clone());
        self.store
            .read(move |db| {
                let now = this.clock.now();
                let request = authorization_requests::find_by_reference(db, &reference)?;
                let request = match request.map(|request| confirmable(&session, request)) {
                    Some(Ok(request)) if request.is_expired(now) => {
                        return Ok(Preview::Over(Outcome::Refused(OutcomeCode::Expired)));
                    }
                    Some(Ok(request)) => request,
                    Some(Err(outcome)) => return Ok(Preview::Over(outcome)),
                    None => return Ok(Preview::Over(Outcome::Refused(OutcomeCode::StateLost))),
                };
                let Ok(identity) = request.identity(&this.keys) else {
                    return Ok(Preview::Over(Outcome::Refused(OutcomeCode::StateLost)));
                };
                let (profile, linking_only) = subject_of(&request, &session);
                let assessment = this.assess(db, profile, &identity, linking_only, now)?;
                Ok(Preview::Open {
                    request: Box::new(request),
                    identity: Box::new(identity),
                    assessment: Box::new(assessment),
                })
            })
            .await
    }
}

impl Linking {
    /// The recorded end of a trip, for its problem page; none while it is open or unknown.
    ///
    /// # Errors
    /// The database's.
    pub async fn recorded_outcome(&self, reference: String) -> Result<Option<Outcome>, StoreError> {
        let found =
            self.store.read(move |db| authorization_requests::find_by_reference(db, &reference)).await?;
        Ok(found.and_then(|request| match request.state {
            RequestState::Closed { outcome, .. } => Some(outcome),
            _ => None,
        }))
    }
}

/// The trip, if this session may confirm it; otherwise what to show instead.
pub(super) fn confirmable(
    session: &BrowserSession,
    request: AuthorizationRequest,
) -> Result<AuthorizationRequest, Outcome> {
    match (&request.purpose, &request.state) {
        (Purpose::SignIn, _) => Err(Outcome::Refused(OutcomeCode::StateLost)),
        (Purpose::Link { session: begun_by, profile }, _)
            if *begun_by != session.id || Some(*profile) != session.profile =>
        {
            Err(Outcome::Refused(OutcomeCode::AnotherSession))
        }
        (_, RequestState::Closed { outcome, .. }) => Err(*outcome),
        (_, RequestState::Verified { .. }) => Ok(request),
        (_, RequestState::Pending | RequestState::Exchanging { .. }) => {
            Err(Outcome::Refused(OutcomeCode::StateLost))
        }
    }
}

/// Profile of a link request, and whether the session may do nothing but link.
pub(super) fn subject_of(
    request: &AuthorizationRequest,
    session: &BrowserSession,
) -> (crate::directory::ProfileId, bool) {
    let profile = match request.purpose {
        Purpose::Link { profile, .. } => profile,
        // Not reachable after `confirmable`; an id that belongs to nobody keeps it harmless.
        Purpose::SignIn => crate::directory::ProfileId(0),
    };
    (profile, session.stage == SessionStage::LinkingOnly)
}
