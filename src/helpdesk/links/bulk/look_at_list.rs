//! Shows lists to the operators of their area: the last ones, and one with what its lines come to.

use std::collections::HashMap;

use super::decide_list::find_permitted_list;
use super::finding::Finding;
use super::list::{ListLine, ListState, UnlinkList};
use crate::access::{OperatorId, Permission, rights};
use crate::audit::{self, Actor, BulkEvent, RequestMeta};
use crate::directory::{Profile, ProfileId};
use crate::helpdesk::links::link_desk::{LinkDesk, open_basis};
use crate::store::sealed_values::SealedColumn;
use crate::store::{Db, StoreError, bulk_unlink_lines, bulk_unlinks, operators, profiles};

/// Lists that the page of lists shows.
const LAST: i64 = 20;
/// Lines of each finding that a list's page shows; the file of results has them all.
pub const SHOWN: u8 = 20;

/// A list with what an operator needs to see of it.
#[derive(Clone, Debug)]
pub struct SeenList {
    /// The list.
    pub list: UnlinkList,
    /// Where it stands now.
    pub state: ListState,
    /// What it rests on.
    pub basis: String,
    /// Name of whoever handed it in.
    pub asked_by: String,
    /// Name of whoever agreed.
    pub approved_by: Option<String>,
    /// Whether it is this operator's own.
    pub own: bool,
    /// How many lines come to what.
    pub counts: Vec<(Finding, u64)>,
    /// The first lines of each finding.
    pub lines: Vec<ListLine>,
    /// The profiles of those whose link is to be removed; only before anything is.
    pub profiles: HashMap<ProfileId, Profile>,
}

impl LinkDesk {
    /// The last lists of an operator's area, the newest first, with the names of who handed them in.
    ///
    /// # Errors
    /// The database's.
    pub async fn last_lists(
        &self,
        operator: OperatorId,
    ) -> Result<Option<Vec<(UnlinkList, String)>>, StoreError> {
        let read = move |db: &mut Db| {
            let Some(operator) = rights::find_permitted(db, operator, Permission::BulkUnlink)? else {
                return Ok(None);
            };
            let lists = bulk_unlinks::list_last(db, operator.area, LAST)?;
            let askers: Vec<_> = lists.iter().map(|list| list.asked_by).collect();
            let names = operators::list_names(db, &askers)?;
            let named = lists.into_iter().map(|list| {
                let name = names.get(&list.asked_by).cloned().unwrap_or_default();
                (list, name)
            });
            Ok(Some(named.collect()))
        };
        self.linking.store.read(read).await
    }

    /// One list. Before it is carried out it shows people, and that somebody looked is recorded; later it
    /// shows numbers only.
    ///
    /// # Errors
    /// The database's.
    pub async fn look_at_list(
        &self,
        operator: OperatorId,
        number: String,
        meta: RequestMeta,
    ) -> Result<Option<SeenList>, StoreError> {
        let this = self.clone();
        let (wanted, now) = (number.clone(), self.linking.clock.now());
        let seen = self.linking.store.read(move |db| this.seen_in(db, operator, &wanted)).await?;
        let Some(seen) = seen else { return Ok(None) };
        if seen.profiles.is_empty() {
            return Ok(Some(seen));
        }
        let record = move |db: &mut Db| {
            let event = BulkEvent::Viewed { list: number.clone() };
            audit::record(db, now, event, Actor::Operator(operator), None, &meta)
        };
        // Nobody is shown before it is recorded.
        self.linking.store.write(record).await?;
        Ok(Some(seen))
    }

    fn seen_in(
        &self,
        db: &mut Db,
        operator: OperatorId,
        number: &str,
    ) -> Result<Option<SeenList>, StoreError> {
        let Some((operator, list)) = find_permitted_list(db, operator, number)? else { return Ok(None) };
        let state = list.state_at(self.linking.clock.now());
        let counts = bulk_unlink_lines::count_by_finding(db, list.id)?;
        let lines = bulk_unlink_lines::list_first_of_each(db, list.id, SHOWN)?;
        let shown: Vec<_> = match state {
            ListState::Draft | ListState::Asked => {
                lines.iter().filter(|line| line.finding.is_to_do()).filter_map(|line| line.profile).collect()
            }
            _ => Vec::new(),
        };
        let profiles = profiles::list(db, &shown)?.into_iter().map(|profile| (profile.id, profile)).collect();
        let hands: Vec<_> = [Some(list.asked_by), list.approved_by].into_iter().flatten().collect();
        let names = operators::list_names(db, &hands)?;
        let basis = open_basis(&self.linking.keys, SealedColumn::ListBasis, &list.uid, &list.basis_sealed)
            .map_err(|_| StoreError::Corrupt("bulk_unlinks.comment_sealed"))?;
        Ok(Some(SeenList {
            state,
            basis,
            asked_by: names.get(&list.asked_by).cloned().unwrap_or_default(),
            approved_by: list.approved_by.and_then(|approver| names.get(&approver).cloned()),
            own: list.asked_by == operator.id,
            counts,
            lines,
            profiles,
            list,
        }))
    }
}
