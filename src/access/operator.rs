//! An operator: somebody of the helpdesk, an analyst, or an administrator of this service.

use super::Area;
use super::permission::Permission;
use crate::directory::ProfileId;
use crate::platform::clock::Timestamp;

/// Id of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct OperatorId(pub i64);

/// What an operator is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperatorRole {
    /// First line: finds people, unlinks, hands out codes.
    Support,
    /// Also decides disputes, approvals and mass actions.
    Senior,
    /// Sees numbers, never people.
    Analyst,
    /// Also keeps the operators and reads the audit.
    Administrator,
}

impl OperatorRole {
    /// All roles, as lists show them.
    pub const ALL: [Self; 4] = [Self::Support, Self::Senior, Self::Analyst, Self::Administrator];

    /// Stable name for the store and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Senior => "senior",
            Self::Analyst => "analyst",
            Self::Administrator => "administrator",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The word for pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Support => "оператор поддержки",
            Self::Senior => "старший оператор",
            Self::Analyst => "аналитик",
            Self::Administrator => "администратор",
        }
    }
}

/// An operator as every request reads them anew: a moved or disabled one loses the area at once
/// (`docs/security.md`, T39). `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// Id.
    pub id: OperatorId,
    /// Login of the console.
    pub login: String,
    /// Full name, shown to colleagues and in the history.
    pub name: String,
    /// E-mail, for letters to administrators and about the account.
    pub email: Option<String>,
    /// What they are there for.
    pub role: OperatorRole,
    /// Where.
    pub area: Area,
    /// The operator's own journal profile, if named: nobody acts on themselves, and others act on it
    /// only with a second operator.
    pub profile: Option<ProfileId>,
    /// Whether a sign-in also needs the linked ESIA account of that profile.
    pub needs_esia: bool,
    /// Since when the account is disabled.
    pub disabled_at: Option<Timestamp>,
}

impl std::fmt::Debug for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Operator({})", self.id.0)
    }
}

impl Operator {
    /// Whether the operator may do such a thing at all; where, the area says.
    pub fn may(&self, permission: Permission) -> bool {
        self.disabled_at.is_none() && permission.is_given_to(self.role)
    }
}

/// An operator with the proofs that a sign-in asks for. `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorAccount {
    /// The operator.
    pub operator: Operator,
    /// Stable public id, by which the second factor is sealed.
    pub uid: String,
    /// PHC string; none while no password is set.
    pub password_hash: Option<String>,
    /// Whether the password was somebody else's choice and opens nothing but its own change.
    pub must_change_password: bool,
    /// The second factor, once it is set up.
    pub second_factor: Option<StoredFactor>,
}

/// A second factor as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredFactor {
    /// The secret, encrypted.
    pub sealed: Vec<u8>,
    /// The last step whose code was taken.
    pub used_step: Option<i64>,
}

impl std::fmt::Debug for OperatorAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OperatorAccount({})", self.operator.id.0)
    }
}

impl std::fmt::Debug for StoredFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredFactor(…)")
    }
}

/// What a new operator is made of. `Debug` shows nothing personal.
#[derive(Clone, PartialEq, Eq)]
pub struct NewOperator {
    /// Login of the console, unique whatever its case.
    pub login: String,
    /// Full name.
    pub name: String,
    /// E-mail.
    pub email: Option<String>,
    /// What they are there for.
    pub role: OperatorRole,
    /// Where.
    pub area: Area,
    /// The operator's own journal profile.
    pub profile: Option<ProfileId>,
    /// Whether a sign-in also needs the linked ESIA account of that profile.
    pub needs_esia: bool,
    /// PHC string of the first password.
    pub password_hash: String,
    /// Whether it must be changed at the first sign-in.
    pub must_change_password: bool,
}

impl std::fmt::Debug for NewOperator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewOperator")
            .field("role", &self.role)
            .field("area", &self.area)
            .finish_non_exhaustive()
    }
}
