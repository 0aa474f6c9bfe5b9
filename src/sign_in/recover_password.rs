//! A new password through a letter: ask, open, set.
//!
//! The answer to asking never depends on whether the login exists. The token in the letter works once,
//! for an hour; using it ends every session of the profile.

use std::net::IpAddr;
use std::time::Duration as StdDuration;

use chrono::Duration;

use super::throttle::try_key;
use super::with_password::whole_minutes;
use super::{
    AddressCeiling, HashingPool, Letters, Overloaded, Password, PasswordProblem, Sessions, SignInLetter,
    Throttle,
};
use crate::audit::{self, Actor, PasswordEvent, RequestMeta, SessionEvent};
use crate::config::sign_in::SignInSettings;
use crate::directory::{OrganisationId, Profile, ProfileId, ProfileStatus};
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::secret::{Digest, Token};
use crate::store::{
    Db, Store, StoreError, credentials, known_browsers, linking_codes, one_time_passwords,
    password_recoveries, profiles,
};

/// Letters to one profile within [`LETTERS_PER`].
const MAX_LETTERS: i64 = 3;
const LETTERS_PER: Duration = Duration::hours(1);

/// What asking for a letter is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// «Если такая учётная запись есть…», whether it is or not.
    Sent {
        /// How long the address in the letter works.
        minutes: i64,
    },
    /// More requests from one network address than any school makes: 429.
    TooManyRequests {
        /// When to try again.
        minutes: u32,
    },
}

/// What setting the new password is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovered {
    /// Done; the person may sign in with it.
    Set {
        /// Whose.
        profile: ProfileId,
    },
    /// The address was used, has run out, or never was.
    Gone,
    /// The password is refused; the address still works.
    Refused(PasswordProblem),
    /// All places for argon2 are taken: 503; the address still works.
    Overloaded {
        /// When to try again.
        retry_after: StdDuration,
    },
}

/// Recovers passwords. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PasswordRecovery {
    store: Store,
    clock: Clock,
    sessions: Sessions,
    pool: HashingPool,
    letters: Letters,
    throttle: Throttle,
    ceiling: AddressCeiling,
    life: Duration,
}

impl PasswordRecovery {
    /// The use case over the services it needs.
    pub fn new(sessions: Sessions, pool: HashingPool, letters: Letters, settings: &SignInSettings) -> Self {
        Self {
            store: sessions.store.clone(),
            clock: sessions.clock.clone(),
            sessions,
            pool,
            letters,
            throttle: Throttle::new(settings),
            ceiling: AddressCeiling::per_minute(settings.tries_per_address),
            life: Duration::from_std(settings.recovery_life).unwrap_or(Duration::hours(1)),
        }
    }

    /// Its count of requests per network address; for housekeeping.
    pub fn ceiling(&self) -> &AddressCeiling {
        &self.ceiling
    }

    /// Sends a letter to each profile of the organisation that the login or e-mail means, if it has an e-mail
    /// and did not get three letters within the hour.
    ///
    /// # Errors
    /// The database's.
    pub async fn ask(
        &self,
        organisation: OrganisationId,
        login_or_email: &str,
        address: IpAddr,
        meta: RequestMeta,
    ) -> Result<Asked, StoreError> {
        if let Err(wait) = self.ceiling.check(address) {
            return Ok(Asked::TooManyRequests { minutes: whole_minutes(wait) });
        }
        let (this, now, typed) = (self.clone(), self.clock.now(), login_or_email.to_owned());
        self.store.write(move |db| this.ask_in(db, organisation, &typed, &meta, now)).await?;
        self.letters.wake();
        Ok(Asked::Sent { minutes: self.life.num_minutes() })
    }

    /// One transaction and at least one audit event in every case, so that its time says little.
    fn ask_in(
        &self,
        db: &mut Db,
        organisation: OrganisationId,
        login_or_email: &str,
        meta: &RequestMeta,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let found = profiles::list_for_recovery(db, organisation, login_or_email)?;
        if found.is_empty() {
            return audit::record(db, now, PasswordEvent::RecoveryRequested, Actor::Anonymous, None, meta);
        }
        // A login means one profile; an e-mail means those of one family, a bounded few.
        for profile in found {
            self.write_to(db, profile.id, meta, now)?;
        }
        Ok(())
    }

