//! What a password sign-in is given, and how it may end.

use std::net::IpAddr;
use std::time::Duration;

use chrono::NaiveDate;

use super::{Password, SessionId};
use crate::audit::RequestMeta;
use crate::directory::{OrganisationId, ProfileId};
use crate::platform::secret::{Digest, Token};

/// What the sign-in form sent, and from where.
#[derive(Clone, Debug)]
pub struct SignInAttempt {
    /// Chosen organisation.
    pub organisation: OrganisationId,
    /// Login as typed.
    pub login: String,
    /// Password as typed.
    pub password: Password,
    /// «Чужой компьютер».
    pub shared_computer: bool,
    /// Digest of the browser's long-lived random cookie.
    pub browser: Option<Digest>,
    /// The session the browser had until now; it ends when this sign-in succeeds.
    pub previous: Option<SessionId>,
    /// `User-Agent` header.
    pub user_agent: String,
    /// Network address.
    pub address: IpAddr,
    /// For the audit.
    pub meta: RequestMeta,
}

/// How a sign-in ended.
#[derive(Clone, Debug)]
pub enum SignInOutcome {
    /// In.
    SignedIn {
        /// For the cookie.
        token: Token,
        /// The session.
        session: SessionId,
        /// Who.
        profile: ProfileId,
        /// Whether the browser was new to the profile; a letter says so.
        new_place: bool,
    },
    /// In through the linking-only door: the password is closed, but nothing is linked yet.
    LinkingOnly {
        /// For the cookie.
        token: Token,
        /// The session.
        session: SessionId,
        /// Who.
        profile: ProfileId,
    },
    /// In, but an operator handed out the password: another one must be chosen first.
    NewPasswordNeeded {
        /// For the cookie.
        token: Token,
        /// The session.
        session: SessionId,
        /// Who.
        profile: ProfileId,
    },
    /// Right password, but one that an operator handed out too long ago.
    OneTimeExpired,
    /// «Логин или пароль не подошли»; «код не подошёл».
    WrongCredentials,
    /// Too many failures; the password was not looked at.
    Delayed {
        /// When to try again.
        minutes: u32,
    },
    /// Right password, but the organisation has blocked the profile.
    Blocked {
        /// Whom to ask.
        organisation: OrganisationId,
    },
    /// Right password, but the profile is closed or transferred (119).
    Closed,
    /// Right password, but passwords no longer open the journal (118).
    PasswordClosed {
        /// First day on which they do not.
        since: NaiveDate,
    },
    /// More requests from one network address than any school makes: 429.
    TooManyRequests {
        /// When to try again.
        minutes: u32,
    },
    /// All places for argon2 are taken: 503.
    Overloaded {
        /// When to try again.
        retry_after: Duration,
    },
}
