//! Table `cases`: what people reported or disputed.

use diesel::prelude::*;

use super::schema::cases;
use super::{Db, StoreError};
use crate::directory::ProfileId;
use crate::each;
use crate::helpdesk::case::{CaseId, CaseSource, NewCase};
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;

/// Opens a case. One number is one case: if there is one with this number, nothing is written and the answer
/// is `None`.
///
/// # Errors
/// The database's.
pub fn insert(db: &mut Db, case: &NewCase, now: Timestamp) -> Result<Option<CaseId>, StoreError> {
    let row = (
        cases::uid.eq(&case.uid),
        cases::number.eq(&case.number),
        cases::organisation_id.eq(case.organisation.map(|organisation| organisation.0)),
        cases::profile_id.eq(case.profile.map(|profile| profile.0)),
        cases::link_id.eq(case.link.map(|link| link.0)),
        cases::source.eq(case.source.as_str()),
        cases::outcome.eq(case.outcome.map(i64::from)),
        cases::reference.eq(&case.reference),
        cases::text_sealed.eq(&case.text_sealed),
        cases::contact_sealed.eq(&case.contact_sealed),
        cases::state.eq("new"),
        cases::due_on.eq(case.due_on),
        cases::created_at.eq(now.naive_utc()),
        cases::changed_at.eq(now.naive_utc()),
    );
    let id: Option<i64> = each!(db, |c| diesel::insert_into(cases::table)
        .values(row)
        .on_conflict(cases::number)
        .do_nothing()
        .returning(cases::id)
        .get_result(c)
        .optional())?;
    Ok(id.map(CaseId))
}

/// How many cases of a profile are open.
///
/// # Errors
/// The database's.
pub fn count_open(db: &mut Db, profile: ProfileId) -> Result<i64, StoreError> {
    let query = cases::table.filter(cases::profile_id.eq(profile.0).and(cases::state.ne("closed"))).count();
    Ok(each!(db, |c| query.get_result(c))?)
}

/// Number of the open dispute about a link of a profile, or about its sign-in where there is no link.
///
/// # Errors
/// The database's.
pub fn find_open_dispute(
    db: &mut Db,
    profile: ProfileId,
    link: Option<LinkId>,
) -> Result<Option<String>, StoreError> {
    let open = cases::table
        .filter(cases::profile_id.eq(profile.0))
        .filter(cases::source.eq(CaseSource::Dispute.as_str()))
        .filter(cases::closed_at.is_null())
        .order(cases::id)
        .select(cases::number);
    Ok(match link {
        Some(link) => {
            let query = open.filter(cases::link_id.eq(link.0));
            each!(db, |c| query.first(c).optional())?
        }
        None => {
            let query = open.filter(cases::link_id.is_null());
            each!(db, |c| query.first(c).optional())?
        }
    })
}

/// Whether anybody ever disputed a link of a profile.
///
/// # Errors
/// The database's.
pub fn has_dispute(db: &mut Db, profile: ProfileId, link: LinkId) -> Result<bool, StoreError> {
    let disputes = cases::table
        .filter(cases::profile_id.eq(profile.0))
        .filter(cases::link_id.eq(link.0))
        .filter(cases::source.eq(CaseSource::Dispute.as_str()));
    Ok(each!(db, |c| diesel::select(diesel::dsl::exists(disputes)).get_result(c))?)
}
