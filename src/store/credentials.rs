//! What a change of sign-in must hold of `profiles` while it decides, and the one fact it needs of the roles.

use std::fmt;

use diesel::prelude::*;

use super::schema::{profile_roles, profiles};
use super::{Db, StoreError};
use crate::directory::{OrganisationId, ProfileId, ProfileStatus, Role};
use crate::each;

/// What sign-in needs of a profile it has decided about.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The profile.
    pub profile: ProfileId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// Login in lower case.
    pub login_key: String,
    /// PHC string; none while no password is set.
    pub password_hash: Option<String>,
    /// Whether the organisation lets it in.
    pub status: ProfileStatus,
    /// E-mail for letters.
    pub email: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("profile", &self.profile).field("status", &self.status).finish()
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = profiles)]
struct Row {
    id: i64,
    organisation_id: i64,
    login_key: String,
    password_hash: Option<String>,
    status: String,
    email: Option<String>,
}

impl Row {
    fn into_credentials(self) -> Result<Credentials, StoreError> {
        Ok(Credentials {
            profile: ProfileId(self.id),
            organisation: OrganisationId(self.organisation_id),
            login_key: self.login_key,
            password_hash: self.password_hash,
            status: ProfileStatus::from_name(&self.status).ok_or(StoreError::Corrupt("profiles.status"))?,
            email: self.email,
        })
    }
}

/// The profile's credentials as they are now, held unchanged until the transaction ends.
///
/// A check against an earlier reading is worth nothing otherwise: a new password or a block could be
/// committed in between. SQLite's one writer holds everything; PostgreSQL must lock the row.
///
/// # Errors
/// The database's.
pub fn find_and_hold(db: &mut Db, profile: ProfileId) -> Result<Option<Credentials>, StoreError> {
    let row = match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => profiles::table
            .filter(profiles::id.eq(profile.0))
            .select(Row::as_select())
            .get_result(c)
            .optional(),
        #[cfg(feature = "postgres")]
        Db::Pg(c) => profiles::table
            .filter(profiles::id.eq(profile.0))
            .select(Row::as_select())
            .for_no_key_update()
            .get_result(c)
            .optional(),
    }?;
    row.map(Row::into_credentials).transpose()
}

/// Whether the profile has a role with the short session limits.
///
/// # Errors
/// The database's.
pub fn is_staff(db: &mut Db, profile: ProfileId) -> Result<bool, StoreError> {
    let staff = Role::ALL.into_iter().filter(|role| role.is_staff()).map(Role::as_str);
    let query = diesel::select(diesel::dsl::exists(
        profile_roles::table
            .filter(profile_roles::profile_id.eq(profile.0))
            .filter(profile_roles::role.eq_any(staff)),
    ));
    Ok(each!(db, |c| query.get_result(c))?)
}
