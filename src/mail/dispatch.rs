//! Sends what the outbox holds: at least once, each letter on its own, several workers at a time.
//!
//! An entry is leased, its letter read again right before it is sent (it may have been cancelled since)
//! and settled afterwards. A worker that dies leaves a lease that runs out. A letter is doubled only
//! when the server's "250" did not arrive or could not be stored; the repeat is the same to the byte.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::Duration as Span;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Notify;

use super::address;
use super::outbox::{Outbox, cell};
use super::transport::{OutgoingLetter, SendError, Transport};
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::random;
use crate::platform::secret::Keys;
use crate::store::outbox_entries::{self, Lease};
use crate::store::{Store, StoreError};

/// Bounds of the work.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Letters under way at once.
    pub parallel: usize,
    /// Longest attempt at one letter.
    pub letter_timeout: Duration,
    /// How often to look for work without being woken.
    pub look_every: Duration,
    /// How long letters under way may take to end at shutdown.
    pub shutdown_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            parallel: 8,
            letter_timeout: Duration::from_secs(30),
            look_every: Duration::from_secs(10),
            shutdown_grace: Duration::from_secs(5),
        }
    }
}

/// What became of the letters of one round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Taken by the transport.
    pub sent: usize,
    /// To be tried again.
    pub postponed: usize,
    /// Given up.
    pub dead: usize,
    /// Cancelled, or passed on to another worker, before they were sent.
    pub dropped: usize,
}

/// The worker. Clones share transport and signal.
#[derive(Clone)]
pub struct Dispatcher {
    store: Store,
    keys: Arc<Keys>,
    transport: Arc<Transport>,
    clock: Clock,
    signal: Arc<Notify>,
    limits: Limits,
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dispatcher")
    }
}

/// A letter older than this is given up.
const GIVE_UP_AFTER: Span = Span::days(3);

/// Longer than any attempt may last, so that no living worker loses its lease.
const LEASE_MARGIN: Duration = Duration::from_secs(60);

enum Settled {
    Sent,
    Postponed,
    Dead,
    Dropped,
}

impl Dispatcher {
    /// A worker for the letters that `outbox` keeps in `store`.
    pub fn new(store: Store, keys: Arc<Keys>, transport: Transport, clock: Clock, outbox: &Outbox) -> Self {
        let (transport, signal) = (Arc::new(transport), outbox.signal());
        Self { store, keys, transport, clock, signal, limits: Limits::default() }
    }

