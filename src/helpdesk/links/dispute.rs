//! «Это был не я»: what the one-time address of a letter does. Looking does nothing; a confirmation freezes the
//! link, ends what was begun for the profile and opens a case (`docs/security.md`, T30).

use crate::audit::{Actor, LinkEvent, RequestMeta};
use crate::directory::Profile;
use crate::helpdesk::cases::open_case::{Cases, Dispute};
use crate::linking::remove_link::Ending;
use crate::linking::undo::{UndoResult, UndoToken};
use crate::linking::{LinkStatus, Linking};
use crate::mail::letter::{self, Letter};
use crate::platform::secret::Token;
use crate::store::{Db, StoreError, cases, links, profiles, undo_tokens};

/// What an address stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// It may be used. Says whether the link that the letter told of still signs in.
    Open {
        /// Whether there is something to freeze.
        link_is_active: bool,
    },
    /// It was used, now or before.
    Done {
        /// What came of it.
        result: UndoResult,
        /// Number of the case; none where the helpdesk had decided before.
        case: Option<String>,
    },
    /// It never was, or has run out.
    Unknown,
}

/// Takes «Это был не я». Cheap to clone.
#[derive(Clone, Debug)]
pub struct Disputes {
    linking: Linking,
    cases: Cases,
}

impl Disputes {
    /// Over the service that links and the one that keeps cases.
    pub fn new(linking: Linking, cases: Cases) -> Self {
        Self { linking, cases }
    }

    /// What the address stands for. Writes nothing: mail programs follow addresses on their own.
    ///
    /// # Errors
    /// The database's.
    pub async fn look(&self, token: &Token) -> Result<Undo, StoreError> {
        let (digest, now) = (token.digest(), self.linking.clock.now());
        self.linking
            .store
            .read(move |db| {
                let Some(found) = undo_tokens::find(db, &digest, now)? else { return Ok(Undo::Unknown) };
                if let Some(done) = done(&found) {
                    return Ok(done);
                }
                let held = links::find_held(db, found.profile)?;
                let link_is_active =
                    held.is_some_and(|held| Some(held.id) == found.link && held.status == LinkStatus::Active);
                Ok(Undo::Open { link_is_active })
            })
            .await
    }

    /// The person's confirmation; a second one is answered with what came of the first.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn dispute(&self, token: &Token, meta: RequestMeta) -> Result<Undo, StoreError> {
        let (this, token) = (self.clone(), token.clone());
        let result = self.linking.store.write(move |db| this.dispute_in(db, &token, &meta)).await;
        self.linking.outbox.wake();
        result
    }

    fn dispute_in(&self, db: &mut Db, token: &Token, meta: &RequestMeta) -> Result<Undo, StoreError> {
        let (digest, now) = (token.digest(), self.linking.clock.now());
        let Some(found) = undo_tokens::find(db, &digest, now)? else { return Ok(Undo::Unknown) };
        links::lock_profile(db, found.profile)?;
        // Under the lock: another use of the address, or the helpdesk, may have been faster.
        let found = undo_tokens::find(db, &digest, now)?;
        let Some(found) = found else { return Ok(Undo::Unknown) };
        if let Some(done) = done(&found) {
            return Ok(done);
        }
        let Some(profile) = profiles::find(db, found.profile)? else { return Ok(Undo::Unknown) };
        let result = match (found.link, links::find_held(db, profile.id)?) {
            (None, _) => UndoResult::NoLink,
            (Some(told), Some(held)) if told == held.id => match held.status {
                LinkStatus::Frozen => UndoResult::FrozenBefore,
                _ => UndoResult::Frozen,
            },
            _ => UndoResult::Gone,
        };
        let case = self.open_case(db, &profile, &found, meta)?;
        let event = LinkEvent::Disputed { link: found.link, result, case: case.clone() }.into();
        let actor = Actor::Person(profile.id);
        let ending = Ending { event: &event, why: "dispute", actor, now, meta };
        match found.link {
            Some(link) if result == UndoResult::Frozen => {
                if !self.linking.freeze_in(db, link, &ending)? {
                    return Err(StoreError::Corrupt("links.status changed under its lock"));
                }
            }
            _ => _ = self.linking.end_access(db, profile.id, &ending)?,
        }
        undo_tokens::mark_used(db, &digest, result, &case, now)?;
        let number = case.clone();
        self.linking.tell_owner(db, &profile, found.link, now, |_, organisation| {
            Ok(Letter::LinkDisputed(letter::LinkNotice { organisation, at: now, number }))
        })?;
        Ok(Undo::Done { result, case: Some(case) })
    }

    /// A case for the helpdesk; letters about one link to several mailboxes open one.
    fn open_case(
        &self,
        db: &mut Db,
        profile: &Profile,
        token: &UndoToken,
        meta: &RequestMeta,
    ) -> Result<String, StoreError> {
        if let Some(number) = cases::find_open_dispute(db, profile.id, token.link)? {
            return Ok(number);
        }
        let dispute = Dispute { profile: profile.id, organisation: profile.organisation, link: token.link };
        self.cases.open_dispute_in(db, dispute, Actor::Person(profile.id), meta)
    }
}

fn done(token: &UndoToken) -> Option<Undo> {
    token.result.map(|result| Undo::Done { result, case: token.case.clone() })
}
