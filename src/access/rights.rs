//! May this operator do that, asked again inside the transaction of the deed (`docs/security.md`, T39).

use super::{Operator, OperatorId, Permission};
use crate::directory::{Profile, ProfileId};
use crate::store::{Db, StoreError, operators, profiles};

/// The operator as they are now, if they still may. A deed begins with this, in its own transaction.
///
/// # Errors
/// The database's.
pub fn find_permitted(
    db: &mut Db,
    operator: OperatorId,
    permission: Permission,
) -> Result<Option<Operator>, StoreError> {
    Ok(operators::find(db, operator)?.filter(|operator| operator.may(permission)))
}

/// The profile, if the operator still may and it lies in their area. A missing profile, a foreign one and
/// a lost right are one and the same answer.
///
/// # Errors
/// The database's.
pub fn find_permitted_profile(
    db: &mut Db,
    operator: OperatorId,
    permission: Permission,
    profile: ProfileId,
) -> Result<Option<(Operator, Profile)>, StoreError> {
    let Some(operator) = find_permitted(db, operator, permission)? else { return Ok(None) };
    let profile = profiles::find_in_area(db, operator.area, profile)?;
    Ok(profile.map(|profile| (operator, profile)))
}
