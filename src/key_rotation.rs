//! A change of the master key: everything sealed under the previous key is sealed under the current one, in
//! steps that may stop anywhere and begin again (`docs/operations.md`).
//!
//! The service runs meanwhile with both keys. A step replaces only what still is as it was read, so that it
//! never brings back a letter that was sent or a trip that was closed. Where a rotation stands is not kept:
//! what opens with the current key is done, and a run goes over everything until it finds nothing else.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::directory::{StoredSnils, snils_vault};
use crate::platform::secret::{Keys, SecretError};
use crate::store::sealed_values::{self, Resealed, SealedColumn, SealedValue};
use crate::store::{Db, Store, StoreError, key_checks};

/// Lets the service's writes in between two steps: SQLite has one writer, and whoever waits for it asks
/// again only after a while.
const PAUSE: Duration = Duration::from_millis(10);

/// How often everything is gone over. The second time finds what a service with the earlier settings wrote
/// meanwhile; if the last one still finds something, that service must be found first.
const MAX_PASSES: usize = 5;

/// How the values of a column stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Under the current key.
    pub current: usize,
    /// Under the previous key.
    pub previous: usize,
    /// Under neither, or damaged.
    pub unreadable: usize,
}

/// Why a rotation has no end.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The database's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody goes on writing under the previous key.
    #[error(
        "values under the previous key keep coming: a service still runs with the earlier settings; restart \
         it and run this again"
    )]
    StillWritten,
}

/// Goes over everything that is sealed.
pub struct KeyRotation {
    store: Store,
    keys: Arc<Keys>,
    batch: u32,
}

impl fmt::Debug for KeyRotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyRotation")
    }
}

/// One step: where it ended, how its values stand, and what shall replace some of them.
struct Step {
    last: Option<i64>,
    tally: Tally,
    resealed: Vec<Resealed>,
}

impl KeyRotation {
    /// Over the values of `store` with both keys, `batch` rows a step.
    pub fn new(store: Store, keys: Arc<Keys>, batch: u32) -> Self {
        Self { store, keys, batch }
    }

    /// Seals everything under the current key, then notes that the previous one is no longer needed.
    /// `progress` hears of each step: the column and how many values of it were sealed anew so far. Gives
    /// how many values open with neither key; they are left as they are.
    ///
    /// # Errors
    /// The database's, or values under the previous key that do not end. What was done stays done.
    pub async fn rotate(
        &self,
        mut progress: impl FnMut(SealedColumn, usize),
    ) -> Result<usize, RotationError> {
        for _ in 0..MAX_PASSES {
            let (mut found, mut unreadable) = (0, 0);
            for column in SealedColumn::ALL {
                let tally = self.go_over(column, true, &mut |tally| progress(column, tally.previous)).await?;
                found += tally.previous;
                unreadable += tally.unreadable;
            }
            if found == 0 {
                let keys = Arc::clone(&self.keys);
                self.store.write(move |db| key_checks::settle(db, &keys)).await?;
                return Ok(unreadable);
            }
        }
        Err(RotationError::StillWritten)
    }

    /// How the values of a column stand; changes nothing.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, column: SealedColumn) -> Result<Tally, StoreError> {
        self.go_over(column, false, &mut |_| {}).await
    }

    async fn go_over(
        &self,
        column: SealedColumn,
        replace: bool,
        progress: &mut dyn FnMut(&Tally),
    ) -> Result<Tally, StoreError> {
        let (mut after, mut total) = (0, Tally::default());
        loop {
            let (keys, limit) = (Arc::clone(&self.keys), i64::from(self.batch));
            let step = self.store.read(move |db| look(db, &keys, column, after, limit)).await?;
            let Some(last) = step.last else { return Ok(total) };
            after = last;
            if replace && !step.resealed.is_empty() {
                let resealed = step.resealed;
                self.store.write(move |db| sealed_values::replace(db, column, &resealed)).await?;
                tokio::time::sleep(PAUSE).await;
            }
            total.current += step.tally.current;
            total.previous += step.tally.previous;
            total.unreadable += step.tally.unreadable;
            progress(&total);
        }
    }
}

fn look(db: &mut Db, keys: &Keys, column: SealedColumn, after: i64, limit: i64) -> Result<Step, StoreError> {
    let values = sealed_values::list_after(db, column, after, limit)?;
    let mut step =
        Step { last: values.last().map(|value| value.id), tally: Tally::default(), resealed: Vec::new() };
    for value in values {
        match reseal(keys, column, value) {
            Ok(None) => step.tally.current += 1,
            Ok(Some(resealed)) => {
                step.tally.previous += 1;
                step.resealed.push(resealed);
            }
            Err(_) => step.tally.unreadable += 1,
        }
    }
    Ok(step)
}

/// The value under the current key; `None` if it is so already.
fn reseal(keys: &Keys, column: SealedColumn, value: SealedValue) -> Result<Option<Resealed>, SecretError> {
    let SealedValue { id, row_name: row, sealed, hash } = value;
    let after = match column {
        SealedColumn::Snils => {
            let hash = hash.and_then(|hash| hash.try_into().ok()).ok_or(SecretError::Sealed)?;
            let stored = StoredSnils { hash, sealed: sealed.clone() };
            snils_vault::reseal_snils(keys, &row, &stored)?.map(|new| (new.sealed, Some(new.hash.to_vec())))
        }
        _ => keys.sealer.reseal(column.cell(&row), &sealed)?.map(|new| (new, None)),
    };
    Ok(after.map(|(new, hash)| Resealed { id, before: sealed, sealed: new, hash }))
}
