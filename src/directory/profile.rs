//! A journal account: one person in one organisation, with one or more roles.

use chrono::NaiveDate;

use super::{OrganisationId, Role};
use crate::identity::PersonName;
use crate::platform::clock::Timestamp;

/// Id of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ProfileId(pub i64);

/// Whether the organisation lets the profile in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileStatus {
    /// In use.
    Active,
    /// Blocked by the organisation.
    Blocked,
    /// Closed or transferred.
    Closed,
}

impl ProfileStatus {
    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
            Self::Closed => "closed",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Blocked, Self::Closed].into_iter().find(|status| status.as_str() == name)
    }
}

/// A SNILS as stored: the keyed hash compares, the sealed digits are opened only to be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSnils {
    /// HMAC-SHA-256 of the 11 digits under the lookup key.
    pub hash: [u8; 32],
    /// The digits, encrypted for this profile's cell.
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for StoredSnils {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredSnils(…)")
    }
}

/// A profile with what linking and sign-in need to know of it. `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq)]
pub struct Profile {
    /// Id.
    pub id: ProfileId,
    /// Stable public id, the row's name in sealed cells.
    pub uid: String,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// Login as given by the organisation.
    pub login: String,
    /// Whether a password is set.
    pub has_password: bool,
    /// Name.
    pub name: PersonName,
    /// Date of birth, if the journal has it.
    pub birth_date: Option<NaiveDate>,
    /// SNILS, if the journal has it.
    pub snils: Option<StoredSnils>,
    /// E-mail for letters.
    pub email: Option<String>,
    /// Telephone, as the organisation wrote it.
    pub phone: Option<String>,
    /// Class of a pupil or post of staff.
    pub post: Option<String>,
    /// Roles, at least one.
    pub roles: Vec<Role>,
    /// Status.
    pub status: ProfileStatus,
    /// Since when it has that status.
    pub status_since: Timestamp,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Profile({})", self.id.0)
    }
}

impl Profile {
    /// Whether any role is one of staff, so that the short session limits apply.
    pub fn is_staff(&self) -> bool {
        self.roles.iter().any(|role| role.is_staff())
    }
}

/// What a password sign-in checks, before anybody is known to be who they say.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInProfile {
    /// Id.
    pub id: ProfileId,
    /// Argon2id hash in PHC form, if a password is set.
    pub password_hash: Option<String>,
    /// Status.
    pub status: ProfileStatus,
}

impl std::fmt::Debug for SignInProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignInProfile({})", self.id.0)
    }
}

/// A profile to be stored. `Debug` shows the public id only.
#[derive(Clone, PartialEq, Eq)]
pub struct NewProfile {
    /// Stable public id; the SNILS is sealed for it.
    pub uid: String,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// Login, unique in the organisation whatever its case.
    pub login: String,
    /// Argon2id hash in PHC form.
    pub password_hash: Option<String>,
    /// Name.
    pub name: PersonName,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// SNILS, as [`crate::directory::snils_vault::store_snils`] makes it.
    pub snils: Option<StoredSnils>,
    /// E-mail; stored in lower case.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Class of a pupil or post of staff.
    pub post: Option<String>,
    /// Roles, at least one.
    pub roles: Vec<Role>,
    /// Status.
    pub status: ProfileStatus,
    /// When it is made, and since when it has its status.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for NewProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewProfile({})", self.uid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t54_debug_shows_no_personal_data() {
        let profile = Profile {
            id: ProfileId(7),
            uid: "u-7".into(),
            organisation: OrganisationId(1),
            login: "smirnova".into(),
            has_password: true,
            name: PersonName::new("Смирнова", "Анна", None),
            birth_date: NaiveDate::from_ymd_opt(1985, 3, 14),
            snils: None,
            email: Some("anna@journal.example".into()),
            phone: Some("+7 900 000-12-34".into()),
            post: Some("учитель".into()),
            roles: vec![Role::Staff],
            status: ProfileStatus::Active,
            status_since: Timestamp::default(),
        };
        assert_eq!(format!("{profile:?}"), "Profile(7)");
    }
}
