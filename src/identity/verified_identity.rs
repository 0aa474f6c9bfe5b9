//! What ESIA vouched for after one trip: the subject and what it told about the person.

use chrono::NaiveDate;

use super::{AssuranceLevel, Issuer, PersonName, Snils, Subject};

/// A person as ESIA verified them. Only the pair issuer + subject identifies; the rest supports a match.
/// `Debug` shows nothing personal.
#[derive(Clone)]
pub struct VerifiedIdentity {
    /// The environment that vouches.
    pub issuer: Issuer,
    /// ESIA's `oid`.
    pub subject: Subject,
    /// Level of the account.
    pub level: AssuranceLevel,
    /// Name as ESIA has it.
    pub name: PersonName,
    /// Date of birth, if the scope gave it.
    pub birth_date: Option<NaiveDate>,
    /// SNILS with a right control sum, if the scope gave one.
    pub snils: Option<Snils>,
    /// Whether ESIA sent a SNILS whose control sum is wrong: treated as none, and said so.
    pub snils_malformed: bool,
    /// Verified e-mail, for letters about the link only.
    pub email: Option<String>,
}

impl std::fmt::Debug for VerifiedIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedIdentity").field("level", &self.level).finish_non_exhaustive()
    }
}
