//! Table `operator_deeds`: what operators did to links. Rows are never changed.

use diesel::prelude::*;

use super::schema::operator_deeds;
use super::{Db, StoreError};
use crate::access::OperatorId;
use crate::directory::ProfileId;
use crate::each;
use crate::helpdesk::links::deed::{Deed, DeedKind};
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

#[derive(Queryable, Selectable)]
#[diesel(table_name = operator_deeds)]
struct Row {
    uid: String,
    number: String,
    kind: String,
    profile_id: i64,
    link_id: i64,
    operator_id: i64,
    asked_by: Option<i64>,
    reason: Option<String>,
    comment_sealed: Vec<u8>,
    was_disputed: bool,
    owner_digest: Option<Vec<u8>>,
    created_at: chrono::NaiveDateTime,
}

impl Row {
    fn into_deed(self) -> Result<Deed, StoreError> {
        let read_reason =
            |name: String| UnlinkReason::from_name(&name).ok_or(StoreError::Corrupt("operator_deeds.reason"));
        let read_owner = |bytes: Vec<u8>| {
            Digest::from_stored(&bytes).ok_or(StoreError::Corrupt("operator_deeds.owner_digest"))
        };
        Ok(Deed {
            uid: self.uid,
            number: self.number,
            kind: DeedKind::from_name(&self.kind).ok_or(StoreError::Corrupt("operator_deeds.kind"))?,
            profile: ProfileId(self.profile_id),
            link: LinkId(self.link_id),
            operator: OperatorId(self.operator_id),
            asked_by: self.asked_by.map(OperatorId),
            reason: self.reason.map(read_reason).transpose()?,
            basis_sealed: self.comment_sealed,
            was_disputed: self.was_disputed,
            owner: self.owner_digest.map(read_owner).transpose()?,
            created_at: self.created_at.and_utc(),
        })
    }
}

/// Keeps a deed, in its own transaction.
///
/// # Errors
/// [`StoreError::Conflict`] when the number is taken.
pub fn insert(db: &mut Db, deed: &Deed) -> Result<(), StoreError> {
    let row = (
        operator_deeds::uid.eq(&deed.uid),
        operator_deeds::number.eq(&deed.number),
        operator_deeds::kind.eq(deed.kind.as_str()),
        operator_deeds::profile_id.eq(deed.profile.0),
        operator_deeds::link_id.eq(deed.link.0),
        operator_deeds::operator_id.eq(deed.operator.0),
        operator_deeds::asked_by.eq(deed.asked_by.map(|operator| operator.0)),
        operator_deeds::reason.eq(deed.reason.map(UnlinkReason::as_str)),
        operator_deeds::comment_sealed.eq(&deed.basis_sealed),
        operator_deeds::was_disputed.eq(deed.was_disputed),
        operator_deeds::owner_digest.eq(deed.owner.as_ref().map(|owner| owner.as_bytes().to_vec())),
        operator_deeds::created_at.eq(deed.created_at.naive_utc()),
    );
    each!(db, |c| diesel::insert_into(operator_deeds::table).values(row).execute(c))?;
    Ok(())
}

/// The last deed about a link.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_last_of_link(db: &mut Db, link: LinkId) -> Result<Option<Deed>, StoreError> {
    let query =
        operator_deeds::table.filter(operator_deeds::link_id.eq(link.0)).order(operator_deeds::id.desc());
    let row: Option<Row> = each!(db, |c| query.select(Row::as_select()).first(c).optional())?;
    row.map(Row::into_deed).transpose()
}

/// The last deed about a profile since `since`.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_last_of_profile(
    db: &mut Db,
    profile: ProfileId,
    since: Timestamp,
) -> Result<Option<Deed>, StoreError> {
    let query = operator_deeds::table
        .filter(operator_deeds::profile_id.eq(profile.0))
        .filter(operator_deeds::created_at.gt(since.naive_utc()))
        .order(operator_deeds::id.desc());
    let row: Option<Row> = each!(db, |c| query.select(Row::as_select()).first(c).optional())?;
    row.map(Row::into_deed).transpose()
}

/// Destroys, of the oldest `limit` deeds, those from before `before`; the profiles they were about.
///
/// # Errors
/// The database's.
pub fn delete_before(db: &mut Db, before: Timestamp, limit: i64) -> Result<Vec<Option<i64>>, StoreError> {
    let oldest = operator_deeds::table
        .order(operator_deeds::id)
        .limit(limit)
        .select((operator_deeds::id, operator_deeds::created_at));
    let oldest: Vec<(i64, chrono::NaiveDateTime)> = each!(&mut *db, |c| oldest.load(c))?;
    let ids: Vec<i64> =
        oldest.into_iter().filter(|(_, at)| *at < before.naive_utc()).map(|(id, _)| id).collect();
    let old = operator_deeds::table.filter(operator_deeds::id.eq_any(ids));
    Ok(each!(db, |c| diesel::delete(old).returning(operator_deeds::profile_id.nullable()).get_results(c))?)
}
