//! Table `links`.

use diesel::prelude::*;

use super::schema::links;
use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::each;
use crate::linking::LinkStatus;

/// Whether a link holds the profile's one slot.
///
/// # Errors
/// The database's.
pub fn has_held_link(db: &mut Db, profile: ProfileId) -> Result<bool, StoreError> {
    let held = [LinkStatus::Active, LinkStatus::Frozen, LinkStatus::Suspended].map(LinkStatus::as_str);
    let query = diesel::select(diesel::dsl::exists(
        links::table.filter(links::profile_id.eq(profile.0)).filter(links::status.eq_any(held)),
    ));
    Ok(each!(db, |c| query.get_result(c))?)
}
