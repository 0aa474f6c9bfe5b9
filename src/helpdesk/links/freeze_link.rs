//! An operator freezes a link that somebody disputes, and a senior one lets it sign in again.

use super::deed::DeedKind;
use super::link_desk::{DeskResult, LinkDesk, NewDeed, Refusal};
use super::one_step::OneStep;
use crate::access::Permission;
use crate::audit::{self, Actor, LinkEvent};
use crate::linking::LinkStatus;
use crate::linking::remove_link::Ending;
use crate::mail::letter::{self, Letter};
use crate::store::{StoreError, links, operator_deeds, undo_tokens};

impl LinkDesk {
    /// Freezes an active link: it signs nobody in, and every session of the profile ends. Done by one operator
    /// whosever profile it is: what protects somebody does not wait.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn freeze(&self, asked: OneStep) -> DeskResult<String> {
        let kind = DeedKind::Freeze;
        self.run_one_step(kind, Permission::Freeze, asked, move |this, db, scene, link, basis| {
            let Some(link) = link.filter(|link| link.status == LinkStatus::Active) else {
                return Ok(Err(Refusal::Stale));
            };
            let (link, now) = (link.id, scene.now);
            let deed = NewDeed { kind, link, asked_by: None, reason: None, basis, was_disputed: false };
            let record = this.keep(db, scene, &deed)?;
            let event = LinkEvent::Frozen { link, record: record.clone() }.into();
            let actor = Actor::Operator(scene.operator.id);
            let ending = Ending { event: &event, why: "freeze", actor, now, meta: scene.meta };
            if !this.linking.freeze_in(db, link, &ending)? {
                return Err(StoreError::Corrupt("links.status changed under its lock"));
            }
            let number = record.clone();
            this.linking.tell_owner(db, &scene.profile, Some(link), now, |_, organisation| {
                Ok(Letter::LinkFrozen(letter::LinkNotice { organisation, at: now, number }))
            })?;
            Ok(Ok(record))
        })
        .await
    }

    /// Lets a frozen link sign in again. No letter from before it may begin the dispute anew.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn unfreeze(&self, asked: OneStep) -> DeskResult<String> {
        let kind = DeedKind::Unfreeze;
        self.run_one_step(kind, Permission::Unfreeze, asked, move |this, db, scene, link, basis| {
            let Some(link) = link.filter(|link| link.status == LinkStatus::Frozen) else {
                return Ok(Err(Refusal::Stale));
            };
            let (link, now, operator, owner) = (link.id, scene.now, scene.operator.id, &scene.profile);
            let frozen_by = operator_deeds::find_last_of_link(db, link)?;
            if frozen_by.is_some_and(|deed| deed.is_of(operator)) && this.is_guarded(db, owner)? {
                return Ok(Err(Refusal::AnotherOperator));
            }
            let deed = NewDeed { kind, link, asked_by: None, reason: None, basis, was_disputed: true };
            let record = this.keep(db, scene, &deed)?;
            links::set_status(db, link, LinkStatus::Frozen, LinkStatus::Active)?;
            undo_tokens::settle_of_link(db, link, now)?;
            let event = LinkEvent::Unfrozen { link, record: record.clone() };
            audit::record(db, now, event, Actor::Operator(operator), Some(owner.id), scene.meta)?;
            let number = record.clone();
            this.linking.tell_owner(db, owner, Some(link), now, |db, organisation| {
                let undo = this.linking.undo.issue(db, owner.id, Some(link), now)?;
                Ok(Letter::LinkUnfrozen(letter::LinkReopened { organisation, at: now, number, undo }))
            })?;
            Ok(Ok(record))
        })
        .await
    }
}
