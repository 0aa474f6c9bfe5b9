//! Table `key_checks`: tells at the start whether the master key is the one this database was filled under
//! (`docs/security.md`, T57).

use diesel::prelude::*;

use super::schema::key_checks;
use super::{Db, StoreError};
use crate::each;
use crate::platform::secret::{Cell, Keys};

const CELL: Cell<'static> = Cell { table: "key_checks", column: "sealed", row: "1" };

/// Whether `keys` fit the database; a database without the row gets it.
///
/// # Errors
/// The database's.
pub fn fits(db: &mut Db, keys: &Keys) -> Result<bool, StoreError> {
    let stored = key_checks::table.filter(key_checks::id.eq(1)).select(key_checks::sealed);
    let stored: Option<Vec<u8>> = each!(&mut *db, |c| stored.get_result(c).optional())?;
    if let Some(sealed) = stored {
        return Ok(keys.sealer.open(CELL, &sealed).is_ok());
    }
    let row = (key_checks::id.eq(1), key_checks::sealed.eq(keys.sealer.seal(CELL, b"privyazka")));
    // Two nodes may start at once; whichever was second finds the first one's row at its next start.
    each!(db, |c| diesel::insert_into(key_checks::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(true)
}
