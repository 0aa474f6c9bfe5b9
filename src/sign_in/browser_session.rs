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
}

impl SessionStage {
    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Choosing => "choosing",
            Self::LinkingOnly => "linking_only",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Full, Self::Choosing, Self::LinkingOnly].into_iter().find(|stage| stage.as_str() == name)
    }
}

/// How the session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInWay {
    /// Login and password.
    Password,
    /// Gosuslugi.
    Esia,
}

impl SignInWay {
    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Esia => "esia",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Password, Self::Esia].into_iter().find(|way| way.as_str() == name)
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
    /// Idle limit.
    pub idle: Duration,
    /// Absolute end.
    pub expires_at: Timestamp,
}

impl BrowserSession {
    /// Whether the session has not run out at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at && now < self.last_seen_at + self.idle
    }
}
