//! The person's POST on the confirmation page: link, audit event and letter in one transaction.

use super::name_match::MatchFacts;
use super::policy::{Decision, Grade};
use super::preview_link::confirmable;
use super::{LinkId, Linking};
use crate::audit::{self, Actor, AttemptEvent, LinkEvent, RequestMeta};
use crate::directory::Profile;
use crate::error_code::OutcomeCode;
use crate::federation::{AuthorizationRequest, Outcome};
use crate::identity::VerifiedIdentity;
use crate::mail::letter::{self, Letter};
use crate::mail::{About, Recipient};
use crate::platform::clock::Timestamp;
use crate::platform::secret::Token;
use crate::sign_in::{BrowserSession, SessionStage, SignInWay};
use crate::store::{Db, StoreError, authorization_requests, linking_codes, links, organisations, profiles};

/// What the person said on the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Confirmation {
    /// They chose «привязать» although something differs or is missing.
    pub explicit: bool,
    /// They gave the right password just now.
    pub password_proven: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum LinkResult {
    /// Stored. A session of the linking-only door goes on as a full one under this new token.
    Linked {
        /// The link.
        link: LinkId,
        /// The new token, if the session gained rights.
        token: Option<Token>,
    },
    /// Something differs and the person has not chosen; nothing changed.
    ChoiceNeeded,
    /// The password is needed; nothing changed.
    PasswordNeeded,
    /// The trip is over, now or before; this is its recorded result.
    Over(Outcome),
}

