//! Sign-in with login and password.
//!
//! Unknown login, wrong password and a blocked profile's wrong password take the same road: one count,
//! one argon2 computation, one audit event, one answer (`docs/security.md`, T67).

use std::time::Duration;

use super::hashing_pool::Place;
use super::throttle::{Admission, TryKey, minutes_until, try_key};
use super::{
    AddressCeiling, HashingPool, Letters, NewSession, Overloaded, SessionStage, Sessions, SignInAttempt,
    SignInOutcome, SignInWay, Throttle, note_browser, place,
};
use crate::audit::{self, Actor, RequestMeta, SessionEvent};
use crate::config::rollout::RolloutSettings;
use crate::config::sign_in::SignInSettings;
use crate::directory::{ProfileId, ProfileStatus, SignInProfile, login_key};
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::secret::Token;
use crate::rollout::{Phase, local_date};
use crate::store::{Db, Store, StoreError, credentials, known_browsers, links, one_time_passwords, profiles};

/// Signs people in with login and password. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PasswordSignIn {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) pool: HashingPool,
    pub(super) sessions: Sessions,
    letters: Letters,
    pub(super) throttle: Throttle,
    pub(super) ceiling: AddressCeiling,
    rollout: RolloutSettings,
    utc_offset_minutes: i32,
}

/// What was found before the password was looked at.
struct Found {
    profile: Option<SignInProfile>,
    key: TryKey,
    blocked_until: Option<Timestamp>,
}

