//! Table `key_checks`: which master keys the stored values may be under (`docs/security.md`, T57). One row
//! for each, sealed under it: one key at most times, two from the first start with a new key until
//! `privyazka keys rotate` is done. A start must bring all of them.

use diesel::prelude::*;

use super::schema::key_checks;
use super::{Db, StoreError};
use crate::each;
use crate::platform::secret::{Cell, Keys, SealedUnder};

/// The cell of every row: rows change places when a change of the key ends.
const CELL: Cell<'static> = Cell { table: "key_checks", column: "sealed", row: "1" };

/// Places for keys; the migrations allow no more.
const PLACES: [i64; 2] = [1, 2];

/// How the configured keys and those of the database go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Values may be under the configured key.
    pub current: bool,
    /// Values may be under the configured previous key.
    pub previous: bool,
    /// Values may be under a key that is not configured.
    pub foreign: bool,
}

/// Looks and changes nothing.
///
/// # Errors
/// The database's.
pub fn look(db: &mut Db, keys: &Keys) -> Result<Standing, StoreError> {
    let rows: Vec<Vec<u8>> = each!(db, |c| key_checks::table.select(key_checks::sealed).load(c))?;
    let mut standing = Standing::default();
    for sealed in rows {
        match keys.sealer.open_telling(CELL, &sealed) {
            Ok((_, SealedUnder::Current)) => standing.current = true,
            Ok((_, SealedUnder::Previous)) => standing.previous = true,
            Err(_) => standing.foreign = true,
        }
    }
    Ok(standing)
}

/// Notes that values will be under the configured key, unless the database has a key that is not
/// configured: then nothing is changed.
///
/// # Errors
/// The database's.
pub fn register(db: &mut Db, keys: &Keys) -> Result<Standing, StoreError> {
    let standing = look(db, keys)?;
    if standing.current || standing.foreign {
        return Ok(standing);
    }
    let taken: Vec<i64> = each!(&mut *db, |c| key_checks::table.select(key_checks::id).load(c))?;
    let free = PLACES.into_iter().find(|place| !taken.contains(place));
    let place = free.ok_or(StoreError::Corrupt("key_checks: two rows of one key"))?;
    let row = (key_checks::id.eq(place), key_checks::sealed.eq(keys.sealer.seal(CELL, b"privyazka")));
    each!(&mut *db, |c| diesel::insert_into(key_checks::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    // Another node may have taken the place at the same moment, with this key or with another one.
    look(db, keys)
}

/// Notes that all values are under the configured key, so that the previous one is no longer needed.
///
/// # Errors
/// The database's.
pub fn settle(db: &mut Db, keys: &Keys) -> Result<(), StoreError> {
    let row = (key_checks::id.eq(PLACES[0]), key_checks::sealed.eq(keys.sealer.seal(CELL, b"privyazka")));
    each!(&mut *db, |c| diesel::delete(key_checks::table).execute(c))?;
    each!(db, |c| diesel::insert_into(key_checks::table).values(row).execute(c))?;
    Ok(())
}
