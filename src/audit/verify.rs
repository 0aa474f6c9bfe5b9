//! Walks the chain from its beginning to its head, a page at a time, while the service may go on writing.
//!
//! It reads, never locks. What the retention destroys meanwhile shows as a checkpoint behind the place where
//! the walk stands, and the walk goes on from there.

use super::AuditEntry;
use super::breach::Breach;
use super::chain::{Anchor, Seal, SealInput};
use super::event::AUDIT_DESTROYED;
use crate::store::audit_seals::{self, SealedEntry};
use crate::store::{Store, StoreError};

/// Seals read at once: what bounds the memory.
const PAGE: i64 = 1_000;
/// Numbers of events looked through at once for those outside the chain.
const RANGE: i64 = 20_000;

/// What is to be held against the chain.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// Places that were noted elsewhere: in the log, in a letter.
    pub anchors: Vec<Anchor>,
    /// Where to begin: a place verified before. The whole chain without.
    pub from: Option<Anchor>,
}

/// What the walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Where the walk began: the start, a checkpoint, or the place asked for.
    pub begin: Anchor,
    /// Where it ended.
    pub head: Anchor,
    /// Records that were walked.
    pub walked: u64,
    /// Events that still wait for their seal; nothing proves these yet.
    pub unsealed: i64,
    /// Anchors from before the beginning, which nothing can be held against any more.
    pub too_old: Vec<Anchor>,
    /// The first thing that is wrong.
    pub breach: Option<Breach>,
}

/// Verifies the chain over `store`.
///
/// # Errors
/// The database cannot be read; that says nothing of the chain.
pub async fn verify(store: &Store, expected: &Expectation) -> Result<Report, StoreError> {
    let mut walk = Walk::begin(store, expected).await?;
    let breach = walk.breach(expected.from).await?;
    let unsealed = store.read(audit_seals::count_unsealed).await?;
    let Walk { begin, at, walked, too_old, .. } = walk;
    Ok(Report { begin, head: at, walked, unsealed, too_old, breach })
}

struct Walk<'a> {
    store: &'a Store,
    /// Still ahead, in order.
    anchors: Vec<Anchor>,
    too_old: Vec<Anchor>,
    begin: Anchor,
    /// The last seal that was found right.
    at: Anchor,
    walked: u64,
    /// The checkpoint the walk stands on, until its record of destruction is met.
    unrecorded: Option<Anchor>,
}

impl<'a> Walk<'a> {
    async fn begin(store: &'a Store, expected: &Expectation) -> Result<Self, StoreError> {
        let checkpoint = store.read(audit_seals::find_checkpoint).await?;
        let begin = expected.from.or(checkpoint).unwrap_or(Anchor::START);
        let mut anchors = expected.anchors.clone();
        anchors.sort_by_key(|anchor| anchor.sequence);
        let unrecorded = checkpoint.filter(|_| expected.from.is_none());
        Ok(Self { store, anchors, too_old: Vec::new(), begin, at: begin, walked: 0, unrecorded })
    }

    async fn breach(&mut self, from: Option<Anchor>) -> Result<Option<Breach>, StoreError> {
        if let Some(from) = from
            && let Some(breach) = self.still_stands(from).await?
        {
            return Ok(Some(breach));
        }
        if let Some(breach) = self.chain().await? {
            return Ok(Some(breach));
        }
        if let Some(breach) = self.checkpoint_record().await? {
            return Ok(Some(breach));
        }
        if let Some(event) = self.store.read(audit_seals::find_waiting_without_event).await? {
            return Ok(Some(Breach::WaitingMissing { event }));
        }
        self.outside().await
    }

    /// Whether the place that was verified before is as it was.
    async fn still_stands(&self, from: Anchor) -> Result<Option<Breach>, StoreError> {
        let found = self.store.read(move |db| audit_seals::list_after(db, from.sequence - 1, 1)).await?;
        let found = found.first().map(|sealed| sealed.seal.anchor);
        Ok(match found {
            Some(found) if found == from => None,
            Some(found) if found.sequence == from.sequence => Some(Breach::Rewritten { anchor: from }),
            Some(found) => Some(Breach::SealsMissing { first: from.sequence, last: found.sequence - 1 }),
            None => {
                let head = self.store.read(audit_seals::find_head).await?;
                Some(Breach::TailCut { anchor: from, head })
            }
        })
    }

    /// From seal to seal up to the head.
    async fn chain(&mut self) -> Result<Option<Breach>, StoreError> {
        loop {
            if let Some(breach) = self.known_places(self.at) {
                return Ok(Some(breach));
            }
            let page = match self.page(PAGE).await {
                Ok(page) => page,
                Err(StoreError::Failed(_) | StoreError::Corrupt(_)) => match self.unreadable().await? {
                    Some(breach) => return Ok(Some(breach)),
                    None => self.page(1).await?,
                },
                Err(error) => return Err(error),
            };
            if page.is_empty() {
                return Ok(self
                    .anchors
                    .first()
                    .map(|anchor| Breach::TailCut { anchor: *anchor, head: self.at }));
            }
            for sealed in page {
                if let Some(breach) = self.step(&sealed) {
                    if self.destroyed_meanwhile().await? {
                        break;
                    }
                    return Ok(Some(self.explain(&sealed, breach).await?));
                }
            }
        }
    }

