//! The letters that one worker has in hand: leased, under way, ended, settled.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::dispatch::{Dispatcher, Ended, Round};
use crate::store::StoreError;
use crate::store::outbox_entries::{Lease, LeasedLetter};

/// A worker's letters. Sending goes on while what has ended is settled, one commit after another: letters
/// that end meanwhile share the next one.
pub(super) struct Desk<'a> {
    dispatcher: &'a Dispatcher,
    room: usize,
    held: Vec<Lease>,
    sending: FuturesUnordered<BoxFuture<'a, Ended>>,
    ended: Vec<Ended>,
    settling: Option<BoxFuture<'a, (Vec<Lease>, Round)>>,
    /// Whether the last look left something behind that was due.
    more: bool,
}

impl<'a> Desk<'a> {
    pub(super) fn new(dispatcher: &'a Dispatcher, room: usize) -> Self {
        let sending = FuturesUnordered::new();
        Self { dispatcher, room, held: Vec::new(), sending, ended: Vec::new(), settling: None, more: true }
    }

    /// Says that letters may have come.
    pub(super) fn look_again(&mut self) {
        self.more = true;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Leases what is due and begins to send it, as far as there is room.
    ///
    /// # Errors
    /// The store's, when it cannot say what is due.
    pub(super) async fn fill(&mut self) -> Result<(), StoreError> {
        let room = self.room.saturating_sub(self.held.len());
        if room == 0 || !self.more {
            return Ok(());
        }
        let leased = self.dispatcher.lease(room).await?;
        self.more = leased.len() == room;
        for LeasedLetter { lease, sealed } in leased {
            self.held.push(lease.clone());
            self.sending.push(self.dispatcher.attempt(lease, sealed).boxed());
        }
        Ok(())
    }

    /// Waits until a letter has ended or some are settled, and tells of those that are; `None` with an empty
    /// desk. It may be dropped at any time: what it waits for stays here.
    pub(super) async fn step(&mut self) -> Option<Round> {
        let mut settled = Round::default();
        if let Some(settling) = &mut self.settling {
            tokio::select! {
                (leases, round) = settling => {
                    self.settling = None;
                    self.held.retain(|held| !leases.contains(held));
                    settled = round;
                }
                Some(ended) = self.sending.next() => self.ended.push(ended),
            }
        } else {
            self.ended.push(self.sending.next().await?);
        }
        // Whatever has ended by now shares a commit.
        while let Some(Some(ended)) = self.sending.next().now_or_never() {
            self.ended.push(ended);
        }
        if self.settling.is_none() && !self.ended.is_empty() {
            let ended = std::mem::take(&mut self.ended);
            self.settling = Some(self.dispatcher.settle(ended).boxed());
        }
        Some(settled)
    }

    /// What was neither sent nor settled.
    pub(super) fn into_held(self) -> Vec<Lease> {
        self.held
    }
}
