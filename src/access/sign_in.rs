//! An operator's sign-in with login and password.
//!
//! Unknown login, wrong password and a disabled operator take the same road: one count, one argon2
//! computation, one audit event, one answer (`docs/security.md`, T67).

use std::net::IpAddr;
use std::time::Duration;

use super::{Operator, OperatorId, OperatorSessionId, OperatorSessions, OperatorStage};
use crate::audit::{self, Actor, OperatorEvent, RequestMeta};
use crate::config::sign_in::SignInSettings;
use crate::directory::login_key;
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::secret::{Digest, Token};
use crate::sign_in::throttle::{Admission, TryKey, minutes_until, operator_try_key};
use crate::sign_in::{AddressCeiling, HashingPool, Overloaded, Password, Throttle, place};
use crate::store::{Db, Store, StoreError, operator_browsers, operator_sessions, operators};

/// What the sign-in form sent, and from where.
#[derive(Clone, Debug)]
pub struct OperatorAttempt {
    /// Login as typed.
    pub login: String,
    /// Password as typed.
    pub password: Password,
    /// Digest of the browser's long-lived random cookie.
    pub browser: Digest,
    /// The operator's session that the browser had until now; it ends when this sign-in succeeds.
    pub previous: Option<OperatorSessionId>,
    /// `User-Agent` header.
    pub user_agent: String,
    /// Network address.
    pub address: IpAddr,
    /// For the audit.
    pub meta: RequestMeta,
}

/// How a sign-in ended.
#[derive(Clone, Debug)]
pub enum OperatorSignedIn {
    /// The password was right; a session of this stage began.
    Begun {
        /// For the cookie.
        token: Token,
        /// How far it has come.
        stage: OperatorStage,
    },
    /// «Логин или пароль не подошли».
    WrongCredentials,
    /// Too many failures; the password was not looked at.
    Delayed {
        /// When to try again.
        minutes: u32,
    },
    /// More requests from one network address than any office makes: 429.
    TooManyRequests {
        /// How long to wait.
        wait: Duration,
    },
    /// All places for argon2 are taken: 503.
    Overloaded {
        /// When to try again.
        retry_after: Duration,
    },
}

/// Signs operators in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OperatorSignIn {
    store: Store,
    clock: Clock,
    sessions: OperatorSessions,
    pool: HashingPool,
    throttle: Throttle,
    ceiling: AddressCeiling,
}

/// What was found before the password was looked at.
struct Found {
    known: Option<(Operator, Option<String>)>,
    key: TryKey,
    blocked_until: Option<Timestamp>,
}

/// A password that was right when it was looked at.
struct Proven {
    operator: OperatorId,
    /// The hash it was right for.
    stored: String,
    upgraded: Option<String>,
    key: TryKey,
}

impl OperatorSignIn {
    /// The use case over the services it needs; the pool is the one of all passwords.
    pub fn new(sessions: OperatorSessions, pool: HashingPool, settings: &SignInSettings) -> Self {
        Self {
            store: sessions.store.clone(),
            clock: sessions.clock.clone(),
            sessions,
            pool,
            throttle: Throttle::new(settings),
            ceiling: AddressCeiling::per_minute(settings.tries_per_address),
        }
    }

    /// Its count of requests per network address; for housekeeping.
    pub fn ceiling(&self) -> &AddressCeiling {
        &self.ceiling
    }

