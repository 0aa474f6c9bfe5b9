//! A stored trip to ESIA as a state machine: `Pending → Exchanging → Verified → Closed`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::directory::ProfileId;
use crate::error_code::OutcomeCode;
use crate::identity::{AssuranceLevel, Issuer, PersonName, Snils, Subject, VerifiedIdentity};
use crate::platform::clock::Timestamp;
use crate::platform::secret::{Cell, Digest, Keys};
use crate::sign_in::SessionId;

/// Id of a stored request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(pub i64);

/// What the trip is for; never guessed later, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Link this profile, from this session.
    Link {
        /// The profile.
        profile: ProfileId,
        /// The session's row; it outlives rotations of the token.
        session: SessionId,
    },
    /// Sign in.
    SignIn,
}

impl Purpose {
    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link { .. } => "link",
            Self::SignIn => "sign_in",
        }
    }
}

/// Where the trip stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// The person is at ESIA.
    Pending,
    /// One callback has claimed it and is asking ESIA.
    Exchanging {
        /// Since when; one that never ended was cut off by a crash.
        claimed_at: Timestamp,
    },
    /// ESIA has vouched; the person has to confirm the link.
    Verified {
        /// The identity, sealed for this request's cell.
        identity_sealed: Vec<u8>,
    },
    /// Over.
    Closed {
        /// How.
        outcome: Outcome,
        /// The session that a sign-in began.
        session: Option<SessionId>,
    },
}

/// How a trip ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The link was stored.
    Linked,
    /// These two were linked already.
    LinkedAlready,
    /// Signed in.
    SignedIn,
    /// Signed in; the profile has to be chosen.
    Choose,
    /// The person declined at the confirmation, or began anew from the same page.
    Withdrawn,
    /// A page says why not.
    Refused(OutcomeCode),
    /// The level of the ESIA account is too low; the page names it.
    LevelLow(AssuranceLevel),
}

impl Outcome {
    /// The refusal of a person whose account has this level.
    pub fn refusal(code: OutcomeCode, level: AssuranceLevel) -> Self {
        if code == OutcomeCode::LevelLow { Self::LevelLow(level) } else { Self::Refused(code) }
    }

    /// The code of the problem page, if the trip ended on one.
    pub fn code(self) -> Option<OutcomeCode> {
        match self {
            Self::Refused(code) => Some(code),
            Self::LevelLow(_) => Some(OutcomeCode::LevelLow),
            _ => None,
        }
    }

    /// For the store.
    pub fn to_text(self) -> String {
        match self {
            Self::Linked => "linked".into(),
            Self::LinkedAlready => "linked_already".into(),
            Self::SignedIn => "signed_in".into(),
            Self::Choose => "choose".into(),
            Self::Withdrawn => "withdrawn".into(),
            Self::Refused(code) => format!("refused:{}", code.number()),
            Self::LevelLow(level) => format!("level:{}", level.as_str()),
        }
    }

    /// Reads what [`Outcome::to_text`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "linked" => Some(Self::Linked),
            "linked_already" => Some(Self::LinkedAlready),
            "signed_in" => Some(Self::SignedIn),
            "choose" => Some(Self::Choose),
            "withdrawn" => Some(Self::Withdrawn),
            _ => {
                if let Some(level) = text.strip_prefix("level:") {
                    return AssuranceLevel::from_name(level).map(Self::LevelLow);
                }
                let number = text.strip_prefix("refused:")?.parse().ok()?;
                OutcomeCode::from_number(number).map(Self::Refused)
            }
        }
    }
}

/// A stored trip.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// Id.
    pub id: RequestId,
    /// What support may ask the person for; not secret.
    pub reference: String,
    /// Digest of the cookie that only the beginning browser has.
    pub cookie_digest: Digest,
    /// The ESIA environment it went to.
    pub connection: String,
    /// What for.
    pub purpose: Purpose,
    /// «Чужой компьютер» at the sign-in page.
    pub shared_computer: bool,
    /// Name of the page of ours that a sign-in shall end on; the web knows the names.
    pub next_page: String,
    /// Where it stands.
    pub state: RequestState,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Why a step is not possible from where the trip stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the trip is not where this step begins")]
pub struct WrongState;

