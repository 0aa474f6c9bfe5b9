//! A second operator agrees or not, or whoever asked takes the request back.

use super::approval::{Approval, ApprovalId, ApprovalKind, ApprovalState, MayNotDecide, may_decide};
use super::bulk::list::UnlinkList;
use super::end_approval::end;
use super::link_desk::{DeskResult, LinkDesk, Refusal, open_basis};
use super::unlink_for_profile::{Grounds, Unlinked};
use crate::access::{Operator, OperatorId, Permission, rights};
use crate::audit::RequestMeta;
use crate::directory::Profile;
use crate::helpdesk::Basis;
use crate::store::sealed_values::SealedColumn;
use crate::store::{Db, StoreError, approvals, bulk_unlinks, links, operators, profiles};

/// Requests on one page of the queue.
const PAGE: i64 = 50;

/// A request with what operators need to see of it.
#[derive(Clone, Debug)]
pub struct WaitingApproval {
    /// The request.
    pub approval: Approval,
    /// The profile it is about, where it is about one.
    pub profile: Option<Profile>,
    /// The list it is about, where it is about one.
    pub list: Option<UnlinkList>,
    /// Name of whoever asked.
    pub asked_by: String,
    /// What it rests on.
    pub basis: String,
    /// Whether this operator may decide, and if not, why.
    pub may_decide: Result<(), MayNotDecide>,
}

impl LinkDesk {
    /// What waits in the area of an operator who may approve or who asked; none for anybody else.
    ///
    /// # Errors
    /// The database's.
    pub async fn approvals(&self, operator: OperatorId) -> Result<Option<Vec<WaitingApproval>>, StoreError> {
        let this = self.clone();
        self.linking.store.read(move |db| this.approvals_in(db, operator)).await
    }

