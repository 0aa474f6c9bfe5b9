//! Tables `links` and `esia_subjects`.
//!
//! A profile's slot is held by a partial unique index; the row of the ESIA subject is locked while a link
//! to it is decided, so that two profiles cannot claim one person at the same moment.

use std::collections::HashMap;

use diesel::prelude::*;

use super::kept::{Kept, padded};
use super::schema::{esia_subjects, links, profiles};
use super::spelt_out::SpeltOut;
use super::{Db, StoreError};
use crate::directory::{ProfileId, ProfileStatus};
use crate::each;
use crate::helpdesk::people::link_state::LastLink;
use crate::identity::{AssuranceLevel, Issuer, Subject, VerifiedIdentity};
use crate::linking::link::{EsiaSubjectId, Link, LinkId, LinkStatus};
use crate::platform::clock::Timestamp;

/// Statuses that hold the profile's slot: the condition of the migrations' partial indexes.
const HELD: SpeltOut = SpeltOut("links.status IN ('active', 'frozen', 'suspended')");

#[derive(Queryable, Selectable)]
#[diesel(table_name = links)]
struct LinkRow {
    id: i64,
    profile_id: i64,
    esia_subject_id: i64,
    #[diesel(select_expression = esia_subjects::issuer, select_expression_type = esia_subjects::issuer)]
    issuer: String,
    #[diesel(select_expression = esia_subjects::subject, select_expression_type = esia_subjects::subject)]
    subject: i64,
    status: String,
    level: String,
    holder: String,
    created_at: chrono::NaiveDateTime,
    chosen_at: Option<chrono::NaiveDateTime>,
}

impl TryFrom<LinkRow> for Link {
    type Error = StoreError;

    fn try_from(row: LinkRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: LinkId(row.id),
            profile: ProfileId(row.profile_id),
            esia_subject: EsiaSubjectId(row.esia_subject_id),
            issuer: Issuer::new(row.issuer),
            subject: Subject::from_number(row.subject)
                .map_err(|_| StoreError::Corrupt("esia_subjects.subject"))?,
            status: LinkStatus::from_name(&row.status).ok_or(StoreError::Corrupt("links.status"))?,
            level: AssuranceLevel::from_name(&row.level).ok_or(StoreError::Corrupt("links.level"))?,
            holder: row.holder,
            created_at: row.created_at.and_utc(),
            chosen_at: row.chosen_at.map(|at| at.and_utc()),
        })
    }
}

/// Links that hold a slot, with their ESIA persons.
#[diesel::dsl::auto_type(no_type_alias)]
fn held() -> _ {
    let is_held: SpeltOut = HELD;
    links::table.inner_join(esia_subjects::table).filter(is_held)
}

/// The last chosen first.
#[diesel::dsl::auto_type(no_type_alias)]
fn last_chosen_first() -> _ {
    (links::chosen_at.is_null(), links::chosen_at.desc(), links::id)
}

/// The link that holds the profile's slot.
///
/// # Errors
/// The database's.
pub fn find_held(db: &mut Db, profile: ProfileId) -> Result<Option<Link>, StoreError> {
    let query = held().filter(links::profile_id.eq(profile.0));
    let row: Option<LinkRow> = each!(db, |c| query.select(LinkRow::as_select()).get_result(c).optional())?;
    row.map(Link::try_from).transpose()
}

/// Whether any link holds the profile's slot.
///
/// # Errors
/// The database's.
pub fn has_held_link(db: &mut Db, profile: ProfileId) -> Result<bool, StoreError> {
    let query = diesel::select(diesel::dsl::exists(
        links::table.filter(links::profile_id.eq(profile.0)).filter(HELD),
    ));
    Ok(each!(db, |c| query.get_result(c))?)
}