impl AuthorizationRequest {
    /// Whether its time has run out.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// The identity that waits for confirmation.
    ///
    /// # Errors
    /// The trip is not verified, or the sealed value is damaged.
    pub fn identity(&self, keys: &Keys) -> Result<VerifiedIdentity, WrongState> {
        let RequestState::Verified { identity_sealed } = &self.state else { return Err(WrongState) };
        let plain = keys.sealer.open(cell(&self.reference), identity_sealed).map_err(|_| WrongState)?;
        let stored: StoredIdentity = serde_json::from_slice(&plain).map_err(|_| WrongState)?;
        stored.into_identity().ok_or(WrongState)
    }
}

/// Seals an identity for the request with this reference.
pub fn seal_identity(keys: &Keys, reference: &str, identity: &VerifiedIdentity) -> Vec<u8> {
    let stored = StoredIdentity::of(identity);
    let plain = serde_json::to_vec(&stored).unwrap_or_default();
    keys.sealer.seal(cell(reference), &plain)
}

fn cell(reference: &str) -> Cell<'_> {
    Cell { table: "authorization_requests", column: "identity", row: reference }
}

/// The sealed form, between callback and confirmation.
#[derive(Serialize, Deserialize)]
struct StoredIdentity {
    issuer: String,
    subject: i64,
    level: AssuranceLevel,
    name: PersonName,
    birth_date: Option<NaiveDate>,
    snils: Option<String>,
    snils_malformed: bool,
    email: Option<String>,
}

impl StoredIdentity {
    fn of(identity: &VerifiedIdentity) -> Self {
        Self {
            issuer: identity.issuer.as_str().to_owned(),
            subject: identity.subject.number(),
            level: identity.level,
            name: identity.name.clone(),
            birth_date: identity.birth_date,
            snils: identity.snils.as_ref().map(|snils| snils.digits().to_owned()),
            snils_malformed: identity.snils_malformed,
            email: identity.email.clone(),
        }
    }

    fn into_identity(self) -> Option<VerifiedIdentity> {
        Some(VerifiedIdentity {
            issuer: Issuer::new(self.issuer),
            subject: Subject::from_number(self.subject).ok()?,
            level: self.level,
            name: self.name,
            birth_date: self.birth_date,
            snils: self.snils.and_then(|digits| Snils::parse(&digits).ok()),
            snils_malformed: self.snils_malformed,
            email: self.email,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::secret::MasterKey;

    #[test]
    fn every_outcome_is_read_back() {
        let plain =
            [Outcome::Linked, Outcome::LinkedAlready, Outcome::SignedIn, Outcome::Choose, Outcome::Withdrawn];
        let levels = AssuranceLevel::ALL.map(Outcome::LevelLow);
        for outcome in plain.into_iter().chain(OutcomeCode::ALL.map(Outcome::Refused)).chain(levels) {
            assert_eq!(Outcome::from_text(&outcome.to_text()), Some(outcome));
        }
        assert_eq!(Outcome::from_text("refused:999"), None);
        assert_eq!(Outcome::from_text(""), None);
    }

    #[test]
    fn a_sealed_identity_opens_only_in_its_own_verified_request() {
        let keys = MasterKey::from_bytes([3; 32]).derive();
        let identity = VerifiedIdentity {
            issuer: Issuer::new("http://esia.example/"),
            subject: Subject::from_number(1_000_000_001).unwrap(),
            level: AssuranceLevel::Confirmed,
            name: PersonName::new("Смирнова", "Анна", None),
            birth_date: NaiveDate::from_ymd_opt(1985, 3, 14),
            snils: Some(Snils::with_control_sum(100_200_301)),
            snils_malformed: false,
            email: None,
        };
        let now = crate::platform::clock::Clock::system().now();
        let mut request = AuthorizationRequest {
            id: RequestId(1),
            reference: "AAAA-1111".into(),
            cookie_digest: Digest::of(b"cookie"),
            connection: "test".into(),
            purpose: Purpose::SignIn,
            shared_computer: false,
            next_page: String::new(),
            state: RequestState::Verified { identity_sealed: seal_identity(&keys, "AAAA-1111", &identity) },
            created_at: now,
            expires_at: now,
        };
        let opened = request.identity(&keys).unwrap();
        assert_eq!((opened.subject, opened.name.full()), (identity.subject, identity.name.full()));
        assert_eq!(opened.snils, identity.snils);
        request.reference = "BBBB-2222".into();
        assert_eq!(request.identity(&keys).unwrap_err(), WrongState);
        request.state = RequestState::Pending;
        assert_eq!(request.identity(&keys).unwrap_err(), WrongState);
    }
}