impl PasswordSignIn {
    /// The use case over the services it needs; `utc_offset_minutes` is the region's.
    pub fn new(
        sessions: Sessions,
        pool: HashingPool,
        letters: Letters,
        settings: &SignInSettings,
        rollout: RolloutSettings,
        utc_offset_minutes: i32,
    ) -> Self {
        Self {
            store: sessions.store.clone(),
            clock: sessions.clock.clone(),
            pool,
            sessions,
            letters,
            throttle: Throttle::new(settings),
            ceiling: AddressCeiling::per_minute(settings.tries_per_address),
            rollout,
            utc_offset_minutes,
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
    pub async fn sign_in(&self, attempt: SignInAttempt) -> Result<SignInOutcome, StoreError> {
        if let Err(wait) = self.ceiling.check(attempt.address) {
            return Ok(SignInOutcome::TooManyRequests { minutes: whole_minutes(wait) });
        }
        let place = match self.pool.take_place() {
            Ok(place) => place,
            Err(Overloaded { retry_after }) => return Ok(SignInOutcome::Overloaded { retry_after }),
        };
        let now = self.clock.now();
        let found = self.find(&attempt, now).await?;
        if let Some(until) = found.blocked_until {
            return Ok(SignInOutcome::Delayed { minutes: minutes_until(until, now) });
        }
        let last_before_delay = match self.admit(found.key, now).await? {
            Admission::Delayed { until } => {
                return Ok(SignInOutcome::Delayed { minutes: minutes_until(until, now) });
            }
            Admission::Counted { last_before_delay } => last_before_delay,
        };
        match self.check(&attempt, found, place).await? {
            Checked::Done(outcome) => Ok(outcome),
            Checked::Overloaded(Overloaded { retry_after }) => Ok(SignInOutcome::Overloaded { retry_after }),
            Checked::Wrong(profile) => {
                // The event that begins a wait says so: the refused tries during it leave no trace.
                let reason = if last_before_delay { "delayed" } else { "credentials" };
                self.refuse(&attempt.meta, profile, reason).await?;
                Ok(SignInOutcome::WrongCredentials)
            }
        }
    }

    /// Checks the password; once more if the stored hash was replaced meanwhile, be it by the owner or by
    /// the same person's second click, which upgraded it.
    async fn check(
        &self,
        attempt: &SignInAttempt,
        mut found: Found,
        mut place: Place,
    ) -> Result<Checked, StoreError> {
        for _ in 0..2 {
            let stored = found.profile.as_ref().and_then(|known| known.password_hash.clone());
            let verdict = self.pool.verify(place, stored.clone(), attempt.password.clone()).await;
            let (Some(known), Some(stored), true) = (&found.profile, stored, verdict.matches) else { break };
            let proven = Proven { profile: known.id, stored, upgraded: verdict.upgraded, key: found.key };
            if let Some(outcome) = self.complete(attempt.clone(), proven).await? {
                return Ok(Checked::Done(outcome));
            }
            found = self.find(attempt, self.clock.now()).await?;
            place = match self.pool.take_place() {
                Ok(place) => place,
                Err(overloaded) => return Ok(Checked::Overloaded(overloaded)),
            };
        }
        Ok(Checked::Wrong(found.profile.map(|known| known.id)))
    }

    async fn find(&self, attempt: &SignInAttempt, now: Timestamp) -> Result<Found, StoreError> {
        let (organisation, browser) = (attempt.organisation, attempt.browser);
        let (login, throttle) = (login_key(&attempt.login), self.throttle.clone());
        self.store
            .read(move |db| {
                let profile = profiles::find_for_sign_in(db, organisation, &login)?;
                let known_browser = match (&profile, &browser) {
                    (Some(known), Some(browser)) => known_browsers::is_known(db, known.id, browser)?,
                    _ => false,
                };
                let key = try_key(organisation, &login, browser.as_ref().filter(|_| known_browser));
                let blocked_until = throttle.blocked_until(db, &key, now)?;
                Ok(Found { profile, key, blocked_until })
            })
            .await
    }

    pub(super) async fn admit(&self, key: TryKey, now: Timestamp) -> Result<Admission, StoreError> {
        let throttle = self.throttle.clone();
        self.store.write(move |db| throttle.admit(db, &key, now)).await
    }

    async fn refuse(
        &self,
        meta: &RequestMeta,
        profile: Option<ProfileId>,
        reason: &'static str,
    ) -> Result<(), StoreError> {
        let (meta, now) = (meta.clone(), self.clock.now());
        self.store
            .write(move |db| {
                let event = SessionEvent::SignInRefused { reason };
                audit::record(db, now, event, Actor::Anonymous, profile, &meta)
            })
            .await
    }

    async fn complete(
        &self,
        attempt: SignInAttempt,
        proven: Proven,
    ) -> Result<Option<SignInOutcome>, StoreError> {
        let (this, now, token) = (self.clone(), self.clock.now(), Token::generate());
        let letters = self.letters.clone();
        let outcome =
            self.store.write(move |db| this.complete_in(db, &attempt, &proven, &token, now)).await?;
        letters.wake();
        Ok(outcome)
    }

    /// Everything a right password changes, in one transaction. `None` if it is right no longer.
    fn complete_in(
        &self,
        db: &mut Db,
        attempt: &SignInAttempt,
        proven: &Proven,
        token: &Token,
        now: Timestamp,
    ) -> Result<Option<SignInOutcome>, StoreError> {
        let profile = proven.profile;
        // Between the reading and now the organisation may have blocked the profile, or its owner set a
        // new password, which ended all sessions: the old password must not begin one more.
        let current = credentials::find_and_hold(db, profile)?
            .filter(|current| current.password_hash.as_deref() == Some(proven.stored.as_str()));
        let refused = |db: &mut Db, reason| {
            let event = SessionEvent::SignInRefused { reason };
            audit::record(db, now, event, Actor::Anonymous, Some(profile), &attempt.meta)
        };
        let Some(current) = current else { return Ok(None) };
        self.throttle.forget(db, &proven.key)?;
        if let Some(upgraded) = &proven.upgraded {
            profiles::set_password_hash(db, profile, upgraded)?;
        }
        match current.status {
            ProfileStatus::Active => {}
            ProfileStatus::Blocked => {
                refused(db, "blocked")?;
                return Ok(Some(SignInOutcome::Blocked { organisation: current.organisation }));
            }
            ProfileStatus::Closed => {
                refused(db, "closed")?;
                return Ok(Some(SignInOutcome::Closed));
            }
        }
        let one_time = one_time_passwords::find_expiry(db, profile)?;
        if one_time.is_some_and(|until| now >= until) {
            refused(db, "one_time_expired")?;
            return Ok(Some(SignInOutcome::OneTimeExpired));
        }
        let stage = match self.open_stage(db, profile, now)? {
            // A password that an operator knows opens nothing but the choice of another.
            Ok(SessionStage::Full) if one_time.is_some() => SessionStage::NewPassword,
            Ok(stage) => stage,
            Err(since) => {
                refused(db, "phase")?;
                return Ok(Some(SignInOutcome::PasswordClosed { since }));
            }
        };
        self.begin(db, attempt, profile, stage, token, now).map(Some)
    }

    /// What the password opens today; where it opens nothing, since when.
    pub(super) fn open_stage(
        &self,
        db: &mut Db,
        profile: ProfileId,
        now: Timestamp,
    ) -> Result<Result<SessionStage, chrono::NaiveDate>, StoreError> {
        let today = local_date(now, self.utc_offset_minutes);
        Ok(match Phase::on(&self.rollout, today) {
            Phase::Both | Phase::Prefer => Ok(SessionStage::Full),
            Phase::Only { since } => {
                if self.rollout.linking_door && !links::has_held_link(db, profile)? {
                    Ok(SessionStage::LinkingOnly)
                } else {
                    Err(since)
                }
            }
        })
    }

    fn begin(
        &self,
        db: &mut Db,
        attempt: &SignInAttempt,
        profile: ProfileId,
        stage: SessionStage,
        token: &Token,
        now: Timestamp,
    ) -> Result<SignInOutcome, StoreError> {
        if let Some(previous) = attempt.previous {
            self.sessions.end(db, previous, now, "replaced")?;
        }
        let new = NewSession {
            profile: Some(profile),
            esia_subject: None,
            stage,
            way: SignInWay::Password,
            shared_computer: attempt.shared_computer,
            place: place::of_user_agent(&attempt.user_agent),
            token: token.clone(),
        };
        let session = self.sessions.begin(db, &new, now)?.id;
        let linking_only = stage == SessionStage::LinkingOnly;
        let event = SessionEvent::SignedIn { way: SignInWay::Password, linking_only };
        audit::record(db, now, event, Actor::Person(profile), Some(profile), &attempt.meta)?;
        let new_place = note_browser(
            db,
            &self.letters,
            profile,
            attempt.browser.as_ref(),
            &new.place,
            &attempt.meta,
            now,
        )?;
        let token = token.clone();
        Ok(match stage {
            SessionStage::LinkingOnly => SignInOutcome::LinkingOnly { token, session, profile },
            SessionStage::NewPassword => SignInOutcome::NewPasswordNeeded { token, session, profile },
            _ => SignInOutcome::SignedIn { token, session, profile, new_place },
        })
    }
}

/// What became of a password that was looked at.
enum Checked {
    Done(SignInOutcome),
    Wrong(Option<ProfileId>),
    Overloaded(Overloaded),
}

/// A password that was right when it was looked at.
struct Proven {
    profile: ProfileId,
    /// The hash it was right for.
    stored: String,
    upgraded: Option<String>,
    key: TryKey,
}

pub(super) fn whole_minutes(wait: Duration) -> u32 {
    u32::try_from(wait.as_secs().div_ceil(60)).unwrap_or(u32::MAX).max(1)
}
