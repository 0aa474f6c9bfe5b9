//! The same for the helpdesk: operators' deeds, the letter's address, the line of a list.

use std::sync::Arc;

use chrono::Duration;
use diesel::prelude::*;
use privyazka::access::OperatorId;
use privyazka::audit::RequestMeta;
use privyazka::each;
use privyazka::helpdesk::links::approval::ApprovalId;
use privyazka::helpdesk::links::bulk::carry_out::ListWorker;
use privyazka::helpdesk::links::bulk::finding::Finding;
use privyazka::helpdesk::links::bulk::read_list::read_list;
use privyazka::helpdesk::links::bulk::take_list::NewList;
use privyazka::helpdesk::links::dispute::Undo;
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::helpdesk::links::unlink_for_profile::Unlinked;
use privyazka::helpdesk::links::unlink_request::UnlinkReason;
use privyazka::linking::undo::UndoResult;
use privyazka::store::linking_codes::{self, NewCode};
use privyazka::store::schema::{approvals, bulk_unlink_lines, bulk_unlinks};
use privyazka::store::undo_tokens;

use crate::desk::basis;
use crate::desk_model::{Deed, Done, Readiness};
use crate::model::{Answer, TABS};
use crate::round::Round;

impl Round<'_> {
    /// Makes ready what the model says.
    pub async fn make_ready(&mut self, readiness: &Readiness) {
        let world = self.world;
        for (tab, (profile, account)) in TABS.into_iter().enumerate() {
            if readiness.tabs[tab] {
                let session = world.session(self.profiles[profile]).await;
                let trip = world.trip(&session, &self.accounts[account]).await;
                self.tabs[tab] = (session, trip);
            }
        }
        for (profile, link) in &self.links {
            self.letters.push(world.undo_token(*profile, Some(*link)).await);
        }
        for at in (0..2).filter(|at| readiness.codes[*at]) {
            let (profile, now) = (self.profiles[at], world.clock.now());
            let digest = self.codes[at].digest(&world.keys, &format!("uid-{}", self.logins[at]));
            let new = [NewCode { profile, digest }];
            world.write(move |db| linking_codes::insert(db, 1, &new, now, now + Duration::days(7))).await;
        }
        if let Some(profile) = readiness.line {
            self.list = Some(self.begin_list(profile).await);
        }
    }

    /// A list of one profile that the first operator handed in and the second agreed to.
    async fn begin_list(&self, profile: usize) -> String {
        let (desk, [first, second]) = (self.world.desk(), self.operators);
        let meta = RequestMeta::default;
        let file = format!("uid\nuid-{}\n", self.logins[profile]);
        let lines = read_list(file.as_bytes()).expect("a list");
        let new = NewList { reason: UnlinkReason::Left, basis: basis(), lines };
        let number = desk.take_list(first, new, meta()).await.unwrap().unwrap();
        desk.ask_for_list(first, number.clone(), meta()).await.unwrap().unwrap();
        let request = approvals::table.filter(approvals::number.eq(number.clone())).select(approvals::id);
        let request = self.world.read(move |db| Ok(each!(db, |c| request.first(c))?)).await;
        desk.approve(second, ApprovalId(request), meta()).await.unwrap().unwrap();
        number
    }

    /// Nothing of the list is left to the next round.
    pub async fn leave(self) {
        let Some(number) = self.list else { return };
        let stopped = self.world.desk().stop_list(self.operators[0], number, RequestMeta::default()).await;
        assert!(matches!(stopped, Ok(Ok(()) | Err(Refusal::ListChanged))), "{stopped:?}");
    }

    pub async fn do_deed(&self, by: OperatorId, deed: Deed) -> Result<Done, Refusal> {
        let (world, desk, meta) = (self.world, self.world.desk(), RequestMeta::default());
        let unlinked = |done: Unlinked| match done {
            Unlinked::Done { told: true, .. } => Done::Removed,
            Unlinked::Asked { .. } => Done::Asked,
            other => panic!("{other:?}"),
        };
        let at = |link: usize| self.links[link];
        match deed {
            Deed::Unlink(link) => world.unlink_by(by, at(link).0, at(link).1).await.map(unlinked),
            Deed::Freeze(link) => world.freeze_by(by, at(link).0, at(link).1).await.map(|_| Done::Kept),
            Deed::Unfreeze(link) => world.unfreeze_by(by, at(link).0, at(link).1).await.map(|_| Done::Kept),
            Deed::Restore(link) => world.restore_by(by, at(link).0, at(link).1).await.map(|_| Done::Kept),
            Deed::Approve(request) => {
                desk.approve(by, self.requests[request], meta).await.unwrap().map(unlinked)
            }
            Deed::Refuse(request) => {
                desk.refuse(by, self.requests[request], meta).await.unwrap().map(|()| Done::Kept)
            }
            Deed::Withdraw(request) => {
                desk.withdraw(by, self.requests[request], meta).await.unwrap().map(|()| Done::Kept)
            }
        }
    }

    pub async fn dispute(&self, letter: usize) -> Answer {
        match self.world.dispute(&self.letters[letter]).await {
            Undo::Done { result, case } => Answer::Undone(result, case.is_some()),
            other => panic!("{other:?}"),
        }
    }

    pub async fn carry_line_out(&self) -> Answer {
        Answer::Lines(ListWorker::new(self.world.desk()).round().await.unwrap())
    }

    /// What came of each letter's address.
    pub async fn undone(&self) -> Vec<Option<UndoResult>> {
        let (letters, now) = (Arc::new(self.letters.clone()), self.world.clock.now());
        let found = self.world.read(move |db| {
            let find = |letter: &privyazka::platform::secret::Token| {
                Ok(undo_tokens::find(db, &letter.digest(), now)?.expect("kept").result)
            };
            letters.iter().map(find).collect()
        });
        found.await
    }

    /// What the line of the list came to.
    pub async fn line(&self) -> Option<Finding> {
        let number = self.list.clone()?;
        let finding: String = self
            .world
            .read(move |db| {
                let of =
                    bulk_unlinks::table.filter(bulk_unlinks::number.eq(&number)).select(bulk_unlinks::id);
                let line = bulk_unlink_lines::table
                    .filter(bulk_unlink_lines::bulk_id.eq_any(of))
                    .select(bulk_unlink_lines::finding);
                Ok(each!(db, |c| line.first(c))?)
            })
            .await;
        Finding::from_name(&finding)
    }
}
