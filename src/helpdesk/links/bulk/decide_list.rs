//! Asks a second operator for a list, begins to carry it out when they agree, stops it.

use super::list::{ListState, UnlinkList};
use crate::access::{Operator, OperatorId, Permission, rights};
use crate::audit::{self, Actor, BulkEvent, DeskEvent, RequestMeta};
use crate::helpdesk::Basis;
use crate::helpdesk::links::approval::{
    Approval, ApprovalId, ApprovalKind, ApprovalState, MayNotDecide, may_decide,
};
use crate::helpdesk::links::end_approval::end;
use crate::helpdesk::links::link_desk::{DeskResult, LinkDesk, Refusal, open_basis, seal_basis};
use crate::helpdesk::links::unlink_for_profile::Unlinked;
use crate::platform::clock::Timestamp;
use crate::platform::random;
use crate::store::sealed_values::SealedColumn;
use crate::store::{Db, StoreError, approvals, bulk_unlinks};

impl LinkDesk {
    /// Asks for a list of one's own; until when the request waits.
    ///
    /// # Errors
    /// The database's.
    pub async fn ask_for_list(
        &self,
        operator: OperatorId,
        number: String,
        meta: RequestMeta,
    ) -> DeskResult<Timestamp> {
        self.run("bulk_unlink", operator, None, meta, move |this, db, meta| {
            let (list, now) = match this.find_own_draft(db, operator, &number)? {
                Ok(found) => found,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let expires_at = now + this.approval_life();
            if list.to_do == 0 || !bulk_unlinks::set_asked(db, list.id, expires_at)? {
                return Ok(Err(Refusal::ListChanged));
            }
            let approval = this.request(&list, now, expires_at)?;
            approvals::insert(db, &approval)?;
            let (kind, number) = (ApprovalKind::BulkUnlink, approval.number);
            let event = DeskEvent::ApprovalRequested { kind, number, link: None };
            audit::record(db, now, event, Actor::Operator(operator), None, meta)?;
            Ok(Ok(expires_at))
        })
        .await
    }

    /// Gives a list of one's own up before it is asked for.
    ///
    /// # Errors
    /// The database's.
    pub async fn cancel_list(
        &self,
        operator: OperatorId,
        number: String,
        meta: RequestMeta,
    ) -> DeskResult<()> {
        self.run("bulk_unlink", operator, None, meta, move |this, db, meta| {
            match this.find_own_draft(db, operator, &number)? {
                Ok((list, _)) => {
                    let by = Actor::Operator(operator);
                    this.end_list(db, &list, (ListState::Draft, ListState::Cancelled), by, meta)
                }
                Err(refusal) => Ok(Err(refusal)),
            }
        })
        .await
    }

    /// Stops a list that is carried out: what is done stays done, the rest is left alone. Whoever may hand in
    /// lists there may stop one. The line under way is finished before the answer.
    ///
    /// # Errors
    /// The database's.
    pub async fn stop_list(&self, operator: OperatorId, number: String, meta: RequestMeta) -> DeskResult<()> {
        self.run("bulk_unlink", operator, None, meta, move |this, db, meta| {
            let Some((operator, list)) = find_permitted_list(db, operator, &number)? else {
                return Ok(Err(Refusal::NotFound));
            };
            // What the line under way adds to the counts is waited for.
            let Some(list) = bulk_unlinks::find_running_and_hold(db, list.id)? else {
                return Ok(Err(Refusal::ListChanged));
            };
            let by = Actor::Operator(operator.id);
            this.end_list(db, &list, (ListState::Running, ListState::Stopped), by, meta)
        })
        .await
    }

    /// A second operator agrees: from here on the list is carried out in the background.
    pub(in super::super) fn approve_list(
        &self,
        db: &mut Db,
        operator: &Operator,
        approval: &Approval,
        meta: &RequestMeta,
    ) -> DeskResult<Unlinked> {
        let now = self.linking.clock.now();
        if !operator.may(Permission::BulkUnlink) {
            return Ok(Err(Refusal::NotFound));
        }
        if let Err(reason) = may_decide(approval, operator, now) {
            return Ok(Err(Refusal::MayNotDecide(reason)));
        }
        let asker = rights::find_permitted(db, approval.asked_by, Permission::BulkUnlink)?;
        let state = if asker.is_some() { ApprovalState::Approved } else { ApprovalState::Void };
        if !end(db, approval, state, operator.id, now, meta)? {
            return Ok(Err(Refusal::MayNotDecide(MayNotDecide::Over)));
        }
        Ok(match asker {
            Some(_) => Ok(Unlinked::Begun { number: approval.number.clone() }),
            None => Err(Refusal::AskerLostRight),
        })
    }

    /// A list that this operator handed in and may still ask for, and now.
    fn find_own_draft(
        &self,
        db: &mut Db,
        operator: OperatorId,
        number: &str,
    ) -> DeskResult<(UnlinkList, Timestamp)> {
        let now = self.linking.clock.now();
        let found = find_permitted_list(db, operator, number)?;
        Ok(match found.filter(|(operator, list)| list.asked_by == operator.id) {
            None => Err(Refusal::NotFound),
            Some((_, list)) if list.state_at(now) != ListState::Draft => Err(Refusal::ListChanged),
            Some((_, list)) => Ok((list, now)),
        })
    }

    fn request(&self, list: &UnlinkList, now: Timestamp, until: Timestamp) -> Result<Approval, StoreError> {
        let (keys, basis) = (&self.linking.keys, self.list_basis(list)?);
        let uid = random::uuid().to_string();
        Ok(Approval {
            id: ApprovalId(0),
            // One number for both: people name it, whichever they mean.
            number: list.number.clone(),
            kind: ApprovalKind::BulkUnlink,
            area: list.area,
            target: None,
            reason: list.reason,
            basis_sealed: seal_basis(keys, SealedColumn::ApprovalBasis, &uid, &basis),
            asked_by: list.asked_by,
            asked_at: now,
            expires_at: until,
            state: ApprovalState::Pending,
            decided_by: None,
            uid,
        })
    }

    /// What a list rests on.
    pub(super) fn list_basis(&self, list: &UnlinkList) -> Result<Basis, StoreError> {
        open_basis(&self.linking.keys, SealedColumn::ListBasis, &list.uid, &list.basis_sealed)
            .ok()
            .and_then(|text| Basis::parse(&text))
            .ok_or(StoreError::Corrupt("bulk_unlinks.comment_sealed"))
    }

    /// Ends a list that still stands where it is thought to, and records it.
    pub(super) fn end_list(
        &self,
        db: &mut Db,
        list: &UnlinkList,
        (from, to): (ListState, ListState),
        by: Actor,
        meta: &RequestMeta,
    ) -> DeskResult<()> {
        let now = self.linking.clock.now();
        if !bulk_unlinks::end(db, &list.number, from, to, now)? {
            return Ok(Err(Refusal::ListChanged));
        }
        let left = list.to_do.saturating_sub(list.settled);
        let event = BulkEvent::Ended { list: list.number.clone(), state: to, unlinked: list.unlinked, left };
        audit::record(db, now, event, by, None, meta)?;
        Ok(Ok(()))
    }
}

/// A list of the area of an operator who may hand in lists.
pub(super) fn find_permitted_list(
    db: &mut Db,
    operator: OperatorId,
    number: &str,
) -> Result<Option<(Operator, UnlinkList)>, StoreError> {
    let Some(operator) = rights::find_permitted(db, operator, Permission::BulkUnlink)? else {
        return Ok(None);
    };
    let list = bulk_unlinks::find_in_area(db, operator.area, number)?;
    // What never came in whole is nothing.
    Ok(list.filter(|list| list.lines > 0).map(|list| (operator, list)))
}

/// Ends up to `limit` lists whose time is over; how many. Of one that was asked for, the end of its request
/// tells; of one that never came in whole there was no event, so none tells of its end.
///
/// # Errors
/// The database's.
pub fn close_expired(db: &mut Db, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let expired = bulk_unlinks::close_expired(db, now, limit)?;
    for list in expired.iter().filter(|list| list.state == ListState::Draft) {
        let state = ListState::Expired;
        let event = BulkEvent::Ended { list: list.number.clone(), state, unlinked: 0, left: list.to_do };
        audit::record(db, now, event, Actor::System, None, &RequestMeta::default())?;
    }
    Ok(expired.len())
}
