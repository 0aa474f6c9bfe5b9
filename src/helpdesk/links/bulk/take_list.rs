//! Takes a list in: reads the file, looks its profiles up, keeps its lines. Nothing of it is done yet.
//!
//! Lines are looked up and written in slices, each a short transaction, so that nobody waits behind a large
//! list. Until the last one is written the list is `loading` and nobody sees it.

use super::finding::{Finding, LineFacts};
use super::list::{ListId, ListLine, ListState, UnlinkList};
use super::read_list::{ListProblem, ReadLine, Said, read_list};
use crate::access::{Operator, OperatorId, Permission, rights};
use crate::audit::{self, Actor, BulkEvent, RequestMeta};
use crate::helpdesk::Basis;
use crate::helpdesk::links::link_desk::{DeskResult, LinkDesk, Refusal, seal_basis};
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::identity::reference::new_reference;
use crate::platform::random;
use crate::store::sealed_values::SealedColumn;
use crate::store::{Db, StoreError, bulk_unlink_lines, bulk_unlinks};

/// Lines looked up, and written, at once.
const SLICE: usize = 1000;

/// A list as an operator hands it in.
pub struct NewList {
    /// Why.
    pub reason: UnlinkReason,
    /// What it rests on.
    pub basis: Basis,
    /// What the file says.
    pub lines: Vec<ReadLine>,
}

/// How a list begins in the database.
struct Begun {
    id: ListId,
    number: String,
    operator: Operator,
}

impl LinkDesk {
    /// Reads a file, off the threads that answer requests.
    ///
    /// # Errors
    /// What makes it no list.
    pub async fn read_list(&self, bytes: Vec<u8>) -> Result<Result<Vec<ReadLine>, ListProblem>, StoreError> {
        let read = tokio::task::spawn_blocking(move || read_list(&bytes)).await;
        read.map_err(|_| StoreError::Failed("a list was not read to its end".into()))
    }

    /// Keeps a list to be looked at; its number.
    ///
    /// # Errors
    /// The database's; then the list is never seen.
    pub async fn take_list(
        &self,
        operator: OperatorId,
        new: NewList,
        meta: RequestMeta,
    ) -> DeskResult<String> {
        let NewList { reason, basis, lines } = new;
        let begun = self
            .run("bulk_unlink", operator, None, meta.clone(), move |this, db, _| {
                this.begin_list(db, operator, reason, &basis)
            })
            .await?;
        let begun = match begun {
            Ok(begun) => begun,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut to_do = 0;
        for slice in lines.chunks(SLICE) {
            to_do += self.keep_slice(begun.id, &begun.operator, slice.to_vec()).await?;
        }
        let Begun { id, number, .. } = begun;
        let count = lines.len() as u64;
        self.run("bulk_unlink", operator, None, meta, move |this, db, meta| {
            this.finish_list(db, operator, (id, &number), (count, to_do), meta)
        })
        .await
    }

    fn begin_list(
        &self,
        db: &mut Db,
        operator: OperatorId,
        reason: UnlinkReason,
        basis: &Basis,
    ) -> DeskResult<Begun> {
        let Some(operator) = rights::find_permitted(db, operator, Permission::BulkUnlink)? else {
            return Ok(Err(Refusal::NotFound));
        };
        let now = self.linking.clock.now();
        let uid = random::uuid().to_string();
        let list = UnlinkList {
            id: ListId(0),
            number: new_reference(),
            area: operator.area,
            reason,
            basis_sealed: seal_basis(&self.linking.keys, SealedColumn::ListBasis, &uid, basis),
            state: ListState::Loading,
            lines: 0,
            to_do: 0,
            position: 0,
            settled: 0,
            unlinked: 0,
            asked_by: operator.id,
            approved_by: None,
            created_at: now,
            expires_at: now + self.approval_life(),
            ended_at: None,
            uid,
        };
        let id = bulk_unlinks::insert(db, &list)?;
        Ok(Ok(Begun { id, number: list.number, operator }))
    }

    /// Looks a slice up and keeps it; how many of its lines there is something to do about.
    async fn keep_slice(
        &self,
        list: ListId,
        operator: &Operator,
        slice: Vec<ReadLine>,
    ) -> Result<u64, StoreError> {
        let (area, own) = (operator.area, operator.profile);
        let store = &self.linking.store;
        let lines: Vec<ListLine> = store
            .read(move |db| {
                let uids: Vec<&str> = slice.iter().filter_map(|line| line.uid()).collect();
                let named = bulk_unlink_lines::look_up(db, area, &uids)?;
                let judged = slice.iter().map(|line| {
                    let found = line.uid().and_then(|uid| named.get(uid));
                    let finding = match (&line.said, found) {
                        (Said::Nothing, _) => Finding::Malformed,
                        (Said::Repeats(_), _) => Finding::Repeated,
                        (Said::Uid(_), None) => Finding::NotFound,
                        (Said::Uid(_), Some(named)) => Finding::of(LineFacts {
                            own: own == Some(named.profile),
                            guarded: named.guarded,
                            closed: named.closed,
                            link: named.link.map(|(_, status)| status),
                        }),
                    };
                    let first_line = match line.said {
                        Said::Repeats(first) => Some(first),
                        _ => None,
                    };
                    ListLine {
                        line: line.line,
                        finding,
                        profile: found.map(|named| named.profile),
                        link: found.and_then(|named| named.link).map(|(link, _)| link),
                        first_line,
                    }
                });
                Ok(judged.collect())
            })
            .await?;
        let to_do = lines.iter().filter(|line| line.finding.is_to_do()).count();
        store.write(move |db| bulk_unlink_lines::insert(db, list, &lines)).await?;
        Ok(to_do as u64)
    }

    fn finish_list(
        &self,
        db: &mut Db,
        operator: OperatorId,
        (id, number): (ListId, &str),
        (lines, to_do): (u64, u64),
        meta: &RequestMeta,
    ) -> DeskResult<String> {
        // A right that was lost meanwhile leaves a list that nobody will see.
        if rights::find_permitted(db, operator, Permission::BulkUnlink)?.is_none()
            || !bulk_unlinks::finish_loading(db, id, lines, to_do)?
        {
            return Ok(Err(Refusal::NotFound));
        }
        let event = BulkEvent::Uploaded { list: number.to_owned(), lines, to_do };
        audit::record(db, self.linking.clock.now(), event, Actor::Operator(operator), None, meta)?;
        Ok(Ok(number.to_owned()))
    }
}
