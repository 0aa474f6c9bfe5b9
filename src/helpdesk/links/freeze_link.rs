//! An operator freezes a link that somebody disputes, and a senior one lets it sign in again.

use super::deed::DeedKind;
use super::link_desk::{DeskResult, LinkDesk, NewDeed, Refusal};
use crate::access::{OperatorId, Permission};
use crate::audit::{self, Actor, LinkEvent, RequestMeta};
use crate::directory::ProfileId;
use crate::helpdesk::Basis;
use crate::linking::remove_link::Ending;
use crate::linking::{LinkId, LinkStatus};
use crate::mail::letter::{self, Letter};
use crate::store::{StoreError, links, operator_deeds, undo_tokens};

impl LinkDesk {
    /// Freezes an active link: it signs nobody in, and every session of the profile ends. Done by one operator
    /// whosever profile it is: what protects somebody does not wait.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn freeze(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        link: LinkId,
        basis: Basis,
        meta: RequestMeta,
    ) -> DeskResult<String> {
        self.run("freeze", operator, Some(profile), meta, move |this, db, meta| {
            let scene = match this.enter(db, operator, Permission::Freeze, profile, None, meta)? {
                Ok(scene) => scene,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let held = links::find_held(db, profile)?;
            if !held.is_some_and(|held| held.id == link && held.status == LinkStatus::Active) {
                return Ok(Err(Refusal::Stale));
            }
            let (kind, now) = (DeedKind::Freeze, scene.now);
            let deed =
                NewDeed { kind, link, asked_by: None, reason: None, basis: &basis, was_disputed: false };
            let record = this.keep(db, &scene, &deed)?;
            let event = LinkEvent::Frozen { link, record: record.clone() }.into();
            let actor = Actor::Operator(operator);
            let ending = Ending { event: &event, why: "freeze", actor, now, meta };
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
    pub async fn unfreeze(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        link: LinkId,
        basis: Basis,
        meta: RequestMeta,
    ) -> DeskResult<String> {
        self.run("unfreeze", operator, Some(profile), meta, move |this, db, meta| {
            let scene = match this.enter(db, operator, Permission::Unfreeze, profile, None, meta)? {
                Ok(scene) => scene,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let held = links::find_held(db, profile)?;
            if !held.is_some_and(|held| held.id == link && held.status == LinkStatus::Frozen) {
                return Ok(Err(Refusal::Stale));
            }
            let frozen_by = operator_deeds::find_last_of_link(db, link)?;
            if frozen_by.is_some_and(|deed| deed.is_of(operator)) && this.is_guarded(db, &scene.profile)? {
                return Ok(Err(Refusal::AnotherOperator));
            }
            let (kind, now) = (DeedKind::Unfreeze, scene.now);
            let deed =
                NewDeed { kind, link, asked_by: None, reason: None, basis: &basis, was_disputed: true };
            let record = this.keep(db, &scene, &deed)?;
            links::set_status(db, link, LinkStatus::Frozen, LinkStatus::Active)?;
            undo_tokens::settle_of_link(db, link, now)?;
            let event = LinkEvent::Unfrozen { link, record: record.clone() };
            audit::record(db, now, event, Actor::Operator(operator), Some(profile), meta)?;
            let (owner, number) = (&scene.profile, record.clone());
            this.linking.tell_owner(db, owner, Some(link), now, |db, organisation| {
                let undo = this.linking.undo.issue(db, profile, Some(link), now)?;
                Ok(Letter::LinkUnfrozen(letter::LinkReopened { organisation, at: now, number, undo }))
            })?;
            Ok(Ok(record))
        })
        .await
    }
}
