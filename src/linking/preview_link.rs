//! What the confirmation page shows: both identities side by side and what may be done.

use super::assess::Assessment;
use super::{Link, Linking};
use crate::directory::ProfileId;
use crate::error_code::OutcomeCode;
use crate::federation::{AuthorizationRequest, Outcome, Purpose, RequestState};
use crate::identity::VerifiedIdentity;
use crate::platform::secret::Token;
use crate::sign_in::{BrowserSession, SessionStage};
use crate::store::{StoreError, authorization_requests, links};

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

/// What the page of success shows.
#[derive(Clone, Debug)]
pub struct AfterTrip {
    /// The link as it stands now, whatever came of the trip.
    pub link: Option<Link>,
    /// The recorded end of the trip, if it is one of this session's.
    pub outcome: Option<Outcome>,
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
                let (request, profile) = match request.map(|request| confirmable(&session, request)) {
                    Some(Ok((request, _))) if request.is_expired(now) => {
                        return Ok(Preview::Over(Outcome::Refused(OutcomeCode::Expired)));
                    }
                    Some(Ok(confirmable)) => confirmable,
                    Some(Err(outcome)) => return Ok(Preview::Over(outcome)),
                    None => return Ok(Preview::Over(Outcome::Refused(OutcomeCode::StateLost))),
                };
                let Ok(identity) = request.identity(&this.keys) else {
                    return Ok(Preview::Over(Outcome::Refused(OutcomeCode::StateLost)));
                };
                let linking_only = session.stage == SessionStage::LinkingOnly;
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
    /// The owner's link and the end of the trip that led to it; an empty reference is no trip.
    ///
    /// # Errors
    /// The database's.
    pub async fn after_trip(
        &self,
        session: &BrowserSession,
        profile: ProfileId,
        reference: String,
    ) -> Result<AfterTrip, StoreError> {
        let session = session.clone();
        self.store
            .read(move |db| {
                let link = links::find_held(db, profile)?;
                let request = match reference.as_str() {
                    "" => None,
                    reference => authorization_requests::find_by_reference(db, reference)?,
                };
                let outcome = request.and_then(|request| confirmable(&session, request).err());
                Ok(AfterTrip { link, outcome })
            })
            .await
    }

    /// The recorded end of a trip, for its problem page; none while it is open or unknown, or when none of
    /// the browser's `cookies` is the trip's: a reference is said on the telephone and stands in addresses.
    ///
    /// # Errors
    /// The database's.
    pub async fn recorded_outcome(
        &self,
        reference: String,
        cookies: &[Token],
    ) -> Result<Option<Outcome>, StoreError> {
        let found =
            self.store.read(move |db| authorization_requests::find_by_reference(db, &reference)).await?;
        let of_this_browser = |request: &AuthorizationRequest| {
            cookies.iter().any(|cookie| cookie.digest() == request.cookie_digest)
        };
        Ok(found.filter(of_this_browser).and_then(|request| match request.state {
            RequestState::Closed { outcome, .. } => Some(outcome),
            _ => None,
        }))
    }
}

/// The trip and its profile, if this session may confirm it; otherwise what to show instead.
pub(super) fn confirmable(
    session: &BrowserSession,
    request: AuthorizationRequest,
) -> Result<(AuthorizationRequest, ProfileId), Outcome> {
    let Purpose::Link { session: begun_by, profile } = request.purpose else {
        return Err(Outcome::Refused(OutcomeCode::StateLost));
    };
    if begun_by != session.id || Some(profile) != session.profile {
        return Err(Outcome::Refused(OutcomeCode::AnotherSession));
    }
    match &request.state {
        RequestState::Closed { outcome, .. } => Err(*outcome),
        RequestState::Verified { .. } => Ok((request, profile)),
        RequestState::Pending | RequestState::Exchanging { .. } => {
            Err(Outcome::Refused(OutcomeCode::StateLost))
        }
    }
}