    async fn page(&self, limit: i64) -> Result<Vec<SealedEntry>, StoreError> {
        let after = self.at.sequence;
        self.store.read(move |db| audit_seals::list_after(db, after, limit)).await
    }

    /// One seal forward, or what is wrong with it.
    fn step(&mut self, sealed: &SealedEntry) -> Option<Breach> {
        let Seal { anchor, event, sealed_at } = sealed.seal;
        let expected = self.at.sequence + 1;
        if anchor.sequence != expected {
            return Some(Breach::SealsMissing { first: expected, last: anchor.sequence - 1 });
        }
        let Some(entry) = &sealed.entry else {
            return Some(Breach::EventMissing { sequence: anchor.sequence, event });
        };
        if (SealInput { previous: self.at, sealed_at, entry }).hash() != anchor.hash {
            return Some(Breach::Changed { sequence: anchor.sequence, event });
        }
        self.meet(entry);
        self.at = anchor;
        self.walked += 1;
        self.known_places(anchor)
    }

    /// Holds the anchors up to this place against it.
    fn known_places(&mut self, place: Anchor) -> Option<Breach> {
        while let Some(anchor) = self.anchors.first().copied().filter(|a| a.sequence <= place.sequence) {
            self.anchors.remove(0);
            if anchor.sequence < place.sequence {
                self.too_old.push(anchor);
            } else if anchor.hash != place.hash {
                return Some(Breach::Rewritten { anchor });
            }
        }
        None
    }

    /// Whether this event records the destruction up to the checkpoint.
    fn meet(&mut self, entry: &AuditEntry) {
        if self.unrecorded.is_some_and(|checkpoint| records(entry, checkpoint)) {
            self.unrecorded = None;
        }
    }

    async fn checkpoint_record(&mut self) -> Result<Option<Breach>, StoreError> {
        if self.unrecorded.is_some() {
            let waiting = |db: &mut _| audit_seals::list_unsealed_of_kind(db, AUDIT_DESTROYED);
            for entry in self.store.read(waiting).await? {
                self.meet(&entry);
            }
        }
        Ok(self.unrecorded.map(|checkpoint| Breach::CheckpointUnrecorded { checkpoint }))
    }

    /// Whether the retention has gone past the place where the walk stands; then it stands there.
    async fn destroyed_meanwhile(&mut self) -> Result<bool, StoreError> {
        match self.store.read(audit_seals::find_checkpoint).await? {
            Some(checkpoint) if checkpoint.sequence > self.at.sequence => {
                self.at = checkpoint;
                self.unrecorded = Some(checkpoint);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The first seal that cannot be read, if it is the next one.
    async fn unreadable(&self) -> Result<Option<Breach>, StoreError> {
        match self.page(1).await {
            Ok(_) => Ok(None),
            Err(StoreError::Failed(_) | StoreError::Corrupt(_)) => {
                let after = self.at.sequence;
                let next = self.store.read(move |db| audit_seals::find_next_sequence(db, after)).await?;
                Ok(next.map(|sequence| Breach::Unreadable { sequence }))
            }
            Err(error) => Err(error),
        }
    }

    /// Looks whether a record that is wrong has only changed places with a later one.
    async fn explain(&self, wrong: &SealedEntry, breach: Breach) -> Result<Breach, StoreError> {
        let (Breach::Changed { sequence, .. }, Some(here)) = (breach, &wrong.entry) else {
            return Ok(breach);
        };
        let (previous, seal) = (self.at, wrong.seal);
        let mut after = sequence;
        loop {
            let Ok(page) = self.store.read(move |db| audit_seals::list_after(db, after, PAGE)).await else {
                return Ok(breach);
            };
            let Some(last) = page.last() else { return Ok(breach) };
            after = last.seal.anchor.sequence;
            for other in page {
                let Some(there) = &other.entry else { continue };
                let belongs = |sealed_at, entry: &AuditEntry, seal: Seal| {
                    (SealInput { previous, sealed_at, entry }).hash() == seal.anchor.hash
                };
                let content = AuditEntry { id: here.id, ..there.clone() };
                // Two seals with their places, two seals with their events, or two events with their contents.
                if belongs(other.seal.sealed_at, there, other.seal)
                    || belongs(seal.sealed_at, there, seal)
                    || belongs(seal.sealed_at, &content, seal)
                {
                    return Ok(Breach::Swapped { sequence, with: other.seal.anchor.sequence });
                }
            }
        }
    }

    /// The first event that never came into the chain: written past the table's triggers.
    async fn outside(&self) -> Result<Option<Breach>, StoreError> {
        let last = self.store.read(audit_seals::find_last_event).await?.unwrap_or(0);
        let mut after = 0;
        while after < last {
            let outside =
                self.store.read(move |db| audit_seals::find_outside(db, after, after + RANGE)).await?;
            if let Some(event) = outside {
                return Ok(Some(Breach::Outside { event }));
            }
            after += RANGE;
        }
        Ok(None)
    }
}

/// Whether this event is the record of a destruction up to this very place.
fn records(entry: &AuditEntry, checkpoint: Anchor) -> bool {
    let details: Option<serde_json::Value> = Some(entry)
        .filter(|entry| entry.kind == AUDIT_DESTROYED)
        .and_then(|e| serde_json::from_str(&e.details).ok());
    details.is_some_and(|details| details["until"] == checkpoint.to_string())
}