    /// Tries to sign somebody in.
    ///
    /// # Errors
    /// The database's.
    pub async fn sign_in(&self, attempt: OperatorAttempt) -> Result<OperatorSignedIn, StoreError> {
        if let Err(wait) = self.ceiling.check(attempt.address) {
            return Ok(OperatorSignedIn::TooManyRequests { wait });
        }
        let place = match self.pool.take_place() {
            Ok(place) => place,
            Err(Overloaded { retry_after }) => return Ok(OperatorSignedIn::Overloaded { retry_after }),
        };
        let now = self.clock.now();
        let found = self.find(&attempt, now).await?;
        if let Some(until) = found.blocked_until {
            return Ok(OperatorSignedIn::Delayed { minutes: minutes_until(until, now) });
        }
        let (key, throttle) = (found.key, self.throttle.clone());
        let reason = match self.store.write(move |db| throttle.admit(db, &key, now)).await? {
            Admission::Delayed { until } => {
                return Ok(OperatorSignedIn::Delayed { minutes: minutes_until(until, now) });
            }
            // The event that begins a wait says so: the refused tries during it leave no trace.
            Admission::Counted { last_before_delay: true } => "delayed",
            Admission::Counted { last_before_delay: false } => "credentials",
        };
        let operator = found.known.as_ref().map(|(operator, _)| operator.id);
        let stored = found.known.and_then(|(_, hash)| hash);
        let verdict = self.pool.verify(place, stored.clone(), attempt.password.clone()).await;
        if let (Some(operator), Some(stored), true) = (operator, stored, verdict.matches) {
            let proven = Proven { operator, stored, upgraded: verdict.upgraded, key: found.key };
            return self.complete(attempt, proven).await;
        }
        let now = self.clock.now();
        self.store.write(move |db| refuse(db, operator, reason, &attempt.meta, now)).await?;
        Ok(OperatorSignedIn::WrongCredentials)
    }

    async fn find(&self, attempt: &OperatorAttempt, now: Timestamp) -> Result<Found, StoreError> {
        let (login, browser, throttle) = (login_key(&attempt.login), attempt.browser, self.throttle.clone());
        self.store
            .read(move |db| {
                let known = operators::find_for_sign_in(db, &login)?;
                let known_browser = match &known {
                    Some((operator, _)) => operator_browsers::is_known(db, operator.id, &browser)?,
                    None => false,
                };
                let key = operator_try_key(&login, Some(&browser).filter(|_| known_browser));
                let blocked_until = throttle.blocked_until(db, &key, now)?;
                Ok(Found { known, key, blocked_until })
            })
            .await
    }

    async fn complete(
        &self,
        attempt: OperatorAttempt,
        proven: Proven,
    ) -> Result<OperatorSignedIn, StoreError> {
        let (this, now, token) = (self.clone(), self.clock.now(), Token::generate());
        self.store.write(move |db| this.complete_in(db, &attempt, &proven, &token, now)).await
    }

    /// Everything a right password changes, in one transaction.
    fn complete_in(
        &self,
        db: &mut Db,
        attempt: &OperatorAttempt,
        proven: &Proven,
        token: &Token,
        now: Timestamp,
    ) -> Result<OperatorSignedIn, StoreError> {
        // Since it was looked at, the operator may have been disabled or given another password, which ended
        // all sessions: the old password must not begin one more.
        let current = operators::find_and_hold(db, proven.operator)?;
        let current = current.filter(|(_, hash)| hash.as_ref() == Some(&proven.stored));
        let Some((operator, _)) = current.filter(|(operator, _)| operator.disabled_at.is_none()) else {
            refuse(db, Some(proven.operator), "disabled", &attempt.meta, now)?;
            return Ok(OperatorSignedIn::WrongCredentials);
        };
        self.throttle.forget(db, &proven.key)?;
        if let Some(upgraded) = &proven.upgraded {
            operators::set_password_hash(db, operator.id, upgraded)?;
        }
        if let Some(previous) = attempt.previous {
            operator_sessions::end(db, previous, now, "replaced")?;
        }
        let stage = OperatorStage::Full;
        let place = place::of_user_agent(&attempt.user_agent);
        self.sessions.begin(db, operator.id, stage, &place, token, now)?;
        operator_browsers::remember(db, operator.id, &attempt.browser, now)?;
        let event = OperatorEvent::SignedIn;
        audit::record(db, now, event, Actor::Operator(operator.id), None, &attempt.meta)?;
        Ok(OperatorSignedIn::Begun { token: token.clone(), stage })
    }
}

fn refuse(
    db: &mut Db,
    operator: Option<OperatorId>,
    reason: &'static str,
    meta: &RequestMeta,
    now: Timestamp,
) -> Result<(), StoreError> {
    let event = OperatorEvent::SignInRefused { operator, reason };
    audit::record(db, now, event, Actor::Anonymous, None, meta)
}
