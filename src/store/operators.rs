//! Table `operators`: staff of this service. Their passwords and second factors are read apart.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::operators;
use super::{Db, StoreError};
use crate::access::{Area, NewOperator, Operator, OperatorAccount, OperatorId, OperatorRole, StoredFactor};
use crate::directory::{ProfileId, login_key};
use crate::each;
use crate::platform::clock::Timestamp;
use crate::platform::random;

/// The columns that make an [`Operator`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = operators)]
pub(super) struct OperatorRow {
    id: i64,
    login: String,
    name: String,
    email: Option<String>,
    role: String,
    area_kind: String,
    area_id: i64,
    profile_id: Option<i64>,
    needs_esia: bool,
    disabled_at: Option<chrono::NaiveDateTime>,
}

impl OperatorRow {
    pub(super) fn into_operator(self) -> Result<Operator, StoreError> {
        let area = Area::from_stored(&self.area_kind, self.area_id);
        Ok(Operator {
            id: OperatorId(self.id),
            login: self.login,
            name: self.name,
            email: self.email,
            role: OperatorRole::from_name(&self.role).ok_or(StoreError::Corrupt("operators.role"))?,
            area: area.ok_or(StoreError::Corrupt("operators.area_kind"))?,
            profile: self.profile_id.map(ProfileId),
            needs_esia: self.needs_esia,
            disabled_at: self.disabled_at.map(|at| at.and_utc()),
        })
    }
}

/// One operator, disabled or not.
///
/// # Errors
/// The database's, or a row that this program cannot read.
pub fn find(db: &mut Db, id: OperatorId) -> Result<Option<Operator>, StoreError> {
    let query = operators::table.find(id.0);
    let row: Option<OperatorRow> =
        each!(db, |c| query.select(OperatorRow::as_select()).get_result(c).optional())?;
    row.map(OperatorRow::into_operator).transpose()
}

/// What a sign-in needs, beside the operator.
#[derive(Queryable, Selectable)]
#[diesel(table_name = operators)]
struct AccountRow {
    #[diesel(embed)]
    operator: OperatorRow,
    uid: String,
    password_hash: Option<String>,
    must_change_password: bool,
    totp_sealed: Option<Vec<u8>>,
    totp_used_step: Option<i64>,
}

impl AccountRow {
    fn into_account(self) -> Result<OperatorAccount, StoreError> {
        let used_step = self.totp_used_step;
        Ok(OperatorAccount {
            operator: self.operator.into_operator()?,
            uid: self.uid,
            password_hash: self.password_hash,
            must_change_password: self.must_change_password,
            second_factor: self.totp_sealed.map(|sealed| StoredFactor { sealed, used_step }),
        })
    }
}

/// The account of a login.
///
/// # Errors
/// As [`find`].
pub fn find_for_sign_in(db: &mut Db, login_key: &str) -> Result<Option<OperatorAccount>, StoreError> {
    let query = operators::table.filter(operators::login_key.eq(login_key));
    each!(db, |c| query.select(AccountRow::as_select()).get_result(c).optional())?
        .map(AccountRow::into_account)
        .transpose()
}

/// The account of an operator.
///
/// # Errors
/// As [`find`].
pub fn find_account(db: &mut Db, id: OperatorId) -> Result<Option<OperatorAccount>, StoreError> {
    let query = operators::table.find(id.0);
    each!(db, |c| query.select(AccountRow::as_select()).get_result(c).optional())?
        .map(AccountRow::into_account)
        .transpose()
}

/// The same, held unchanged until the transaction ends: SQLite's one writer holds everything, PostgreSQL must
/// lock the row.
///
/// # Errors
/// As [`find`].
pub fn find_and_hold(db: &mut Db, id: OperatorId) -> Result<Option<OperatorAccount>, StoreError> {
    let query = operators::table.find(id.0);
    let found: Option<AccountRow> = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => query.select(AccountRow::as_select()).get_result(c).optional(),
        #[cfg(feature = "postgres")]
        Db::Pg(c) => query.select(AccountRow::as_select()).for_no_key_update().get_result(c).optional(),
    }?;
    found.map(AccountRow::into_account).transpose()
}

/// Whether there is any operator, disabled ones included.
///
/// # Errors
/// The database's.
pub fn has_any(db: &mut Db) -> Result<bool, StoreError> {
    let query = operators::table.select(operators::id).limit(1);
    let found: Option<i64> = each!(db, |c| query.get_result(c).optional())?;
    Ok(found.is_some())
}

/// Adds an operator.
///
/// # Errors
/// [`StoreError::Conflict`] if the login is taken.
pub fn insert(db: &mut Db, new: &NewOperator, now: Timestamp) -> Result<OperatorId, StoreError> {
    let row = (
        operators::uid.eq(random::uuid().to_string()),
        operators::login.eq(&new.login),
        operators::login_key.eq(login_key(&new.login)),
        operators::name.eq(&new.name),
        operators::email.eq(&new.email),
        operators::role.eq(new.role.as_str()),
        operators::area_kind.eq(new.area.kind()),
        operators::area_id.eq(new.area.id()),
        operators::profile_id.eq(new.profile.map(|id| id.0)),
        operators::needs_esia.eq(new.needs_esia),
        operators::password_hash.eq(&new.password_hash),
        operators::must_change_password.eq(new.must_change_password),
        operators::created_at.eq(now.naive_utc()),
    );
    let id = each!(db, |c| {
        diesel::insert_into(operators::table).values(row).returning(operators::id).get_result(c)
    })?;
    Ok(OperatorId(id))
}

/// Sets a new password, which must or need not be changed at the next sign-in.
///
/// # Errors
/// The database's.
pub fn set_password(db: &mut Db, id: OperatorId, hash: &str, must_change: bool) -> Result<(), StoreError> {
    let update = diesel::update(operators::table.find(id.0))
        .set((operators::password_hash.eq(hash), operators::must_change_password.eq(must_change)));
    each!(db, |c| update.execute(c))?;
    Ok(())
}

/// Whether a profile is named as an operator's own, by one who is not disabled.
///
/// # Errors
/// The database's.
pub fn has_profile(db: &mut Db, profile: ProfileId) -> Result<bool, StoreError> {
    let of_operator =
        operators::table.filter(operators::profile_id.eq(profile.0)).filter(operators::disabled_at.is_null());
    Ok(each!(db, |c| diesel::select(diesel::dsl::exists(of_operator)).get_result(c))?)
}

/// Names of operators, disabled or not.
///
/// # Errors
/// The database's.
pub fn list_names(db: &mut Db, ids: &[OperatorId]) -> Result<HashMap<OperatorId, String>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let query =
        operators::table.filter(operators::id.eq_any(numbers)).select((operators::id, operators::name));
    let rows: Vec<(i64, String)> = each!(db, |c| query.load(c))?;
    Ok(rows.into_iter().map(|(id, name)| (OperatorId(id), name)).collect())
}

/// Whether a profile is some operator's own.
///
/// # Errors
/// The database's.
pub fn is_of_operator(db: &mut Db, profile: ProfileId) -> Result<bool, StoreError> {
    let query = diesel::select(diesel::dsl::exists(
        operators::table
            .filter(operators::profile_id.eq(profile.0))
            .filter(operators::profile_id.is_not_null())
            .filter(operators::disabled_at.is_null()),
    ));
    Ok(each!(db, |c| query.get_result(c))?)
}
