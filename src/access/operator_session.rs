//! A browser in which an operator has signed in.

use chrono::Duration;

use super::OperatorId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// Id of a session's row. The row outlives rotations of its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperatorSessionId(pub i64);

/// How far a sign-in has come. Each change gives the session a new token (`docs/security.md`, T31).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorStage {
    /// The password was right; the other proofs are still to come.
    Password,
    /// All proofs were given; a password or a second factor of one's own is still to be set up.
    Enrolling,
    /// On duty.
    Full,
}

impl OperatorStage {
    const ALL: [Self; 3] = [Self::Password, Self::Enrolling, Self::Full];

    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Enrolling => "enrolling",
            Self::Full => "full",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name)
    }
}

/// A session of an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorSession {
    /// Id.
    pub id: OperatorSessionId,
    /// Digest of the cookie's token.
    pub token_digest: Digest,
    /// Whose.
    pub operator: OperatorId,
    /// How far the sign-in has come.
    pub stage: OperatorStage,
    /// Browser and system in words.
    pub place: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When the operator last proved who they are.
    pub authenticated_at: Timestamp,
    /// Last request, to the minute.
    pub last_seen_at: Timestamp,
    /// Absolute end.
    pub expires_at: Timestamp,
}

impl OperatorSession {
    /// Whether the session has not run out at `now`.
    pub fn is_live(&self, now: Timestamp, idle: Duration) -> bool {
        now < self.expires_at && now < self.last_seen_at + idle
    }

    /// Whether the operator proved who they are within the last `limit`.
    pub fn is_fresh(&self, now: Timestamp, limit: Duration) -> bool {
        now <= self.authenticated_at + limit
    }

    /// Whether this request should be noted: the last one noted is a minute old.
    pub fn is_touch_due(&self, now: Timestamp) -> bool {
        now >= self.last_seen_at + Duration::minutes(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t33_an_operators_session_ends_at_its_idle_and_at_its_absolute_end() {
        let start = Timestamp::UNIX_EPOCH;
        let session = OperatorSession {
            id: OperatorSessionId(1),
            token_digest: Digest::of(b"token"),
            operator: OperatorId(1),
            stage: OperatorStage::Full,
            place: String::new(),
            created_at: start,
            authenticated_at: start,
            last_seen_at: start,
            expires_at: start + Duration::hours(12),
        };
        let idle = Duration::minutes(30);
        let busy = OperatorSession { last_seen_at: start + Duration::hours(12), ..session.clone() };
        for (session, seconds, live) in [
            (&session, 0, true),
            (&session, 1799, true),
            (&session, 1800, false),
            (&busy, 12 * 3600 - 1, true),
            (&busy, 12 * 3600, false),
        ] {
            assert_eq!(session.is_live(start + Duration::seconds(seconds), idle), live, "{seconds} s");
        }
    }
}
