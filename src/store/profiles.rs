//! Tables `profiles` and `profile_roles`.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::kept::{Kept, padded};
use super::profile_names::{self, Named};
use super::schema::{municipalities, organisations, profile_roles, profiles};
use super::{Db, StoreError};
use crate::access::Area;
use crate::directory::territory::{MunicipalityId, RegionId};
use crate::directory::{
    NewProfile, OrganisationId, Profile, ProfileId, ProfileStatus, Role, SignInProfile, StoredSnils,
    email_key, login_key, phone_key,
};
use crate::each;
use crate::identity::PersonName;

/// Rows of one INSERT: eighteen values each stay below SQLite's 32766 and PostgreSQL's 65535.
const CHUNK: usize = 1000;

/// Profiles that one request for a new password may concern: a shared family mailbox, not a flood.
const MAX_RECOVERIES: i64 = 10;

#[derive(Queryable, Selectable)]
#[diesel(table_name = profiles)]
pub(super) struct ProfileRow {
    id: i64,
    uid: String,
    organisation_id: i64,
    login: String,
    password_hash: Option<String>,
    last_name: String,
    first_name: String,
    middle_name: Option<String>,
    birth_date: Option<NaiveDate>,
    snils_sealed: Option<Vec<u8>>,
    snils_hash: Option<Vec<u8>>,
    email: Option<String>,
    phone: Option<String>,
    post: Option<String>,
    status: String,
    status_since: NaiveDateTime,
}

// Without this setting diesel would send rows with a NULL one by one on SQLite.
#[derive(Insertable)]
#[diesel(table_name = profiles, treat_none_as_default_value = false)]
struct InsertProfile<'a> {
    uid: &'a str,
    organisation_id: i64,
    login: &'a str,
    login_key: String,
    password_hash: Option<&'a str>,
    last_name: &'a str,
    first_name: &'a str,
    middle_name: Option<&'a str>,
    birth_date: Option<NaiveDate>,
    snils_sealed: Option<&'a [u8]>,
    snils_hash: Option<&'a [u8]>,
    email: Option<String>,
    phone: Option<&'a str>,
    phone_key: Option<String>,
    post: Option<&'a str>,
    status: &'static str,
    status_since: NaiveDateTime,
    created_at: NaiveDateTime,
}

/// The profile that a password sign-in is about; `key` is [`login_key`] of what was typed.
///
/// # Errors
/// The database's, or a status that this program does not know.
pub fn find_for_sign_in(
    db: &mut Db,
    organisation: OrganisationId,
    key: &str,
) -> Result<Option<SignInProfile>, StoreError> {
    let query = profiles::table
        .filter(profiles::organisation_id.eq(organisation.0).and(profiles::login_key.eq(key)))
        .select((profiles::id, profiles::password_hash, profiles::status));
    let row: Option<(i64, Option<String>, String)> = each!(db, |c| query.get_result(c).optional())?;
    row.map(|(id, password_hash, status)| {
        Ok(SignInProfile { id: ProfileId(id), password_hash, status: read_status(&status)? })
    })
    .transpose()
}

/// One profile with its roles.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find(db: &mut Db, id: ProfileId) -> Result<Option<Profile>, StoreError> {
    // Not by way of `list`: a list of unknown length is a statement that is never kept prepared.
    let query = profiles::table.left_join(profile_roles::table).filter(profiles::id.eq(id.0));
    let role = profile_roles::role.nullable();
    let rows: Vec<(ProfileRow, Option<String>)> =
        each!(db, |c| query.select((ProfileRow::as_select(), role)).load(c))?;
    let (mut found, roles): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    found.pop().map(|row| with_role_names(row, roles)).transpose()
}

/// One profile with its roles, if its organisation lies in the area: a foreign profile is read no
/// further than one that does not exist (`docs/security.md`, T38).
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find_in_area(db: &mut Db, area: Area, id: ProfileId) -> Result<Option<Profile>, StoreError> {
    let places = profiles::table.inner_join(organisations::table.inner_join(municipalities::table));
    let query = places.left_join(profile_roles::table).filter(profiles::id.eq(id.0));
    let role = profile_roles::role.nullable();
    let rows: Vec<(ProfileRow, Option<String>)> = match area {
        Area::Region(RegionId(area)) => {
            let query = query.filter(municipalities::region_id.eq(area));
            each!(db, |c| query.select((ProfileRow::as_select(), role)).load(c))?
        }
        Area::Municipality(MunicipalityId(area)) => {
            let query = query.filter(organisations::municipality_id.eq(area));
            each!(db, |c| query.select((ProfileRow::as_select(), role)).load(c))?
        }
        Area::Organisation(OrganisationId(area)) => {
            let query = query.filter(profiles::organisation_id.eq(area));
            each!(db, |c| query.select((ProfileRow::as_select(), role)).load(c))?
        }
    };
    let (mut found, roles): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    found.pop().map(|row| with_role_names(row, roles)).transpose()
}

