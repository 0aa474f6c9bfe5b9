//! An operator removes a link, or asks for it where a second operator must agree.

use super::approval::{Approval, ApprovalId, ApprovalKind, ApprovalState, ApprovalTarget};
use super::deed::DeedKind;
use super::end_approval::close_expired_of_link;
use super::link_desk::{DeskResult, LinkDesk, NewDeed, Refusal, Scene, seal_basis};
use super::unlink_request::{UnlinkReason, UnlinkRequest};
use crate::access::{Area, OperatorId, Permission, rights};
use crate::audit::{self, Actor, DeskEvent, LinkEvent, RequestMeta};
use crate::directory::{Profile, ProfileId};
use crate::helpdesk::Basis;
use crate::identity::reference::new_reference;
use crate::linking::remove_link::Ending;
use crate::linking::{Link, LinkStatus};
use crate::mail::letter::{self, Letter};
use crate::platform::clock::Timestamp;
use crate::platform::random;
use crate::store::sealed_values::SealedColumn;
use crate::store::{Db, StoreError, approvals, browser_sessions, links};

/// What an unlink would do, for the check page.
#[derive(Clone, Debug)]
pub struct UnlinkPreview {
    /// The profile.
    pub profile: Profile,
    /// Its link; none if there is nothing to remove.
    pub link: Option<Link>,
    /// Living sessions that would end.
    pub sessions: usize,
    /// Whether a second operator must agree.
    pub guarded: bool,
    /// Whether it is the operator's own profile.
    pub own: bool,
    /// The request that waits already.
    pub waiting: Option<Approval>,
    /// Hours within which it may be taken back.
    pub reversal_hours: u32,
}

/// What came of a request to unlink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlinked {
    /// Removed; every session of the profile has ended.
    Done {
        /// Number of the record.
        record: String,
        /// Whether a letter was queued.
        told: bool,
    },
    /// A second operator must agree.
    Asked {
        /// Number of the request.
        number: String,
        /// Until when it waits.
        until: Timestamp,
    },
    /// A list is carried out from now on.
    Begun {
        /// Its number.
        number: String,
    },
}

/// Why and by whom a link is removed.
pub(super) struct Grounds<'a> {
    pub(super) reason: UnlinkReason,
    pub(super) basis: &'a Basis,
    pub(super) asked_by: Option<OperatorId>,
    /// Number of the list that it is done by.
    pub(super) list: Option<&'a str>,
}

impl LinkDesk {
    /// What an unlink would do; none where the operator may not or the profile is not theirs to see.
    ///
    /// # Errors
    /// The database's.
    pub async fn preview_unlink(
        &self,
        operator: OperatorId,
        profile: ProfileId,
    ) -> Result<Option<UnlinkPreview>, StoreError> {
        let this = self.clone();
        self.linking.store.read(move |db| this.preview_in(db, operator, profile)).await
    }

    fn preview_in(
        &self,
        db: &mut Db,
        operator: OperatorId,
        profile: ProfileId,
    ) -> Result<Option<UnlinkPreview>, StoreError> {
        let found = rights::find_permitted_profile(db, operator, Permission::Unlink, profile)?;
        let Some((operator, profile)) = found else { return Ok(None) };
        let now = self.linking.clock.now();
        let link = links::find_held(db, profile.id)?;
        let waiting = match &link {
            Some(link) => approvals::find_pending_of_link(db, link.id, now)?,
            None => None,
        };
        let mut sessions = browser_sessions::list_of_profile(db, profile.id, now)?;
        sessions.retain(|session| session.is_live(now));
        Ok(Some(UnlinkPreview {
            guarded: self.is_guarded(db, &profile)?,
            own: operator.profile == Some(profile.id),
            link,
            sessions: sessions.len(),
            waiting,
            profile,
            reversal_hours: self.reversal_hours,
        }))
    }