    fn write_to(
        &self,
        db: &mut Db,
        profile: ProfileId,
        meta: &RequestMeta,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        audit::record(db, now, PasswordEvent::RecoveryRequested, Actor::Anonymous, Some(profile), meta)?;
        // Held: requests at the same moment count each other's letters.
        let Some(current) = credentials::find_and_hold(db, profile)? else { return Ok(()) };
        if current.status != ProfileStatus::Active
            || current.email.is_none()
            || password_recoveries::count_since(db, profile, now - LETTERS_PER)? >= MAX_LETTERS
        {
            return Ok(());
        }
        let token = Token::generate();
        password_recoveries::insert(db, &token.digest(), profile, now, now + self.life)?;
        let letter = SignInLetter::PasswordRecovery { token, minutes: self.life.num_minutes() };
        self.letters.enqueue(db, profile, &letter, now)
    }

    /// Whether the address of a letter may still be used. Looking uses nothing up: mail programs follow
    /// addresses on their own.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_open(&self, token: &Token) -> Result<bool, StoreError> {
        Ok(self.find(token).await?.is_some())
    }

    async fn find(&self, token: &Token) -> Result<Option<Profile>, StoreError> {
        let (digest, now) = (token.digest(), self.clock.now());
        self.store
            .read(move |db| match password_recoveries::find_usable(db, &digest, now)? {
                Some(profile) => profiles::find(db, profile),
                None => Ok(None),
            })
            .await
    }

    /// Sets the new password. `browser` becomes a known one of the profile: who holds the mailbox is the
    /// owner, and must get in although strangers guess at the login.
    ///
    /// # Errors
    /// The database's.
    pub async fn set(
        &self,
        token: &Token,
        password: Password,
        browser: Option<Digest>,
        meta: RequestMeta,
    ) -> Result<Recovered, StoreError> {
        let Some(found) = self.find(token).await? else { return Ok(Recovered::Gone) };
        if let Some(problem) = password.problem(&found.login) {
            return Ok(Recovered::Refused(problem));
        }
        let place = match self.pool.take_place() {
            Ok(place) => place,
            Err(Overloaded { retry_after }) => return Ok(Recovered::Overloaded { retry_after }),
        };
        let hash = match self.pool.hash(place, password).await {
            Ok(hash) => hash,
            Err(error) => return Err(StoreError::Failed(error.to_string())),
        };
        let (this, digest, now) = (self.clone(), token.digest(), self.clock.now());
        self.store.write(move |db| this.set_in(db, &digest, &hash, browser.as_ref(), &meta, now)).await
    }

    fn set_in(
        &self,
        db: &mut Db,
        token: &Digest,
        hash: &str,
        browser: Option<&Digest>,
        meta: &RequestMeta,
        now: Timestamp,
    ) -> Result<Recovered, StoreError> {
        let Some(profile) = password_recoveries::mark_used(db, token, now)? else {
            return Ok(Recovered::Gone);
        };
        password_recoveries::mark_all_used(db, profile, now)?;
        // Held before the sessions end: a sign-in with the old password waits here and is then refused.
        let Some(current) = credentials::find_and_hold(db, profile)? else { return Ok(Recovered::Gone) };
        profiles::set_password_hash(db, profile, hash)?;
        one_time_passwords::delete(db, profile)?;
        linking_codes::void(db, &[profile], "password", now)?;
        let actor = Actor::Person(profile);
        audit::record(db, now, PasswordEvent::Recovered, actor, Some(profile), meta)?;
        let count = self.sessions.end_all_of_profile(db, profile, None, now, "password")?;
        if count > 0 {
            let event = SessionEvent::Ended { count, reason: "password" };
            audit::record(db, now, event, actor, Some(profile), meta)?;
        }
        self.throttle.forget(db, &try_key(current.organisation, &current.login_key, None))?;
        if let Some(browser) = browser {
            self.throttle.forget(db, &try_key(current.organisation, &current.login_key, Some(browser)))?;
            known_browsers::remember(db, profile, browser, now)?;
        }
        Ok(Recovered::Set { profile })
    }
}