    /// The same with other bounds.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Sends letters until `shutdown` completes; then lets those under way end, and gives the rest back.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        tokio::pin!(shutdown);
        let mut running = FuturesUnordered::new();
        let mut leases = Vec::new();
        loop {
            match self.lease(self.limits.parallel.saturating_sub(running.len())).await {
                Ok(taken) => {
                    for lease in taken {
                        leases.push(lease.clone());
                        running.push(self.attempt(lease));
                    }
                }
                Err(error) => tracing::error!(%error, "letters wait: the outbox cannot be read"),
            }
            if running.is_empty() {
                self.transport.rest().await;
            }
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some((lease, _)) = running.next(), if !running.is_empty() => leases.retain(|held| *held != lease),
                () = self.signal.notified() => {}
                () = tokio::time::sleep(self.limits.look_every) => {}
            }
        }
        let grace = tokio::time::sleep(self.limits.shutdown_grace);
        tokio::pin!(grace);
        loop {
            tokio::select! {
                () = &mut grace => break,
                ended = running.next() => match ended {
                    Some((lease, _)) => leases.retain(|held| *held != lease),
                    None => break,
                },
            }
        }
        drop(running);
        self.give_back(leases).await;
        self.transport.rest().await;
    }

    /// Sends everything that is due now, and returns when it is settled.
    ///
    /// # Errors
    /// The store's, when it cannot say what is due.
    pub async fn dispatch_due(&self) -> Result<Round, StoreError> {
        let mut round = Round::default();
        let mut running = FuturesUnordered::new();
        loop {
            for lease in self.lease(self.limits.parallel.saturating_sub(running.len())).await? {
                running.push(self.attempt(lease));
            }
            match running.next().await {
                Some((_, Settled::Sent)) => round.sent += 1,
                Some((_, Settled::Postponed)) => round.postponed += 1,
                Some((_, Settled::Dead)) => round.dead += 1,
                Some((_, Settled::Dropped)) => round.dropped += 1,
                None => break,
            }
        }
        self.transport.rest().await;
        Ok(round)
    }

    async fn lease(&self, room: usize) -> Result<Vec<Lease>, StoreError> {
        let now = self.clock.now();
        // A look costs no write, and so no synchronisation of the disk.
        if room == 0 || !self.store.read(move |db| outbox_entries::has_due(db, now)).await? {
            return Ok(Vec::new());
        }
        let until = now + self.limits.letter_timeout + LEASE_MARGIN;
        self.store.write(move |db| outbox_entries::lease_due(db, now, until, room)).await
    }

    /// One attempt at one letter, to its settlement.
    async fn attempt(&self, lease: Lease) -> (Lease, Settled) {
        let settled = self.try_send(&lease).await;
        let settled = settled.unwrap_or_else(|error| {
            // The lease runs out and the letter is taken up again.
            tracing::error!(%error, uid = lease.uid, "letter not settled");
            Settled::Postponed
        });
        (lease, settled)
    }

    async fn try_send(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let held = lease.clone();
        let Some(sealed) = self.store.read(move |db| outbox_entries::find_leased(db, &held)).await? else {
            return Ok(Settled::Dropped);
        };
        let letter = match self.open(&lease.uid, &sealed) {
            Ok(letter) => letter,
            Err(error) => return self.fail(lease, "***", error).await,
        };
        let recipient = address::masked(&letter.to);
        let sent = tokio::time::timeout(self.limits.letter_timeout, self.transport.send(&letter))
            .await
            .unwrap_or_else(|_| Err(SendError::Transient("no answer in time".into())));
        if let Err(error) = sent {
            return self.fail(lease, &recipient, error).await;
        }
        let (now, held) = (self.clock.now(), lease.clone());
        self.store.write(move |db| outbox_entries::close_sent(db, &held, now)).await?;
        let (kind, attempt) = (&lease.kind, lease.attempt);
        tracing::info!(uid = lease.uid, kind, recipient, attempt, "letter sent");
        Ok(Settled::Sent)
    }

    fn open(&self, uid: &str, sealed: &[u8]) -> Result<OutgoingLetter, SendError> {
        // Not final: the right key opens it again.
        let unreadable = || SendError::Transient("entry: unreadable".into());
        let plain = self.keys.sealer.open(cell(uid), sealed).map_err(|_| unreadable())?;
        serde_json::from_slice(&plain).map_err(|_| unreadable())
    }

    async fn fail(&self, lease: &Lease, recipient: &str, error: SendError) -> Result<Settled, StoreError> {
        let (now, held, reason) = (self.clock.now(), lease.clone(), error.to_string());
        let (uid, kind, attempt) = (&lease.uid, &lease.kind, lease.attempt);
        let last = lease.created_at + GIVE_UP_AFTER;
        if matches!(error, SendError::Permanent(_)) || now >= last {
            tracing::error!(uid, kind, recipient, attempt, reason, "letter given up");
            self.store.write(move |db| outbox_entries::close_dead(db, &held, now, &reason)).await?;
            return Ok(Settled::Dead);
        }
        tracing::warn!(uid, kind, recipient, attempt, reason, "letter postponed");
        let next = (now + pause(lease.attempt, random::bytes())).min(last);
        self.store.write(move |db| outbox_entries::postpone(db, &held, next, Some(&reason))).await?;
        Ok(Settled::Postponed)
    }

    async fn give_back(&self, leases: Vec<Lease>) {
        if leases.is_empty() {
            return;
        }
        let now: Timestamp = self.clock.now();
        // At most `parallel` of them, once in a process's life.
        let given = self.store.write(move |db| {
            leases.iter().try_for_each(|lease| outbox_entries::postpone(db, lease, now, None).map(drop))
        });
        if let Err(error) = given.await {
            tracing::warn!(%error, "leases were not given back; they run out by themselves");
        }
    }
}

/// Half a minute, doubled with each attempt up to an hour, less up to a half of it by chance, so that
/// letters that failed together do not come back together.
fn pause(attempt: i64, chance: [u8; 2]) -> Span {
    let doublings = u32::try_from(attempt - 1).unwrap_or(u32::MAX).min(7);
    let full = (30_000_i64 << doublings).min(3_600_000);
    let less = full / 2 * i64::from(u16::from_be_bytes(chance)) / i64::from(u16::MAX);
    Span::milliseconds(full - less)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t76_pauses_double_to_an_hour_and_vary_by_half() {
        let longest: Vec<_> = (1..=9).map(|attempt| pause(attempt, [0, 0]).num_seconds()).collect();
        assert_eq!(longest, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(pause(1, [255, 255]).num_milliseconds(), 15_000);
        assert_eq!(pause(i64::MAX, [255, 255]).num_minutes(), 30);
        assert!(pause(3, [128, 0]) < pause(3, [127, 0]));
    }
}
