//! Removing or freezing a link with all that hangs on it: what the owner, an operator and a dispute share.

use super::link::{Link, LinkId};
use super::{LinkStatus, Linking};
use crate::audit::{self, Actor, AuditEvent, RequestMeta, SessionEvent};
use crate::directory::{Profile, ProfileId};
use crate::helpdesk::links::end_approval::void_of_link;
use crate::mail::letter::Letter;
use crate::mail::{About, Recipient};
use crate::platform::clock::Timestamp;
use crate::store::{
    Db, StoreError, authorization_requests, linking_codes, links, organisations, password_recoveries,
};

/// A deed that ends access: who does it, when, and what is written about it.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    /// What is recorded.
    pub event: &'a AuditEvent,
    /// Short stable reason in the sessions' rows and in their event: `unlink`, `freeze`, `dispute`.
    pub why: &'static str,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
    /// Through which request.
    pub meta: &'a RequestMeta,
}

impl Linking {
    /// Removes a link that holds its slot, with everything that could bring it back, and records it; whether
    /// it still was there. The caller holds the profile's row and queues the letter.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_in(
        &self,
        db: &mut Db,
        link: &Link,
        reason: &str,
        ending: &Ending<'_>,
    ) -> Result<bool, StoreError> {
        let now = ending.now;
        if !links::remove(db, link.id, reason, now)? {
            return Ok(false);
        }
        void_of_link(db, link.id, ending.actor, now, ending.meta)?;
        self.outbox.cancel_about_link(db, link.id, now)?;
        self.end_access(db, link.profile, ending)?;
        Ok(true)
    }

    /// Freezes an active link and ends what was begun through it; whether it was active. The caller holds the
    /// profile's row and queues the letter.
    ///
    /// # Errors
    /// The database's.
    pub fn freeze_in(&self, db: &mut Db, link: LinkId, ending: &Ending<'_>) -> Result<bool, StoreError> {
        let Some(profile) = links::set_status(db, link, LinkStatus::Active, LinkStatus::Frozen)? else {
            return Ok(false);
        };
        self.end_access(db, profile, ending)?;
        Ok(true)
    }

    /// Ends every session of a profile and voids all that was begun for it and is not finished: trips to ESIA,
    /// recoveries, codes. Whatever opens a profile later and is not a session is voided here too.
    ///
    /// # Errors
    /// The database's.
    pub fn end_access(
        &self,
        db: &mut Db,
        profile: ProfileId,
        ending: &Ending<'_>,
    ) -> Result<usize, StoreError> {
        let Ending { event, why, actor, now, meta } = *ending;
        authorization_requests::close_of_profile(db, profile, now)?;
        password_recoveries::mark_all_used(db, profile, now)?;
        linking_codes::void(db, &[profile], why, now)?;
        let count = self.sessions.end_all_of_profile(db, profile, None, now, why)?;
        audit::record(db, now, event.clone(), actor, Some(profile), meta)?;
        let sessions_ended = SessionEvent::Ended { count, reason: why };
        audit::record(db, now, sessions_ended, actor, Some(profile), meta)?;
        Ok(count)
    }

    /// Queues a letter to the profile's own address, in the caller's transaction; whether it has one. `letter`
    /// is given the short name of the organisation.
    ///
    /// # Errors
    /// The database's.
    pub fn tell_owner(
        &self,
        db: &mut Db,
        profile: &Profile,
        link: Option<LinkId>,
        now: Timestamp,
        letter: impl FnOnce(&mut Db, String) -> Result<Letter, StoreError>,
    ) -> Result<bool, StoreError> {
        let Some(email) = profile.email.clone() else { return Ok(false) };
        let organisation = organisations::find_short_name(db, profile.organisation)?;
        let letter = letter(db, organisation.unwrap_or_default())?;
        let about = About { profile: Some(profile.id), link };
        self.outbox.enqueue(db, &Recipient { email, name: profile.name.address() }, about, &letter, now)?;
        Ok(true)
    }
}