impl Linking {
    /// Links, if everything that held on the page still holds.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn link(
        &self,
        session: &BrowserSession,
        reference: String,
        confirmation: Confirmation,
        meta: RequestMeta,
    ) -> Result<LinkResult, StoreError> {
        let (this, session) = (self.clone(), session.clone());
        let attempt = move |db: &mut Db| this.link_in(db, &session, &reference, confirmation, &meta);
        let result = match self.store.write(attempt.clone()).await {
            // Somebody else took the slot between look and write; now the look sees it.
            Err(StoreError::Conflict(_)) => self.store.write(attempt).await,
            other => other,
        };
        self.outbox.wake();
        result
    }

    /// «Не привязывать»: closes the trip, changes nothing else.
    ///
    /// # Errors
    /// The database's.
    pub async fn decline(&self, session: &BrowserSession, reference: String) -> Result<(), StoreError> {
        let (this, session) = (self.clone(), session.clone());
        self.store
            .write(move |db| {
                let found = authorization_requests::find_by_reference(db, &reference)?;
                if let Some(Ok((request, _))) = found.map(|request| confirmable(&session, request)) {
                    let now = this.clock.now();
                    authorization_requests::close_verified(db, request.id, Outcome::Withdrawn, now)?;
                }
                Ok(())
            })
            .await
    }

    fn link_in(
        &self,
        db: &mut Db,
        session: &BrowserSession,
        reference: &str,
        confirmation: Confirmation,
        meta: &RequestMeta,
    ) -> Result<LinkResult, StoreError> {
        let now = self.clock.now();
        let Some(request) = authorization_requests::find_by_reference(db, reference)? else {
            return Ok(LinkResult::Over(Outcome::Refused(OutcomeCode::StateLost)));
        };
        let (request, profile) = match confirmable(session, request) {
            Ok(confirmable) => confirmable,
            Err(outcome) => return Ok(LinkResult::Over(outcome)),
        };
        let linking_only = session.stage == SessionStage::LinkingOnly;
        let refuse = |db: &mut Db, code| self.refuse(db, &request, session, (code, None), now, meta);
        if self.sessions.find_live_by_id(db, session.id, now)?.is_none() {
            return refuse(db, OutcomeCode::AnotherSession);
        }
        if request.is_expired(now) {
            return refuse(db, OutcomeCode::Expired);
        }
        let Ok(identity) = request.identity(&self.keys) else {
            return refuse(db, OutcomeCode::StateLost);
        };
        // Everything below is decided under the locks of both sides, in this order everywhere.
        let subject = links::lock_subject(db, &identity.issuer, identity.subject, now)?;
        links::lock_profile(db, profile)?;
        let assessment = self.assess(db, profile, &identity, linking_only, now)?;
        let (grade, profile) = match (assessment.decision, assessment.profile) {
            (Decision::Confirm { grade: Grade::Partial, .. }, _) if !confirmation.explicit => {
                return Ok(LinkResult::ChoiceNeeded);
            }
            (Decision::Confirm { password: true, .. }, _) if !confirmation.password_proven => {
                return Ok(LinkResult::PasswordNeeded);
            }
            (Decision::Confirm { grade, .. }, Some(profile)) => (grade, profile),
            (Decision::AlreadyLinked, _) => {
                authorization_requests::close_verified(db, request.id, Outcome::LinkedAlready, now)?;
                return recorded(db, session, reference);
            }
            (Decision::Refuse(code), _) => {
                if code == OutcomeCode::AlreadyLinkedOther {
                    self.warn_holders(db, &identity, now)?;
                }
                return self.refuse(db, &request, session, (code, assessment.matched), now, meta);
            }
            (Decision::Confirm { .. }, None) => return refuse(db, OutcomeCode::ProfileClosed),
        };
        if !authorization_requests::close_verified(db, request.id, Outcome::Linked, now)? {
            return recorded(db, session, reference);
        }
        let link = links::insert(db, profile.id, subject, &identity, now)?;
        linking_codes::void(db, &[profile.id], "linked", now)?;
        let event = LinkEvent::Created {
            link,
            reference: request.reference.clone(),
            grade: grade.as_str(),
            matched: assessment.matched,
            way: match (session.stage, session.way) {
                (SessionStage::LinkingOnly, SignInWay::Password) => "door",
                _ => session.way.as_str(),
            },
        };
        audit::record(db, now, event, Actor::Person(profile.id), Some(profile.id), meta)?;
        self.tell(db, &profile, &identity, link, now)?;
        let token = if session.stage == SessionStage::LinkingOnly {
            self.sessions
                .change_rights(db, session, profile.id, SessionStage::Full, now)?
                .map(|(token, _)| token)
        } else {
            None
        };
        Ok(LinkResult::Linked { link, token })
    }

    /// Closes the trip with a refusal and records it; a refusal commits. A trip that is over already keeps
    /// its result, and that is the answer.
    fn refuse(
        &self,
        db: &mut Db,
        request: &AuthorizationRequest,
        session: &BrowserSession,
        (code, matched): (OutcomeCode, Option<MatchFacts>),
        now: Timestamp,
        meta: &RequestMeta,
    ) -> Result<LinkResult, StoreError> {
        let outcome = Outcome::Refused(code);
        if authorization_requests::close(db, request.id, outcome, None, now)? {
            let event =
                AttemptEvent::Refused { reference: request.reference.clone(), code: code.number(), matched };
            let actor = session.profile.map_or(Actor::Anonymous, Actor::Person);
            audit::record(db, now, event, actor, session.profile, meta)?;
            return Ok(LinkResult::Over(outcome));
        }
        recorded(db, session, &request.reference)
    }

    /// Warns the people whose profiles the ESIA account is linked to: somebody tried to link it to a profile
    /// of another person. In the caller's transaction.
    ///
    /// # Errors
    /// The database's.
    pub fn warn_holders(
        &self,
        db: &mut Db,
        identity: &VerifiedIdentity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let held = links::list_of_subject(db, &identity.issuer, identity.subject)?;
        let ids: Vec<_> = held.iter().map(|link| link.profile).collect();
        let letter = Letter::Attempt(letter::Attempt { at: now });
        // One person may have several profiles with one mailbox.
        let mut told = Vec::new();
        for holder in profiles::list(db, &ids)? {
            let Some(email) = holder.email.clone() else { continue };
            if !told.contains(&email) {
                let to = Recipient { email: email.clone(), name: holder.name.address() };
                self.outbox.enqueue(db, &to, About { profile: Some(holder.id), link: None }, &letter, now)?;
                told.push(email);
            }
        }
        Ok(())
    }

    /// Letters to the journal's address and, if ESIA gave a verified other one, to that too.
    fn tell(
        &self,
        db: &mut Db,
        profile: &Profile,
        identity: &VerifiedIdentity,
        link: LinkId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let organisation = organisations::find_short_name(db, profile.organisation)?.unwrap_or_default();
        let about = About { profile: Some(profile.id), link: Some(link) };
        let mut addresses: Vec<&String> = profile.email.iter().collect();
        addresses.extend(identity.email.iter().filter(|email| profile.email.as_ref() != Some(*email)));
        for email in addresses {
            // Each letter has an address of its own: whoever uses one does not use up the other's.
            let undo = self.undo.issue(db, profile.id, Some(link), now)?;
            let letter = Letter::Linked(letter::Linked { organisation: organisation.clone(), at: now, undo });
            let to = Recipient { email: email.clone(), name: profile.name.address() };
            self.outbox.enqueue(db, &to, about, &letter, now)?;
        }
        Ok(())
    }
}

/// The result that the trip has by now: a twin of this confirmation, or an unlink, may have been faster
/// between the first look at the trip and the locks.
fn recorded(db: &mut Db, session: &BrowserSession, reference: &str) -> Result<LinkResult, StoreError> {
    let found = authorization_requests::find_by_reference(db, reference)?;
    Ok(LinkResult::Over(match found.map(|found| confirmable(session, found)) {
        Some(Err(outcome)) => outcome,
        _ => Outcome::Refused(OutcomeCode::StateLost),
    }))
}
