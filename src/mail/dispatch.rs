//! Sends what the outbox holds: at least once, each letter on its own, several workers at a time.
//!
//! An entry is leased with its letter, sent at once and settled afterwards, together with whatever else has
//! ended by then. A worker that dies leaves a lease that runs out. A letter is doubled only when the
//! server's "250" did not arrive or could not be stored; the repeat is the same to the byte.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::Duration as Span;
use tokio::sync::Notify;

use super::address;
use super::desk::Desk;
use super::outbox::{Outbox, cell};
use super::transport::{OutgoingLetter, SendError, Transport};
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::random;
use crate::platform::secret::Keys;
use crate::store::outbox_entries::{self, Lease, LeasedLetter};
use crate::store::{Db, Store, StoreError};

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
}

impl Round {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.postponed += other.postponed;
        self.dead += other.dead;
    }
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

/// A letter whose attempt is over.
pub(super) struct Ended {
    lease: Lease,
    /// Masked, for the log.
    recipient: String,
    sent: Result<(), SendError>,
}

/// What follows from it.
#[derive(Clone)]
struct Note {
    lease: Lease,
    recipient: String,
    fate: Fate,
}

#[derive(Clone)]
enum Fate {
    Sent,
    Postponed(Timestamp, String),
    Dead(String),
}

impl Note {
    fn log(&self) {
        let Lease { uid, kind, attempt, .. } = &self.lease;
        let recipient = &self.recipient;
        match &self.fate {
            Fate::Sent => tracing::info!(uid, kind, recipient, attempt, "letter sent"),
            Fate::Dead(reason) => tracing::error!(uid, kind, recipient, attempt, reason, "letter given up"),
            Fate::Postponed(_, reason) => {
                tracing::warn!(uid, kind, recipient, attempt, reason, "letter postponed");
            }
        }
    }
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
        let mut desk = Desk::new(self, self.limits.parallel);
        loop {
            if let Err(error) = desk.fill().await {
                tracing::error!(%error, "letters wait: the outbox cannot be read");
            }
            if desk.is_empty() {
                self.transport.rest().await;
            }
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = desk.step() => {}
                () = self.signal.notified() => desk.look_again(),
                () = tokio::time::sleep(self.limits.look_every) => {
                    if self.has_due().await {
                        desk.look_again();
                    }
                }
            }
        }
        let ending = async { while desk.step().await.is_some() {} };
        let _ = tokio::time::timeout(self.limits.shutdown_grace, ending).await;
        self.give_back(desk.into_held()).await;
        self.transport.rest().await;
    }

    /// Sends everything that is due now, and returns when it is settled.
    ///
    /// # Errors
    /// The store's, when it cannot say what is due.
    pub async fn dispatch_due(&self) -> Result<Round, StoreError> {
        let mut round = Round::default();
        let mut desk = Desk::new(self, self.limits.parallel);
        loop {
            desk.fill().await?;
            match desk.step().await {
                Some(settled) => round.add(settled),
                None => break,
            }
        }
        self.transport.rest().await;
        Ok(round)
    }

    /// A look that costs no write: most have nothing to find.
    async fn has_due(&self) -> bool {
        let now = self.clock.now();
        let found = self.store.read(move |db| outbox_entries::has_due(db, now)).await;
        found.unwrap_or_else(|error| {
            tracing::error!(%error, "letters wait: the outbox cannot be read");
            false
        })
    }

    pub(super) async fn lease(&self, room: usize) -> Result<Vec<LeasedLetter>, StoreError> {
        let now = self.clock.now();
        let until = now + self.limits.letter_timeout + LEASE_MARGIN;
        self.store.write(move |db| outbox_entries::lease_due(db, now, until, room)).await
    }

    /// One attempt at one letter, which begins with its lease: nothing could be cancelled in between.
    pub(super) async fn attempt(&self, lease: Lease, sealed: Vec<u8>) -> Ended {
        let letter = match self.open(&lease.uid, &sealed) {
            Ok(letter) => letter,
            Err(error) => return Ended { lease, recipient: "***".into(), sent: Err(error) },
        };
        let recipient = address::masked(&letter.to);
        let sent = tokio::time::timeout(self.limits.letter_timeout, self.transport.send(&letter))
            .await
            .unwrap_or_else(|_| Err(SendError::Transient("no answer in time".into())));
        Ended { lease, recipient, sent }
    }

    /// Notes what became of letters, all in one commit. Those that were sent have gone: the fewer wait for
    /// their note, the fewer are doubled by a crash, so nothing is waited for but the commit before.
    pub(super) async fn settle(&self, ended: Vec<Ended>) -> (Vec<Lease>, Round) {
        let now = self.clock.now();
        let leases: Vec<_> = ended.iter().map(|ended| ended.lease.clone()).collect();
        let notes: Vec<_> = ended.into_iter().map(|ended| self.judge(ended, now)).collect();
        let (written, mut round) = (notes.clone(), Round::default());
        let write = move |db: &mut Db| {
            let sent = written.iter().filter(|note| matches!(note.fate, Fate::Sent));
            let sent: Vec<_> = sent.map(|note| note.lease.id).collect();
            if !sent.is_empty() {
                outbox_entries::close_sent(db, &sent, now)?;
            }
            // Failures are the exception, and each has a reason of its own.
            written.iter().try_for_each(|note| match &note.fate {
                Fate::Sent => Ok(()),
                Fate::Dead(reason) => outbox_entries::close_dead(db, &note.lease, now, reason).map(drop),
                Fate::Postponed(next, reason) => {
                    outbox_entries::postpone(db, &note.lease, *next, Some(reason)).map(drop)
                }
            })
        };
        let settled = if notes.iter().all(|note| matches!(note.fate, Fate::Sent)) {
            self.store.write_statement(write).await
        } else {
            self.store.write(write).await
        };
        if let Err(error) = settled {
            // The leases run out and the letters are taken up again.
            tracing::error!(%error, count = notes.len(), "letters not settled");
            round.postponed = notes.len();
            return (leases, round);
        }
        for note in &notes {
            note.log();
            match &note.fate {
                Fate::Sent => round.sent += 1,
                Fate::Dead(_) => round.dead += 1,
                Fate::Postponed(..) => round.postponed += 1,
            }
        }
        (leases, round)
    }

    fn judge(&self, ended: Ended, now: Timestamp) -> Note {
        let Ended { lease, recipient, sent } = ended;
        let last = lease.created_at + GIVE_UP_AFTER;
        let fate = match sent {
            Ok(()) => Fate::Sent,
            Err(SendError::Permanent(reason)) => Fate::Dead(reason),
            Err(SendError::Transient(reason)) if now >= last => Fate::Dead(reason),
            Err(SendError::Transient(reason)) => {
                Fate::Postponed((now + pause(lease.attempt, random::bytes())).min(last), reason)
            }
        };
        Note { lease, recipient, fate }
    }

    fn open(&self, uid: &str, sealed: &[u8]) -> Result<OutgoingLetter, SendError> {
        // Not final: the right key opens it again.
        let unreadable = || SendError::Transient("entry: unreadable".into());
        let plain = self.keys.sealer.open(cell(uid), sealed).map_err(|_| unreadable())?;
        serde_json::from_slice(&plain).map_err(|_| unreadable())
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