/// A profile from a join that gave one row for each of its roles, and one row without for none.
pub(super) fn with_role_names(row: ProfileRow, names: Vec<Option<String>>) -> Result<Profile, StoreError> {
    let roles = names.into_iter().flatten().map(|name| Role::from_name(&name));
    let mut roles: Vec<Role> =
        roles.collect::<Option<_>>().ok_or(StoreError::Corrupt("profile_roles.role"))?;
    roles.sort_unstable();
    profile(row, roles)
}

/// Profiles with their roles, in the order of `ids`; ids that do not exist are left out. Two queries.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list(db: &mut Db, ids: &[ProfileId]) -> Result<Vec<Profile>, StoreError> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let query = profiles::table.filter(profiles::id.eq_any(padded(numbers.clone())));
    let rows: Vec<ProfileRow> = each!(&mut *db, |c| Kept(query.select(ProfileRow::as_select())).load(c))?;
    let mut profiles = with_roles(db, rows)?;
    let places: HashMap<i64, usize> = numbers.iter().enumerate().map(|(place, &id)| (id, place)).collect();
    profiles.sort_by_key(|profile| places.get(&profile.id.0).copied());
    Ok(profiles)
}

/// The active profiles of one organisation that somebody who forgot a password may mean: the one with
/// this login, or else those with this e-mail. Two queries.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn list_for_recovery(
    db: &mut Db,
    organisation: OrganisationId,
    login_or_email: &str,
) -> Result<Vec<Profile>, StoreError> {
    let key = login_key(login_or_email);
    let query = profiles::table
        .filter(profiles::organisation_id.eq(organisation.0))
        .filter(profiles::status.eq(ProfileStatus::Active.as_str()))
        .filter(profiles::login_key.eq(&key).or(profiles::email.eq(email_key(login_or_email))))
        // A login may look like somebody else's address; it then means its owner alone.
        .order((profiles::login_key.eq(&key).desc(), profiles::id))
        .limit(MAX_RECOVERIES);
    let mut rows: Vec<ProfileRow> = each!(&mut *db, |c| query.select(ProfileRow::as_select()).load(c))?;
    if rows.first().is_some_and(|first| login_key(&first.login) == key) {
        rows.truncate(1);
    }
    with_roles(db, rows)
}

/// Sets the password; returns whether the profile exists.
///
/// # Errors
/// The database's.
pub fn set_password_hash(db: &mut Db, id: ProfileId, hash: &str) -> Result<bool, StoreError> {
    let query = diesel::update(profiles::table.filter(profiles::id.eq(id.0)))
        .set(profiles::password_hash.eq(Some(hash)));
    Ok(each!(db, |c| query.execute(c))? == 1)
}

/// Adds one profile with its roles and the words of its name.
///
/// # Errors
/// [`StoreError::Conflict`] when the organisation has the login already.
pub fn insert(db: &mut Db, new: &NewProfile) -> Result<ProfileId, StoreError> {
    insert_batch(db, std::slice::from_ref(new))?
        .pop()
        .ok_or(StoreError::Corrupt("an inserted profile returned no id"))
}

/// Adds profiles with their roles and the words of their names, many a statement; returns their ids in the order of `new`.
///
/// # Errors
/// [`StoreError::Conflict`] when an organisation has a login already.
pub fn insert_batch(db: &mut Db, new: &[NewProfile]) -> Result<Vec<ProfileId>, StoreError> {
    let mut ids = Vec::with_capacity(new.len());
    for chunk in new.chunks(CHUNK) {
        ids.extend(insert_chunk(db, chunk)?);
    }
    Ok(ids)
}