    /// Removes the link that the request names, or asks a second operator. Right, area and state are looked at
    /// again in the transaction: another link in its place is refused.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn unlink(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        request: UnlinkRequest,
        meta: RequestMeta,
    ) -> DeskResult<Unlinked> {
        self.run("unlink", operator, Some(profile), meta, move |this, db, meta| {
            let scene = match this.enter(db, operator, Permission::Unlink, profile, None, meta)? {
                Ok(scene) => scene,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let held = links::find_held(db, profile)?.filter(|link| link.id == request.link);
            let Some(link) = held else { return Ok(Err(Refusal::Stale)) };
            if this.is_guarded(db, &scene.profile)? {
                return this.ask(db, &scene, &link, &request);
            }
            let grounds =
                Grounds { reason: request.reason, basis: &request.basis, asked_by: None, list: None };
            this.remove(db, &scene, &link, &grounds)
        })
        .await
    }

    /// Removes the link under the caller's locks.
    pub(super) fn remove(
        &self,
        db: &mut Db,
        scene: &Scene<'_>,
        link: &Link,
        grounds: &Grounds<'_>,
    ) -> DeskResult<Unlinked> {
        let Grounds { reason, basis, asked_by, list } = *grounds;
        let was_disputed = link.status == LinkStatus::Frozen;
        let (kind, now) = (DeedKind::Unlink, scene.now);
        let deed = NewDeed { kind, link: link.id, asked_by, reason: Some(reason), basis, was_disputed };
        let record = self.keep(db, scene, &deed)?;
        let list = list.map(str::to_owned);
        let event =
            LinkEvent::RemovedByOperator { link: link.id, reason, record: record.clone(), asked_by, list };
        let event = event.into();
        let actor = Actor::Operator(scene.operator.id);
        let ending = Ending { event: &event, why: "unlink", actor, now, meta: scene.meta };
        if !self.linking.remove_in(db, link, "operator", &ending)? {
            return Err(StoreError::Corrupt("links.status changed under its lock"));
        }
        let profile = &scene.profile;
        let number = record.clone();
        let told = self.linking.tell_owner(db, profile, Some(link.id), now, |db, organisation| {
            let undo = self.linking.undo.issue(db, profile.id, Some(link.id), now)?;
            let reason = reason.words();
            Ok(Letter::UnlinkedOp(letter::UnlinkedOp { organisation, at: now, reason, number, undo }))
        })?;
        Ok(Ok(Unlinked::Done { record, told }))
    }

    /// Keeps a request for a second operator.
    fn ask(
        &self,
        db: &mut Db,
        scene: &Scene<'_>,
        link: &Link,
        request: &UnlinkRequest,
    ) -> DeskResult<Unlinked> {
        let now = scene.now;
        close_expired_of_link(db, link.id, now)?;
        if approvals::find_pending_of_link(db, link.id, now)?.is_some() {
            return Ok(Err(Refusal::AskedAlready));
        }
        let uid = random::uuid().to_string();
        let approval = Approval {
            id: ApprovalId(0),
            number: new_reference(),
            kind: ApprovalKind::Unlink,
            area: Area::Organisation(scene.profile.organisation),
            target: Some(ApprovalTarget { profile: scene.profile.id, link: link.id }),
            reason: request.reason,
            basis_sealed: seal_basis(&self.linking.keys, SealedColumn::ApprovalBasis, &uid, &request.basis),
            asked_by: scene.operator.id,
            asked_at: now,
            expires_at: now + self.approval_life(),
            state: ApprovalState::Pending,
            decided_by: None,
            uid,
        };
        approvals::insert(db, &approval)?;
        let number = approval.number;
        let event = DeskEvent::ApprovalRequested {
            kind: ApprovalKind::Unlink,
            number: number.clone(),
            link: Some(link.id),
        };
        let actor = Actor::Operator(scene.operator.id);
        audit::record(db, now, event, actor, Some(scene.profile.id), scene.meta)?;
        Ok(Ok(Unlinked::Asked { number, until: approval.expires_at }))
    }
}
