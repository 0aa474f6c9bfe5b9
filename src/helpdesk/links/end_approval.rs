//! How a request for approval ends, each way with its event: somebody decided, nobody did in time, or what it
//! was about is gone.

use super::approval::{Approval, ApprovalKind, ApprovalState};
use super::bulk::list::ListState;
use crate::access::OperatorId;
use crate::audit::{self, Actor, DeskEvent, RequestMeta};
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;
use crate::store::{Db, StoreError, approvals, bulk_unlinks};

/// Ends a request that waits and records it; whether it waited.
pub(super) fn end(
    db: &mut Db,
    approval: &Approval,
    state: ApprovalState,
    by: OperatorId,
    now: Timestamp,
    meta: &RequestMeta,
) -> Result<bool, StoreError> {
    if !approvals::decide(db, approval.id, state, Some(by), now)? {
        return Ok(false);
    }
    if approval.kind == ApprovalKind::BulkUnlink {
        match ListState::after_request(state) {
            ListState::Running => bulk_unlinks::set_running(db, &approval.number, by)?,
            over => bulk_unlinks::end(db, &approval.number, ListState::Asked, over, now)?,
        };
    }
    record(db, approval, state, (Actor::Operator(by), now, meta))?;
    Ok(true)
}

/// Ends up to `limit` requests that nobody decided in time; how many.
///
/// # Errors
/// The database's.
pub fn close_expired(db: &mut Db, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let expired = approvals::close_expired(db, now, limit)?;
    record_expired(db, &expired, now)
}

/// The same for a link that is asked about anew, so that the new request does not wait for the sweep.
pub(super) fn close_expired_of_link(db: &mut Db, link: LinkId, now: Timestamp) -> Result<usize, StoreError> {
    let expired = approvals::close_expired_of_link(db, link, now)?;
    record_expired(db, &expired, now)
}

/// Ends what waits about a link that is gone, in the transaction that removes it. `by` is whoever removed it.
///
/// # Errors
/// The database's.
pub fn void_of_link(
    db: &mut Db,
    link: LinkId,
    by: Actor,
    now: Timestamp,
    meta: &RequestMeta,
) -> Result<(), StoreError> {
    for approval in approvals::void_of_link(db, link, now)? {
        record(db, &approval, ApprovalState::Void, (by, now, meta))?;
    }
    Ok(())
}

fn record_expired(db: &mut Db, expired: &[Approval], now: Timestamp) -> Result<usize, StoreError> {
    for approval in expired {
        record(db, approval, ApprovalState::Expired, (Actor::System, now, &RequestMeta::default()))?;
    }
    Ok(expired.len())
}

fn record(
    db: &mut Db,
    approval: &Approval,
    state: ApprovalState,
    (by, now, meta): (Actor, Timestamp, &RequestMeta),
) -> Result<(), StoreError> {
    let event = DeskEvent::ApprovalEnded { kind: approval.kind, number: approval.number.clone(), state };
    let about = approval.target.map(|target| target.profile);
    audit::record(db, now, event, by, about, meta)
}