fn insert_chunk(db: &mut Db, new: &[NewProfile]) -> Result<Vec<ProfileId>, StoreError> {
    let values: Vec<_> = new.iter().map(insertable).collect();
    let query = diesel::insert_into(profiles::table).values(&values).returning((profiles::uid, profiles::id));
    let stored: Vec<(String, i64)> = each!(&mut *db, |c| query.load(c))?;
    // No database promises the order of returned rows.
    let by_uid: HashMap<String, i64> = stored.into_iter().collect();
    let mut ids = Vec::with_capacity(new.len());
    let mut roles = Vec::with_capacity(new.len());
    for profile in new {
        let &id =
            by_uid.get(&profile.uid).ok_or(StoreError::Corrupt("an inserted profile returned no id"))?;
        ids.push(ProfileId(id));
        for role in &profile.roles {
            roles.push((profile_roles::profile_id.eq(id), profile_roles::role.eq(role.as_str())));
        }
    }
    let query = diesel::insert_into(profile_roles::table).values(&roles);
    each!(&mut *db, |c| query.execute(c))?;
    let named = new.iter().zip(&ids);
    let named: Vec<_> = named
        .map(|(new, &profile)| Named { profile, organisation: new.organisation.0, name: &new.name })
        .collect();
    profile_names::insert(db, &named)?;
    Ok(ids)
}

fn insertable(new: &NewProfile) -> InsertProfile<'_> {
    InsertProfile {
        uid: &new.uid,
        organisation_id: new.organisation.0,
        login: &new.login,
        login_key: login_key(&new.login),
        password_hash: new.password_hash.as_deref(),
        last_name: &new.name.last,
        first_name: &new.name.first,
        middle_name: new.name.middle.as_deref(),
        birth_date: new.birth_date,
        snils_sealed: new.snils.as_ref().map(|snils| snils.sealed.as_slice()),
        snils_hash: new.snils.as_ref().map(|snils| snils.hash.as_slice()),
        email: new.email.as_deref().map(email_key),
        phone: new.phone.as_deref(),
        phone_key: new.phone.as_deref().and_then(phone_key),
        post: new.post.as_deref(),
        status: new.status.as_str(),
        status_since: new.created_at.naive_utc(),
        created_at: new.created_at.naive_utc(),
    }
}

fn with_roles(db: &mut Db, rows: Vec<ProfileRow>) -> Result<Vec<Profile>, StoreError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let query = profile_roles::table.filter(profile_roles::profile_id.eq_any(padded(ids)));
    let query = query.select(profile_roles::all_columns);
    let found: Vec<(i64, String)> = each!(db, |c| Kept(query).load(c))?;
    let mut roles: HashMap<i64, Vec<Role>> = HashMap::new();
    for (id, role) in found {
        let role = Role::from_name(&role).ok_or(StoreError::Corrupt("profile_roles.role"))?;
        roles.entry(id).or_default().push(role);
    }
    rows.into_iter()
        .map(|row| {
            let mut roles = roles.remove(&row.id).unwrap_or_default();
            roles.sort_unstable();
            profile(row, roles)
        })
        .collect()
}

fn profile(row: ProfileRow, roles: Vec<Role>) -> Result<Profile, StoreError> {
    Ok(Profile {
        id: ProfileId(row.id),
        uid: row.uid,
        organisation: OrganisationId(row.organisation_id),
        login: row.login,
        has_password: row.password_hash.is_some(),
        // Cleaned when it was stored; taken as it is, so that it compares equal to what went in.
        name: PersonName { last: row.last_name, first: row.first_name, middle: row.middle_name },
        birth_date: row.birth_date,
        snils: stored_snils(row.snils_hash, row.snils_sealed)?,
        email: row.email,
        phone: row.phone,
        post: row.post,
        roles,
        status: read_status(&row.status)?,
        status_since: row.status_since.and_utc(),
    })
}

fn stored_snils(hash: Option<Vec<u8>>, sealed: Option<Vec<u8>>) -> Result<Option<StoredSnils>, StoreError> {
    match (hash, sealed) {
        (None, None) => Ok(None),
        (Some(hash), Some(sealed)) => {
            let hash = hash.try_into().map_err(|_| StoreError::Corrupt("profiles.snils_hash"))?;
            Ok(Some(StoredSnils { hash, sealed }))
        }
        _ => Err(StoreError::Corrupt("profiles: half a SNILS")),
    }
}

fn read_status(status: &str) -> Result<ProfileStatus, StoreError> {
    ProfileStatus::from_name(status).ok_or(StoreError::Corrupt("profiles.status"))
}

/// Whether the demo's people are among the profiles: their letters go to a domain that nobody owns.
///
/// # Errors
/// The database's.
pub fn has_demo_people(db: &mut Db) -> Result<bool, StoreError> {
    let query = diesel::select(diesel::dsl::exists(
        profiles::table.filter(profiles::email.eq("teacher@journal.example")),
    ));
    Ok(each!(db, |c| query.get_result(c))?)
}
