//! Second factors of operators: columns `totp_…` of `operators`, table `operator_recovery_codes`.

use diesel::prelude::*;

use super::schema::{operator_recovery_codes, operators};
use super::{Db, StoreError};
use crate::access::OperatorId;
use crate::each;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// Puts a new factor in the place of any earlier one; `step` is the one whose code proved it.
///
/// # Errors
/// The database's.
pub fn set(
    db: &mut Db,
    operator: OperatorId,
    sealed: &[u8],
    step: i64,
    codes: &[Digest],
    now: Timestamp,
) -> Result<(), StoreError> {
    let update = diesel::update(operators::table.find(operator.0)).set((
        operators::totp_sealed.eq(sealed),
        operators::totp_confirmed_at.eq(now.naive_utc()),
        operators::totp_used_step.eq(step),
    ));
    each!(&mut *db, |c| update.execute(c))?;
    replace_recovery_codes(db, operator, codes)
}

/// Takes the factor away, recovery codes included.
///
/// # Errors
/// The database's.
pub fn clear(db: &mut Db, operator: OperatorId) -> Result<(), StoreError> {
    let update = diesel::update(operators::table.find(operator.0)).set((
        operators::totp_sealed.eq(None::<Vec<u8>>),
        operators::totp_confirmed_at.eq(None::<chrono::NaiveDateTime>),
        operators::totp_used_step.eq(None::<i64>),
    ));
    each!(&mut *db, |c| update.execute(c))?;
    replace_recovery_codes(db, operator, &[])
}

/// Takes the code of a step, unless this or a later one was taken; whether it was. The conditional UPDATE
/// decides: of two copies of one code at the same moment one is refused (`docs/security.md`, T41).
///
/// # Errors
/// The database's.
pub fn use_step(db: &mut Db, operator: OperatorId, step: i64) -> Result<bool, StoreError> {
    let fresh = operators::totp_used_step.is_null().or(operators::totp_used_step.lt(step));
    let update = diesel::update(operators::table.filter(operators::id.eq(operator.0)).filter(fresh))
        .set(operators::totp_used_step.eq(step));
    Ok(each!(db, |c| update.execute(c))? == 1)
}

/// Uses a recovery code up; whether it was one that was unused.
///
/// # Errors
/// The database's.
pub fn use_recovery_code(
    db: &mut Db,
    operator: OperatorId,
    code: &Digest,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let unused = operator_recovery_codes::table
        .filter(operator_recovery_codes::operator_id.eq(operator.0))
        .filter(operator_recovery_codes::code_digest.eq(code.as_bytes()))
        .filter(operator_recovery_codes::used_at.is_null());
    let update = diesel::update(unused).set(operator_recovery_codes::used_at.eq(now.naive_utc()));
    Ok(each!(db, |c| update.execute(c))? == 1)
}

/// Recovery codes that can still be used.
///
/// # Errors
/// The database's.
pub fn count_recovery_codes(db: &mut Db, operator: OperatorId) -> Result<i64, StoreError> {
    let query = operator_recovery_codes::table
        .filter(operator_recovery_codes::operator_id.eq(operator.0))
        .filter(operator_recovery_codes::used_at.is_null())
        .count();
    Ok(each!(db, |c| query.get_result(c))?)
}

fn replace_recovery_codes(db: &mut Db, operator: OperatorId, codes: &[Digest]) -> Result<(), StoreError> {
    let old = operator_recovery_codes::table.filter(operator_recovery_codes::operator_id.eq(operator.0));
    each!(&mut *db, |c| diesel::delete(old).execute(c))?;
    let row = |code: &Digest| {
        (
            operator_recovery_codes::operator_id.eq(operator.0),
            operator_recovery_codes::code_digest.eq(code.as_bytes().to_vec()),
        )
    };
    let rows: Vec<_> = codes.iter().map(row).collect();
    each!(db, |c| diesel::insert_into(operator_recovery_codes::table).values(&rows).execute(c))?;
    Ok(())
}
