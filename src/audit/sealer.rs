//! The one who chains: takes events that wait and puts them at the end of the chain.
//!
//! A chain made in each deed's own transaction would let only one deed be written at a time
//! (`docs/adr/0009-audit-chain.md`). So deeds write their events freely, and within a second one sealer, on
//! whichever node, chains what was committed. Killed in the middle, it has done nothing.

use super::chain::{Anchor, SealInput};
use crate::platform::clock::{Clock, Timestamp};
use crate::store::{Db, Store, StoreError, audit_seals};

/// Events sealed in one transaction: one among the writes of the moment, so that no deed waits long.
const SLICE: i64 = 500;

/// Chains events. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sealer {
    store: Store,
    clock: Clock,
}

impl Sealer {
    /// A sealer over this store.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Seals what waits, slice by slice; how many. Stops early where another sealer is at work.
    ///
    /// # Errors
    /// The database's. Slices before it are sealed.
    pub async fn seal_waiting(&self) -> Result<usize, StoreError> {
        let mut sealed = 0;
        while self.store.read(audit_seals::has_unsealed).await? {
            let clock = self.clock.clone();
            let slice = self.store.write(move |db| seal_slice(db, clock.now(), SLICE)).await?;
            sealed += slice;
            if slice == 0 {
                break;
            }
        }
        Ok(sealed)
    }

    /// The end of the chain.
    ///
    /// # Errors
    /// The database's.
    pub async fn head(&self) -> Result<Anchor, StoreError> {
        self.store.read(audit_seals::find_head).await
    }
}

/// Seals up to `limit` events in the caller's transaction; how many: none if another sealer has its turn.
///
/// # Errors
/// The database's.
pub fn seal_slice(db: &mut Db, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    if !audit_seals::take_turn(db)? {
        return Ok(0);
    }
    // Read only now: the chain may have grown until this turn began.
    let mut previous = audit_seals::find_head(db)?;
    let entries = audit_seals::list_unsealed(db, limit)?;
    let seals: Vec<_> = entries
        .iter()
        .map(|entry| {
            let seal = SealInput { previous, sealed_at: now, entry }.seal();
            previous = seal.anchor;
            seal
        })
        .collect();
    if !seals.is_empty() {
        audit_seals::insert(db, &seals)?;
    }
    Ok(seals.len())
}