/// The newest link of each profile that ever had one, whether it still stands or not.
///
/// # Errors
/// The database's.
pub fn list_last(db: &mut Db, ids: &[ProfileId]) -> Result<HashMap<ProfileId, LastLink>, StoreError> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
    type Row = (i64, i64, String, String, chrono::NaiveDateTime, Option<chrono::NaiveDateTime>);
    let of_them = links::profile_id.eq_any(padded(numbers));
    let query = links::table.filter(of_them).order(links::id).select((
        links::id,
        links::profile_id,
        links::status,
        links::level,
        links::created_at,
        links::ended_at,
    ));
    let rows: Vec<Row> = each!(db, |c| Kept(query).load(c))?;
    let newest = rows.into_iter().map(|(id, profile, status, level, created_at, ended_at)| {
        let last = LastLink {
            id: LinkId(id),
            status: LinkStatus::from_name(&status).ok_or(StoreError::Corrupt("links.status"))?,
            level: AssuranceLevel::from_name(&level).ok_or(StoreError::Corrupt("links.level"))?,
            created_at: created_at.and_utc(),
            ended_at: ended_at.map(|at| at.and_utc()),
        };
        Ok((ProfileId(profile), last))
    });
    newest.collect()
}

/// All links of an ESIA person that hold a slot, the last chosen first.
///
/// # Errors
/// The database's.
pub fn list_of_subject(db: &mut Db, issuer: &Issuer, subject: Subject) -> Result<Vec<Link>, StoreError> {
    let query = held()
        .filter(esia_subjects::issuer.eq(issuer.as_str()))
        .filter(esia_subjects::subject.eq(subject.number()))
        .order(last_chosen_first());
    let rows: Vec<LinkRow> = each!(db, |c| query.select(LinkRow::as_select()).load(c))?;
    rows.into_iter().map(Link::try_from).collect()
}

/// The same by the row of the ESIA person, for a session that came through ESIA.
///
/// # Errors
/// The database's.
pub fn list_of_esia_subject(db: &mut Db, subject: EsiaSubjectId) -> Result<Vec<Link>, StoreError> {
    let query = held().filter(links::esia_subject_id.eq(subject.0)).order(last_chosen_first());
    let rows: Vec<LinkRow> = each!(db, |c| query.select(LinkRow::as_select()).load(c))?;
    rows.into_iter().map(Link::try_from).collect()
}

/// Whether the ESIA person may enter as anybody but this profile.
///
/// # Errors
/// The database's.
pub fn opens_another(db: &mut Db, subject: EsiaSubjectId, than: ProfileId) -> Result<bool, StoreError> {
    let others = links::table
        .inner_join(profiles::table)
        .filter(links::esia_subject_id.eq(subject.0))
        .filter(HELD)
        .filter(links::status.eq(LinkStatus::Active.as_str()))
        .filter(links::profile_id.ne(than.0))
        .filter(profiles::status.eq(ProfileStatus::Active.as_str()));
    Ok(each!(db, |c| diesel::select(diesel::dsl::exists(others)).get_result(c))?)
}

/// Makes sure the ESIA person has a row and locks it until the transaction ends: everything decided
/// about the person's links in this transaction stays true in it.
///
/// # Errors
/// The database's.
pub fn lock_subject(
    db: &mut Db,
    issuer: &Issuer,
    subject: Subject,
    now: Timestamp,
) -> Result<EsiaSubjectId, StoreError> {
    let row = (
        esia_subjects::issuer.eq(issuer.as_str()),
        esia_subjects::subject.eq(subject.number()),
        esia_subjects::touched_at.eq(now.naive_utc()),
    );
    // The UPDATE of an existing row is the lock; both databases keep it to the end of the transaction.
    let id = each!(db, |c| {
        let upsert = diesel::insert_into(esia_subjects::table)
            .values(row)
            .on_conflict((esia_subjects::issuer, esia_subjects::subject))
            .do_update()
            .set(esia_subjects::touched_at.eq(now.naive_utc()));
        Kept(upsert.returning(esia_subjects::id)).get_result(c)
    })?;
    Ok(EsiaSubjectId(id))
}

/// Locks a profile's row until the transaction ends, so that its status and data stay as decided upon.
///
/// # Errors
/// The database's.
pub fn lock_profile(db: &mut Db, profile: ProfileId) -> Result<bool, StoreError> {
    // Any column will do but the key: SQLite would look through all that refers to it.
    let update = diesel::update(profiles::table.filter(profiles::id.eq(profile.0)))
        .set(profiles::status.eq(profiles::status));
    let locked: Vec<i64> = each!(db, |c| Kept(update.returning(profiles::id)).load(c))?;
    Ok(locked.len() == 1)
}

