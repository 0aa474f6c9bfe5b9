//! An operator's sign-in with login and password.
//!
//! Unknown login, wrong password and a disabled operator take the same road: one count, one argon2
//! computation, one audit event, one answer (`docs/security.md`, T67).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::sign_in_step::{self, Proofs};
use super::{
    OperatorAccount, OperatorId, OperatorSession, OperatorSessionId, OperatorSessions, OperatorStage,
    SignInStep,
};
use crate::audit::{self, Actor, OperatorEvent, RequestMeta};
use crate::config::Settings;
use crate::config::access::SecondFactor;
use crate::directory::login_key;
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::secret::{Digest, Keys, Token};
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
    Begun(Entered),
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

/// Signs operators in, and keeps their passwords and second factors. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OperatorSignIn {
    pub(super) store: Store,
    pub(super) clock: Clock,
    sessions: OperatorSessions,
    pub(super) keys: Arc<Keys>,
    pub(super) pool: HashingPool,
    pub(super) throttle: Throttle,
    pub(super) ceiling: AddressCeiling,
    factor_required: bool,
    /// Name of this service in an authenticator app.
    pub(super) issuer: String,
}

/// The request behind a step of a sign-in.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Digest of the browser's long-lived random cookie.
    pub browser: Digest,
    /// For the audit.
    pub meta: RequestMeta,
}

/// A session that has come a stage further, under a new token.
#[derive(Clone, Debug)]
pub struct Entered {
    /// For the cookie.
    pub token: Token,
    /// How far it has come.
    pub stage: OperatorStage,
}

/// What was found before the password was looked at.
struct Found {
    known: Option<OperatorAccount>,
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
    pub fn new(sessions: OperatorSessions, keys: Arc<Keys>, pool: HashingPool, settings: &Settings) -> Self {
        Self {
            keys,
            factor_required: settings.access.second_factor == SecondFactor::Required,
            issuer: settings.server.public_url.host_str().unwrap_or_default().to_owned(),
            store: sessions.store.clone(),
            clock: sessions.clock.clone(),
            sessions,
            pool,
            throttle: Throttle::new(&settings.sign_in),
            ceiling: AddressCeiling::per_minute(settings.sign_in.tries_per_address),
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
        let operator = found.known.as_ref().map(|known| known.operator.id);
        let stored = found.known.and_then(|known| known.password_hash);
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
                    Some(known) => operator_browsers::is_known(db, known.operator.id, &browser)?,
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
        let current = current.filter(|account| account.password_hash.as_ref() == Some(&proven.stored));
        let Some(account) = current.filter(|account| account.operator.disabled_at.is_none()) else {
            refuse(db, Some(proven.operator), "disabled", &attempt.meta, now)?;
            return Ok(OperatorSignedIn::WrongCredentials);
        };
        let operator = account.operator.id;
        self.throttle.forget(db, &proven.key)?;
        if let Some(upgraded) = &proven.upgraded {
            operators::set_password(db, operator, upgraded, account.must_change_password)?;
        }
        if let Some(previous) = attempt.previous {
            operator_sessions::end(db, previous, now, "replaced")?;
        }
        let place = place::of_user_agent(&attempt.user_agent);
        let more = account.operator.needs_esia || account.second_factor.is_some();
        let stage = if more { OperatorStage::Password } else { self.stage_of(&account) };
        self.sessions.begin(db, operator, stage, &place, token, now)?;
        if stage == OperatorStage::Full {
            self.note_entry(
                db,
                operator,
                &Visit { browser: attempt.browser, meta: attempt.meta.clone() },
                now,
            )?;
        }
        Ok(OperatorSignedIn::Begun(Entered { token: token.clone(), stage }))
    }

    /// How far the session of an account comes once all proofs are given.
    fn stage_of(&self, account: &OperatorAccount) -> OperatorStage {
        match sign_in_step::to_set_up(account, self.factor_required) {
            SignInStep::OnDuty => OperatorStage::Full,
            _ => OperatorStage::Enrolling,
        }
    }

    fn note_entry(
        &self,
        db: &mut Db,
        operator: OperatorId,
        visit: &Visit,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        operator_browsers::remember(db, operator, &visit.browser, now)?;
        audit::record(db, now, OperatorEvent::SignedIn, Actor::Operator(operator), None, &visit.meta)
    }

    /// Takes a session on, all proofs given, under a new token. `None` if it ended or went on elsewhere
    /// meanwhile.
    pub(super) fn go_on(
        &self,
        db: &mut Db,
        session: &OperatorSession,
        account: &OperatorAccount,
        visit: &Visit,
        token: &Token,
        now: Timestamp,
    ) -> Result<Option<Entered>, StoreError> {
        let stage = self.stage_of(account);
        let changed = OperatorSession {
            token_digest: token.digest(),
            stage,
            authenticated_at: now,
            last_seen_at: now,
            ..session.clone()
        };
        if !operator_sessions::set_stage(db, &session.token_digest, &changed)? {
            return Ok(None);
        }
        if stage == OperatorStage::Full && session.stage != OperatorStage::Full {
            self.note_entry(db, account.operator.id, visit, now)?;
        }
        Ok(Some(Entered { token: token.clone(), stage }))
    }

    /// The account behind a session, if its sign-in is not done, with what comes next.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_step(
        &self,
        session: &OperatorSession,
        through_esia: bool,
    ) -> Result<Option<(OperatorAccount, SignInStep)>, StoreError> {
        let operator = session.operator;
        let account = self.store.read(move |db| operators::find_account(db, operator)).await?;
        Ok(account.map(|account| {
            let step = self.step(session, &account, through_esia);
            (account, step)
        }))
    }

    pub(super) fn step(
        &self,
        session: &OperatorSession,
        account: &OperatorAccount,
        through_esia: bool,
    ) -> SignInStep {
        let proofs = Proofs { factor_required: self.factor_required, through_esia };
        sign_in_step::next(session.stage, account, proofs)
    }

    /// Goes on after the operator came in through Gosuslugi, if nothing else has to be proved. `None` if it
    /// leads nowhere: the page then shows what comes next.
    ///
    /// # Errors
    /// The database's.
    pub async fn confirm_esia(
        &self,
        session: &OperatorSession,
        through_esia: bool,
        visit: Visit,
    ) -> Result<Option<Entered>, StoreError> {
        if !through_esia {
            return Ok(None);
        }
        let (this, session, now, token) =
            (self.clone(), session.clone(), self.clock.now(), Token::generate());
        self.store
            .write(move |db| {
                let Some(account) = operators::find_and_hold(db, session.operator)? else { return Ok(None) };
                if session.stage != OperatorStage::Password || account.second_factor.is_some() {
                    return Ok(None);
                }
                this.go_on(db, &session, &account, &visit, &token, now)
            })
            .await
    }
}

pub(super) fn refuse(
    db: &mut Db,
    operator: Option<OperatorId>,
    reason: &'static str,
    meta: &RequestMeta,
    now: Timestamp,
) -> Result<(), StoreError> {
    let event = OperatorEvent::SignInRefused { operator, reason };
    audit::record(db, now, event, Actor::Anonymous, None, meta)
}