    /// How many requests of colleagues wait in the operator's area, counted up to `limit`.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_waiting(&self, operator: &Operator, limit: i64) -> Result<usize, StoreError> {
        let (area, id, now) = (operator.area, operator.id, self.linking.clock.now());
        self.linking.store.read(move |db| approvals::count_pending(db, area, id, now, limit)).await
    }

    fn approvals_in(
        &self,
        db: &mut Db,
        operator: OperatorId,
    ) -> Result<Option<Vec<WaitingApproval>>, StoreError> {
        // Whoever may ask sees their own requests; whoever may approve sees all of their area.
        let Some(operator) = rights::find_permitted(db, operator, Permission::Unlink)? else {
            return Ok(None);
        };
        let now = self.linking.clock.now();
        let mut waiting = approvals::list_pending(db, operator.area, now, PAGE)?;
        if !operator.may(Permission::Approve) {
            waiting.retain(|approval| approval.asked_by == operator.id);
        }
        let ids: Vec<_> =
            waiting.iter().filter_map(|approval| Some(approval.target.as_ref()?.profile)).collect();
        let profiles = profiles::list(db, &ids)?;
        let lists: Vec<_> = waiting
            .iter()
            .filter(|approval| approval.kind == ApprovalKind::BulkUnlink)
            .map(|approval| approval.number.as_str())
            .collect();
        let lists = bulk_unlinks::list_by_numbers(db, &lists)?;
        let askers: Vec<_> = waiting.iter().map(|approval| approval.asked_by).collect();
        let askers = operators::list_names(db, &askers)?;
        let described = waiting.into_iter().map(|approval| {
            let target = approval.target.map(|target| target.profile);
            Ok(WaitingApproval {
                profile: profiles.iter().find(|profile| Some(profile.id) == target).cloned(),
                list: lists.iter().find(|list| list.number == approval.number).cloned(),
                asked_by: askers.get(&approval.asked_by).cloned().unwrap_or_default(),
                basis: open_basis(
                    &self.linking.keys,
                    SealedColumn::ApprovalBasis,
                    &approval.uid,
                    &approval.basis_sealed,
                )
                .map_err(|_| StoreError::Corrupt("approvals.comment_sealed"))?,
                may_decide: may_decide(&approval, &operator, now),
                approval,
            })
        });
        described.collect::<Result<_, _>>().map(Some)
    }

    /// Carries out what was asked for. Whoever asked must still have the right, and the link must still be the
    /// one they saw.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn approve(
        &self,
        operator: OperatorId,
        approval: ApprovalId,
        meta: RequestMeta,
    ) -> DeskResult<Unlinked> {
        let done = self.run("approve", operator, None, meta, move |this, db, meta| {
            this.approve_in(db, operator, approval, meta)
        });
        let done = done.await;
        self.lists.notify_one();
        done
    }

    fn approve_in(
        &self,
        db: &mut Db,
        operator: OperatorId,
        approval: ApprovalId,
        meta: &RequestMeta,
    ) -> DeskResult<Unlinked> {
        let Some((second, found)) = find(db, operator, approval)? else { return Ok(Err(Refusal::NotFound)) };
        let Some(target) = found.target else { return self.approve_list(db, &second, &found, meta) };
        let scene = match self.enter(db, operator, Permission::Approve, target.profile, None, meta)? {
            Ok(scene) => scene,
            Err(Refusal::OwnProfile) => {
                return Ok(Err(Refusal::MayNotDecide(MayNotDecide::OwnProfile)));
            }
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some((operator, approval)) = find(db, operator, approval)? else {
            return Ok(Err(Refusal::NotFound));
        };
        let now = scene.now;
        if let Err(reason) = may_decide(&approval, &operator, now) {
            return Ok(Err(Refusal::MayNotDecide(reason)));
        }
        let asker =
            rights::find_permitted_profile(db, approval.asked_by, Permission::Unlink, target.profile)?;
        let held = links::find_held(db, target.profile)?.filter(|link| link.id == target.link);
        let obstacle = match (&asker, &held) {
            (None, _) => Some(Refusal::AskerLostRight),
            (_, None) => Some(Refusal::Stale),
            _ => None,
        };
        let state = if obstacle.is_none() { ApprovalState::Approved } else { ApprovalState::Void };
        if !end(db, &approval, state, operator.id, now, meta)? {
            return Ok(Err(Refusal::MayNotDecide(MayNotDecide::Over)));
        }
        let (None, Some(link)) = (obstacle, held) else {
            return Ok(Err(obstacle.unwrap_or(Refusal::Stale)));
        };
        let basis = open_basis(
            &self.linking.keys,
            SealedColumn::ApprovalBasis,
            &approval.uid,
            &approval.basis_sealed,
        )
        .ok()
        .and_then(|text| Basis::parse(&text))
        .ok_or(StoreError::Corrupt("approvals.comment_sealed"))?;
        let asked_by = Some(approval.asked_by);
        self.remove(
            db,
            &scene,
            &link,
            &Grounds { reason: approval.reason, basis: &basis, asked_by, list: None },
        )
    }

    /// Says no. A list's request is refused here too.
    ///
    /// # Errors
    /// The database's.
    pub async fn refuse(
        &self,
        operator: OperatorId,
        approval: ApprovalId,
        meta: RequestMeta,
    ) -> DeskResult<()> {
        self.run("refuse", operator, None, meta, move |this, db, meta| {
            let now = this.linking.clock.now();
            let Some((operator, approval)) = find(db, operator, approval)? else {
                return Ok(Err(Refusal::NotFound));
            };
            if let Err(reason) = may_decide(&approval, &operator, now) {
                return Ok(Err(Refusal::MayNotDecide(reason)));
            }
            let ended = end(db, &approval, ApprovalState::Refused, operator.id, now, meta)?;
            Ok(if ended { Ok(()) } else { Err(Refusal::MayNotDecide(MayNotDecide::Over)) })
        })
        .await
    }

    /// Takes a request of one's own back.
    ///
    /// # Errors
    /// The database's.
    pub async fn withdraw(
        &self,
        operator: OperatorId,
        approval: ApprovalId,
        meta: RequestMeta,
    ) -> DeskResult<()> {
        self.run("withdraw", operator, None, meta, move |this, db, meta| {
            let now = this.linking.clock.now();
            let permitted = rights::find_permitted(db, operator, Permission::Unlink)?;
            let Some(operator) = permitted else { return Ok(Err(Refusal::NotFound)) };
            let found = approvals::find_in_area(db, operator.area, approval)?;
            let Some(approval) = found.filter(|approval| approval.asked_by == operator.id) else {
                return Ok(Err(Refusal::NotFound));
            };
            let ended = end(db, &approval, ApprovalState::Withdrawn, operator.id, now, meta)?;
            Ok(if ended { Ok(()) } else { Err(Refusal::MayNotDecide(MayNotDecide::Over)) })
        })
        .await
    }
}

/// A request that this operator may look at as one who approves.
fn find(
    db: &mut Db,
    operator: OperatorId,
    approval: ApprovalId,
) -> Result<Option<(Operator, Approval)>, StoreError> {
    let Some(operator) = rights::find_permitted(db, operator, Permission::Approve)? else { return Ok(None) };
    let approval = approvals::find_in_area(db, operator.area, approval)?;
    Ok(approval.map(|approval| (operator, approval)))
}
