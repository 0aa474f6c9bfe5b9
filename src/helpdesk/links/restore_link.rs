//! «Вернуть привязку»: an operator's unlink taken back within its time. The one way by which an operator's
//! deed ends in a link, and it is the very link that was removed (`docs/security.md`, T26 and T29).

use super::deed::{Deed, DeedKind, NotReversible, ReversalFacts, may_reverse};
use super::link_desk::{DeskResult, LinkDesk, NewDeed, Refusal, Scene};
use super::one_step::OneStep;
use crate::access::{OperatorId, Permission, rights};
use crate::audit::{self, Actor, LinkEvent};
use crate::directory::{Profile, ProfileId};
use crate::helpdesk::Basis;
use crate::linking::{Link, LinkStatus};
use crate::mail::letter::{self, Letter};
use crate::store::{Db, StoreError, cases, links, operator_deeds};

/// An unlink that an operator may want to take back.
#[derive(Clone, Debug)]
pub struct ReversalPreview {
    /// The profile.
    pub profile: Profile,
    /// The removed link.
    pub link: Link,
    /// The unlink.
    pub deed: Deed,
    /// Whether it can be taken back, and if not, why.
    pub may: Result<(), NotReversible>,
    /// Whether this operator may not, because they had a hand in it and a second one is needed.
    pub needs_another: bool,
}

impl LinkDesk {
    /// The last unlink of a profile within its time, and whether it can be taken back; none where there is
    /// none or the operator may not see the profile.
    ///
    /// # Errors
    /// The database's.
    pub async fn preview_reversal(
        &self,
        operator: OperatorId,
        profile: ProfileId,
    ) -> Result<Option<ReversalPreview>, StoreError> {
        let this = self.clone();
        self.linking.store.read(move |db| this.reversal_in(db, operator, profile)).await
    }

    fn reversal_in(
        &self,
        db: &mut Db,
        operator: OperatorId,
        profile: ProfileId,
    ) -> Result<Option<ReversalPreview>, StoreError> {
        let found = rights::find_permitted_profile(db, operator, Permission::Unlink, profile)?;
        let Some((operator, profile)) = found else { return Ok(None) };
        let since = self.reversible_since();
        let deed = operator_deeds::find_last_of_profile(db, profile.id, since)?
            .filter(|deed| deed.kind == DeedKind::Unlink);
        let Some(deed) = deed else { return Ok(None) };
        let Some(link) = links::find(db, deed.link)? else { return Ok(None) };
        let may = self.judge(db, &profile, &link, &deed)?;
        let needs_another =
            self.needs_another(db, &profile, &deed, operator.id)? || operator.profile == Some(profile.id);
        Ok(Some(ReversalPreview { profile, link, deed, may, needs_another }))
    }

    /// Gives the removed link back, if nothing has taken its place.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn restore(&self, asked: OneStep) -> DeskResult<String> {
        let (kind, permission) = (DeedKind::Restore, Permission::Unlink);
        let done = self.run_one_step(kind, permission, asked, |this, db, scene, link, basis| match link {
            Some(link) => this.restore_in(db, scene, &link, basis),
            None => Ok(Err(Refusal::NotFound)),
        });
        match done.await {
            // The index has the last word: something holds the slot.
            Err(StoreError::Conflict(_)) => Ok(Err(Refusal::NotReversible(NotReversible::SlotTaken))),
            other => other,
        }
    }

    fn restore_in(&self, db: &mut Db, scene: &Scene<'_>, link: &Link, basis: &Basis) -> DeskResult<String> {
        let refused = |reason| Ok(Err(Refusal::NotReversible(reason)));
        let Some(unlink) = operator_deeds::find_last_of_link(db, link.id)? else {
            return refused(NotReversible::NotByOperator);
        };
        if let Err(reason) = self.judge(db, &scene.profile, link, &unlink)? {
            return refused(reason);
        }
        if self.needs_another(db, &scene.profile, &unlink, scene.operator.id)? {
            return Ok(Err(Refusal::AnotherOperator));
        }
        if !links::restore(db, link.id)? {
            return refused(NotReversible::NotByOperator);
        }
        let now = scene.now;
        let (kind, reason, asked_by) = (DeedKind::Restore, None, None);
        let deed = NewDeed { kind, link: link.id, asked_by, reason, basis, was_disputed: false };
        let record = self.keep(db, scene, &deed)?;
        let event = LinkEvent::Restored { link: link.id, record: record.clone(), reverts: unlink.number };
        let (profile, number) = (&scene.profile, record.clone());
        audit::record(db, now, event, Actor::Operator(scene.operator.id), Some(profile.id), scene.meta)?;
        self.linking.tell_owner(db, profile, Some(link.id), now, |db, organisation| {
            let undo = self.linking.undo.issue(db, profile.id, Some(link.id), now)?;
            Ok(Letter::LinkRestored(letter::LinkReopened { organisation, at: now, number, undo }))
        })?;
        Ok(Ok(record))
    }

    /// Asks the rule with everything it looks at.
    fn judge(
        &self,
        db: &mut Db,
        profile: &Profile,
        link: &Link,
        deed: &Deed,
    ) -> Result<Result<(), NotReversible>, StoreError> {
        let facts = ReversalFacts {
            deed,
            is_removed: link.status == LinkStatus::Removed,
            is_disputed: cases::has_dispute(db, profile.id, link.id)?,
            slot_taken: links::has_held_link(db, profile.id)?,
            account_of_another: self.linking.is_of_another(db, profile, link)?,
            owner: self.active_owner(db, profile)?,
            now: self.linking.clock.now(),
            within: self.reversal_life(),
        };
        Ok(may_reverse(&facts))
    }

    /// What two operators did together, neither of them undoes alone.
    fn needs_another(
        &self,
        db: &mut Db,
        profile: &Profile,
        deed: &Deed,
        operator: OperatorId,
    ) -> Result<bool, StoreError> {
        Ok(deed.is_of(operator) && self.is_guarded(db, profile)?)
    }
}
