//! May the owner's link go, and its removal.

use super::link::Link;
use super::remove_link::Ending;
use super::{LinkStatus, Linking};
use crate::audit::{Actor, LinkEvent, RequestMeta};
use crate::directory::{Profile, ProfileId};
use crate::error_code::OutcomeCode;
use crate::mail::letter::{self, Letter};
use crate::platform::clock::Timestamp;
use crate::rollout::Phase;
use crate::store::{Db, StoreError, links, profiles};

/// The owner's link, as the page of settings and the page of unlinking need it.
#[derive(Clone, Debug)]
pub struct OwnLink {
    /// The link, if any.
    pub link: Option<Link>,
    /// Whether the owner may remove it, and if not, the outcome that says why.
    pub may_unlink: Result<(), OutcomeCode>,
}

/// What came of an unlink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnlinkResult {
    /// Removed; every session of the profile has ended.
    Unlinked {
        /// Whether a letter was queued.
        told: bool,
    },
    /// There was nothing to remove.
    NotLinked,
    /// Not possible; the outcome says why.
    Refused(OutcomeCode),
}

/// Whether an owner may remove this link: not a frozen one, and not the last way in under the policy in
/// force. A password that the policy forbids is no way in.
///
/// # Errors
/// 121 or 122.
pub fn may_unlink(profile: &Profile, link: &Link, phase: Phase) -> Result<(), OutcomeCode> {
    if link.status != LinkStatus::Active {
        return Err(OutcomeCode::LinkFrozen);
    }
    if profile.has_password && phase.password_opens_journal() { Ok(()) } else { Err(OutcomeCode::LastWayIn) }
}

impl Linking {
    /// The link of a profile that this request has read, and whether the owner may remove it.
    ///
    /// # Errors
    /// The database's.
    pub async fn own_link(&self, profile: &Profile) -> Result<OwnLink, StoreError> {
        let id = profile.id;
        let link = self.store.read(move |db| links::find_held(db, id)).await?;
        let phase = self.phase(self.clock.now());
        let may_unlink = link.as_ref().map_or(Ok(()), |link| may_unlink(profile, link, phase));
        Ok(OwnLink { link, may_unlink })
    }

    /// Removes the owner's link: ends every session of the profile, closes its open trips, cancels unsent
    /// letters about the link, records it and queues the letter, all in one transaction.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn unlink_own(
        &self,
        profile: ProfileId,
        reason: Option<&'static str>,
        meta: RequestMeta,
    ) -> Result<UnlinkResult, StoreError> {
        let this = self.clone();
        let result = self.store.write(move |db| this.unlink_in(db, profile, reason, &meta)).await;
        self.outbox.wake();
        result
    }

    fn unlink_in(
        &self,
        db: &mut Db,
        profile: ProfileId,
        reason: Option<&'static str>,
        meta: &RequestMeta,
    ) -> Result<UnlinkResult, StoreError> {
        let now = self.clock.now();
        links::lock_profile(db, profile)?;
        let (Some(profile), Some(link)) = (profiles::find(db, profile)?, links::find_held(db, profile)?)
        else {
            return Ok(UnlinkResult::NotLinked);
        };
        if let Err(code) = may_unlink(&profile, &link, self.phase(now)) {
            return Ok(UnlinkResult::Refused(code));
        }
        let event = LinkEvent::RemovedByOwner { link: link.id, reason }.into();
        let ending = Ending { event: &event, why: "unlink", actor: Actor::Person(profile.id), now, meta };
        if !self.remove_in(db, &link, reason.unwrap_or("owner"), &ending)? {
            return Ok(UnlinkResult::NotLinked);
        }
        let told = self.tell_owner(db, &profile, Some(link.id), now, |db, organisation| {
            let undo = self.undo.issue(db, profile.id, Some(link.id), now)?;
            Ok(Letter::UnlinkedSelf(letter::UnlinkedSelf { organisation, at: now, undo }))
        })?;
        Ok(UnlinkResult::Unlinked { told })
    }

    /// The phase of the roll-out in force.
    pub fn phase(&self, now: Timestamp) -> Phase {
        Phase::on(&self.rollout, self.today(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{OrganisationId, ProfileStatus, Role};
    use crate::identity::{AssuranceLevel, Issuer, PersonName, Subject};
    use crate::linking::LinkId;
    use crate::linking::link::EsiaSubjectId;
    use crate::platform::clock::Clock;

    #[test]
    fn t29_the_owner_cannot_remove_the_last_way_in_under_the_policy_in_force() {
        let now = Clock::system().now();
        let profile = |has_password| Profile {
            id: ProfileId(1),
            uid: "u".into(),
            organisation: OrganisationId(1),
            login: "teacher".into(),
            has_password,
            name: PersonName::new("Смирнова", "Анна", None),
            birth_date: None,
            snils: None,
            email: None,
            phone: None,
            post: None,
            roles: vec![Role::Staff],
            status: ProfileStatus::Active,
            status_since: now,
        };
        let link = |status| Link {
            id: LinkId(1),
            profile: ProfileId(1),
            esia_subject: EsiaSubjectId(1),
            issuer: Issuer::new("i"),
            subject: Subject::from_number(1).unwrap(),
            status,
            level: AssuranceLevel::Confirmed,
            holder: "С. А.".into(),
            created_at: now,
            chosen_at: None,
        };
        let only = Phase::Only { since: chrono::NaiveDate::MIN };
        let (last, frozen) = (Err(OutcomeCode::LastWayIn), Err(OutcomeCode::LinkFrozen));
        for (has_password, phase, status, expected) in [
            (true, Phase::Both, LinkStatus::Active, Ok(())),
            (true, Phase::Prefer, LinkStatus::Active, Ok(())),
            (true, only, LinkStatus::Active, last),
            (false, Phase::Both, LinkStatus::Active, last),
            (false, only, LinkStatus::Active, last),
            (true, Phase::Both, LinkStatus::Frozen, frozen),
            (true, Phase::Both, LinkStatus::Suspended, frozen),
        ] {
            assert_eq!(may_unlink(&profile(has_password), &link(status), phase), expected);
        }
    }
}
