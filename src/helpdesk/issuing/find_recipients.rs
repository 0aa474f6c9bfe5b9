//! Who may be handed a linking code: people of the operator's area, with what stands against it. Inside
//! whatever transaction calls it.

use std::collections::HashSet;

use super::recipient::{Obstacle, Recipient, Selection};
use crate::access::rights::find_permitted;
use crate::access::{Operator, OperatorId, Permission};
use crate::directory::{OrganisationId, ProfileId, login_key};
use crate::store::{Db, StoreError, code_recipients, profiles};

/// The people of a selection.
#[derive(Clone, Debug)]
pub struct People {
    /// Short name of the organisation.
    pub organisation: String,
    /// Them, with what stands against a code.
    pub list: Vec<(Recipient, Option<Obstacle>)>,
    /// Logins that nobody there has.
    pub unknown: Vec<String>,
    /// There are more than one answer may hold.
    pub more: bool,
}

/// One person with what stands against a code, if the operator still may and they lie in the area.
///
/// # Errors
/// The database's.
pub(super) fn find_in(
    db: &mut Db,
    operator: OperatorId,
    profile: ProfileId,
) -> Result<Option<(Operator, Recipient, Option<Obstacle>)>, StoreError> {
    let Some(operator) = find_permitted(db, operator, Permission::IssueCodes)? else { return Ok(None) };
    let Some(found) = profiles::find_in_area(db, operator.area, profile)? else { return Ok(None) };
    let ids = Selection::Ids(vec![profile]);
    let mut list = code_recipients::list(db, operator.area, found.organisation, &ids, 1)?;
    let own = operator.profile;
    Ok(list.pop().map(|recipient| {
        let against = recipient.obstacle(own);
        (operator, recipient, against)
    }))
}

/// The people of a selection in one organisation, if it lies in the operator's area.
///
/// # Errors
/// The database's.
pub(super) fn people(
    db: &mut Db,
    operator: &Operator,
    organisation: OrganisationId,
    selection: &Selection,
    at_once: u32,
) -> Result<Option<People>, StoreError> {
    let Some(name) = code_recipients::find_organisation(db, operator.area, organisation)? else {
        return Ok(None);
    };
    let limit = usize::try_from(at_once).unwrap_or(usize::MAX);
    let found = code_recipients::list(db, operator.area, organisation, selection, i64::from(at_once) + 1)?;
    let more = found.len() > limit;
    let unknown = match selection {
        Selection::Logins(keys) if !more => {
            let known: HashSet<String> = found.iter().map(|one| login_key(&one.login)).collect();
            keys.iter().filter(|key| !known.contains(*key)).cloned().collect()
        }
        _ => Vec::new(),
    };
    let list = found.into_iter().take(limit).map(|one| {
        let against = one.obstacle(operator.profile);
        (one, against)
    });
    Ok(Some(People { organisation: name, list: list.collect(), unknown, more }))
}
