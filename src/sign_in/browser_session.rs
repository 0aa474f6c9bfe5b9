//! A signed-in browser.

use chrono::Duration;

use crate::directory::ProfileId;
use crate::linking::link::EsiaSubjectId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// Id of a session's row. The row outlives rotations of its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub i64);

/// What a session may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStage {
    /// Everything its profile may.
    Full,
    /// Signed in through ESIA with several profiles, none chosen yet: only the chooser.
    Choosing,
    /// Came through the linking-only door: only the pages of linking.
    LinkingOnly,
    /// Came with a password that an operator handed out: only the page that chooses another.
    NewPassword,
}

impl SessionStage {
    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Choosing => "choosing",
            Self::LinkingOnly => "linking_only",
            Self::NewPassword => "new_password",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Full, Self::Choosing, Self::LinkingOnly, Self::NewPassword]
            .into_iter()
            .find(|stage| stage.as_str() == name)
    }
}

/// How the session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInWay {
    /// Login and password.
    Password,
    /// Gosuslugi.
    Esia,
    /// A linking code.
    Code,
}

impl SignInWay {
    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Esia => "esia",
            Self::Code => "code",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Password, Self::Esia, Self::Code].into_iter().find(|way| way.as_str() == name)
    }
}

/// A live session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserSession {
    /// Id.
    pub id: SessionId,
    /// Digest of the cookie's token.
    pub token_digest: Digest,
    /// Who; none only while choosing.
    pub profile: Option<ProfileId>,
    /// The ESIA person behind an ESIA sign-in: its other profiles need no new trip.
    pub esia_subject: Option<EsiaSubjectId>,
    /// What it may do.
    pub stage: SessionStage,
    /// How it began.
    pub way: SignInWay,
    /// Whether the person said «Чужой компьютер».
    pub shared_computer: bool,
    /// Browser and system in words, for the list of sessions.
    pub place: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// Last request, to the minute.
    pub last_seen_at: Timestamp,
    /// An open trip to ESIA holds off the idle end until then.
    pub kept_until: Option<Timestamp>,
    /// Idle limit.
    pub idle: Duration,
    /// Absolute end.
    pub expires_at: Timestamp,
}

impl BrowserSession {
    /// Whether the session has not run out at `now`. Nothing moves the absolute end.
    pub fn is_live(&self, now: Timestamp) -> bool {
        let idle_end = self.last_seen_at + self.idle;
        now < self.expires_at && (now < idle_end || self.kept_until.is_some_and(|kept| now < kept))
    }

    /// Whether the person proved who they are recently enough for an unlink (`docs/security.md`, T36).
    pub fn is_fresh(&self, now: Timestamp, fresh_proof: Duration) -> bool {
        now <= self.authenticated_at + fresh_proof
    }

    /// Whether this request should be noted: the last one noted is a minute old.
    pub fn is_touch_due(&self, now: Timestamp) -> bool {
        now >= self.last_seen_at + TOUCH_EVERY
    }
}

/// How exactly the last request is known; a write for each request would cost more than it tells.
const TOUCH_EVERY: Duration = Duration::minutes(1);

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn session() -> BrowserSession {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        BrowserSession {
            id: SessionId(1),
            token_digest: Digest::of(b"token"),
            profile: Some(ProfileId(1)),
            esia_subject: None,
            stage: SessionStage::Full,
            way: SignInWay::Password,
            shared_computer: false,
            place: String::new(),
            created_at: start,
            authenticated_at: start,
            last_seen_at: start,
            kept_until: None,
            idle: Duration::minutes(30),
            expires_at: start + Duration::hours(12),
        }
    }

    #[test]
    fn t33_a_session_ends_at_its_idle_and_at_its_absolute_end() {
        let session = session();
        let after = |seconds| session.created_at + Duration::seconds(seconds);
        assert!(session.is_live(after(30 * 60 - 1)));
        assert!(!session.is_live(after(30 * 60)));
        let busy = BrowserSession { last_seen_at: after(12 * 3600 - 5), ..session.clone() };
        assert!(busy.is_live(after(12 * 3600 - 1)));
        assert!(!busy.is_live(after(12 * 3600)));
    }

    #[test]
    fn t04_an_open_trip_holds_off_the_idle_end_but_not_the_absolute_one() {
        let start = session().created_at;
        let travelling = BrowserSession {
            idle: Duration::minutes(15),
            kept_until: Some(start + Duration::minutes(20)),
            ..session()
        };
        assert!(travelling.is_live(start + Duration::seconds(20 * 60 - 1)));
        assert!(!travelling.is_live(start + Duration::minutes(20)));
        let old = BrowserSession { expires_at: start + Duration::minutes(10), ..travelling };
        assert!(!old.is_live(start + Duration::minutes(10)));
    }

    #[test]
    fn t36_a_proof_is_fresh_for_a_quarter_of_an_hour() {
        let (session, limit) = (session(), Duration::minutes(15));
        assert!(session.is_fresh(session.authenticated_at + limit, limit));
        assert!(!session.is_fresh(session.authenticated_at + limit + Duration::seconds(1), limit));
    }

    #[test]
    fn stable_names_are_read_back() {
        for stage in
            [SessionStage::Full, SessionStage::Choosing, SessionStage::LinkingOnly, SessionStage::NewPassword]
        {
            assert_eq!(SessionStage::from_name(stage.as_str()), Some(stage));
        }
        for way in [SignInWay::Password, SignInWay::Esia, SignInWay::Code] {
            assert_eq!(SignInWay::from_name(way.as_str()), Some(way));
        }
        assert_eq!(SessionStage::from_name("admin"), None);
    }
}