/// Stores an active link.
///
/// # Errors
/// [`StoreError::Conflict`] when the profile's slot is taken.
pub fn insert(
    db: &mut Db,
    profile: ProfileId,
    esia_subject: EsiaSubjectId,
    identity: &VerifiedIdentity,
    now: Timestamp,
) -> Result<LinkId, StoreError> {
    let row = (
        links::profile_id.eq(profile.0),
        links::esia_subject_id.eq(esia_subject.0),
        links::status.eq(LinkStatus::Active.as_str()),
        links::level.eq(identity.level.as_str()),
        links::holder.eq(identity.name.with_initials()),
        links::created_at.eq(now.naive_utc()),
    );
    let id = each!(db, |c| diesel::insert_into(links::table).values(row).returning(links::id).get_result(c))?;
    Ok(LinkId(id))
}

/// Ends a link if it still holds its slot; says whether it did.
///
/// # Errors
/// The database's.
pub fn remove(db: &mut Db, link: LinkId, reason: &str, now: Timestamp) -> Result<bool, StoreError> {
    let held = links::table.filter(links::id.eq(link.0)).filter(HELD);
    let update = diesel::update(held).set((
        links::status.eq(LinkStatus::Removed.as_str()),
        links::ended_at.eq(now.naive_utc()),
        links::end_reason.eq(reason),
    ));
    let removed: Vec<i64> = each!(db, |c| Kept(update.returning(links::id)).load(c))?;
    Ok(removed.len() == 1)
}

/// Remembers that the person chose this link's profile; says whether the link still signs in. Locks the
/// link until the transaction ends: an unlink at the same moment waits, and then ends the session that
/// this transaction begins.
///
/// # Errors
/// The database's.
pub fn mark_chosen(db: &mut Db, link: LinkId, now: Timestamp) -> Result<bool, StoreError> {
    let active =
        links::table.filter(links::id.eq(link.0)).filter(links::status.eq(LinkStatus::Active.as_str()));
    let rows = each!(db, |c| diesel::update(active).set(links::chosen_at.eq(now.naive_utc())).execute(c))?;
    Ok(rows == 1)
}

/// A link whatever became of it.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find(db: &mut Db, link: LinkId) -> Result<Option<Link>, StoreError> {
    let query = links::table.inner_join(esia_subjects::table).filter(links::id.eq(link.0));
    let row: Option<LinkRow> = each!(db, |c| query.select(LinkRow::as_select()).get_result(c).optional())?;
    row.map(Link::try_from).transpose()
}

/// Moves a link that holds its slot from one status to another; the profile, if it stood at the first.
///
/// # Errors
/// The database's.
pub fn set_status(
    db: &mut Db,
    link: LinkId,
    from: LinkStatus,
    to: LinkStatus,
) -> Result<Option<ProfileId>, StoreError> {
    let query = links::table.filter(links::id.eq(link.0)).filter(links::status.eq(from.as_str()));
    let update = diesel::update(query).set(links::status.eq(to.as_str())).returning(links::profile_id);
    let profile: Option<i64> = each!(db, |c| update.get_result(c).optional())?;
    Ok(profile.map(ProfileId))
}

/// Gives a removed link its slot back; whether it was removed.
///
/// # Errors
/// [`StoreError::Conflict`] when the profile's slot is taken.
pub fn restore(db: &mut Db, link: LinkId) -> Result<bool, StoreError> {
    let removed =
        links::table.filter(links::id.eq(link.0)).filter(links::status.eq(LinkStatus::Removed.as_str()));
    let rows = each!(db, |c| diesel::update(removed)
        .set((
            links::status.eq(LinkStatus::Active.as_str()),
            links::ended_at.eq(None::<chrono::NaiveDateTime>),
            links::end_reason.eq(None::<String>),
        ))
        .execute(c))?;
    Ok(rows == 1)
}
