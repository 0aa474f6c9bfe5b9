//! Hands out a password in the place of a forgotten one: «Новый пароль выдаст администратор».
//!
//! It opens nothing but the choice of another (`docs/sign-in.md`), works for a few days, and is for people
//! whom a password may still let in. Whoever has it is taken for the owner, without ESIA's word, so profiles
//! of authorities and of operators get none: for them there is the linking code, which proves nothing by
//! itself.

use std::time::Duration as StdDuration;

use chrono::Duration;

use super::issue_codes::{CodeDesk, Handed, IssueRequest};
use crate::access::rights::find_permitted_profile;
use crate::access::{OperatorId, Permission};
use crate::audit::{self, Actor, IssueEvent, RequestMeta, SessionEvent};
use crate::config::Settings;
use crate::directory::{Profile, ProfileId, ProfileStatus, Role};
use crate::linking::Linking;
use crate::mail::letter::{Issued, Letter};
use crate::mail::{About, Recipient};
use crate::platform::clock::Timestamp;
use crate::sign_in::throttle::{Throttle, try_key};
use crate::sign_in::{HashingPool, OneTimePassword, Overloaded, Sessions};
use crate::store::secret_issues::IssueKind;
use crate::store::{
    Db, StoreError, credentials, linking_codes, one_time_passwords, operators, organisations,
    password_recoveries, profiles,
};

/// Why somebody gets no password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordObstacle {
    /// Passwords open nothing any more.
    PhaseOver,
    /// Blocked by its organisation.
    Blocked,
    /// Closed or transferred.
    Closed,
    /// Of an authority or of an operator.
    Guarded,
}

impl PasswordObstacle {
    /// The words for pages.
    pub fn words(self) -> &'static str {
        match self {
            Self::PhaseOver => "вход по паролю отключён, выдайте код привязки",
            Self::Blocked => "профиль заблокирован организацией",
            Self::Closed => "профиль закрыт",
            Self::Guarded => {
                "сотрудникам органов управления и операторам пароль на пульте не выдают, выдайте код привязки"
            }
        }
    }
}

/// What came of handing out a password.
#[derive(Debug)]
pub enum HandedPassword {
    /// As with codes, with whom it is for.
    Handed(Box<Handed<(Profile, OneTimePassword)>>),
    /// Not for this person.
    Obstacle(PasswordObstacle),
    /// All places for argon2 are taken: 503.
    Overloaded {
        /// When to try again.
        retry_after: StdDuration,
    },
}

/// Hands out passwords. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PasswordDesk {
    codes: CodeDesk,
    linking: Linking,
    sessions: Sessions,
    pool: HashingPool,
    throttle: Throttle,
    life: Duration,
}

impl PasswordDesk {
    /// The use case over the services it needs.
    pub fn new(
        codes: CodeDesk,
        linking: Linking,
        sessions: Sessions,
        pool: HashingPool,
        settings: &Settings,
    ) -> Self {
        let life = Duration::from_std(settings.sign_in.one_time_password_life).unwrap_or(Duration::days(3));
        Self { codes, linking, sessions, pool, throttle: Throttle::new(&settings.sign_in), life }
    }

    /// One person of the operator's area, with what stands against a password.
    ///
    /// # Errors
    /// The database's.
    async fn find(
        &self,
        operator: OperatorId,
        profile: ProfileId,
    ) -> Result<Option<(Profile, Option<PasswordObstacle>)>, StoreError> {
        let (this, now) = (self.clone(), self.codes.clock.now());
        let found = self.codes.store.read(move |db| {
            let found = find_permitted_profile(db, operator, Permission::IssueCodes, profile)?;
            let Some((_, profile)) = found else { return Ok(None) };
            let against = this.obstacle(db, &profile, now)?;
            Ok(Some((profile, against)))
        });
        found.await
    }

    /// The same for the page, and that an operator looked is recorded (`docs/security.md`, T40).
    ///
    /// # Errors
    /// The database's.
    pub async fn open(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        meta: RequestMeta,
    ) -> Result<Option<(Profile, Option<PasswordObstacle>)>, StoreError> {
        let found = self.find(operator, profile).await?;
        if found.is_some() {
            let (now, actor) = (self.codes.clock.now(), Actor::Operator(operator));
            let looked = self.codes.store.write(move |db| {
                audit::record(db, now, IssueEvent::PersonLookedAt, actor, Some(profile), &meta)
            });
            looked.await?;
        }
        Ok(found)
    }

    fn obstacle(
        &self,
        db: &mut Db,
        profile: &Profile,
        now: Timestamp,
    ) -> Result<Option<PasswordObstacle>, StoreError> {
        Ok(if profile.status == ProfileStatus::Closed {
            Some(PasswordObstacle::Closed)
        } else if profile.status == ProfileStatus::Blocked {
            Some(PasswordObstacle::Blocked)
        } else if profile.roles.contains(&Role::Authority) || operators::is_of_operator(db, profile.id)? {
            Some(PasswordObstacle::Guarded)
        } else if !self.linking.phase(now).password_opens_journal() {
            Some(PasswordObstacle::PhaseOver)
        } else {
            None
        })
    }

    /// Hands a password to one person.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn issue(
        &self,
        request: IssueRequest,
        profile: ProfileId,
    ) -> Result<HandedPassword, StoreError> {
        // Asked before argon2 is: a reload and a foreign profile cost nothing.
        match self.find(request.operator, profile).await? {
            None => return Ok(HandedPassword::Handed(Box::new(Handed::NotFound))),
            Some((_, Some(obstacle))) => return Ok(HandedPassword::Obstacle(obstacle)),
            Some((_, None)) => {}
        }
        let place = match self.pool.take_place() {
            Ok(place) => place,
            Err(Overloaded { retry_after }) => return Ok(HandedPassword::Overloaded { retry_after }),
        };
        let password = OneTimePassword::generate();
        let hash = self.pool.hash(place, password.as_password()).await;
        let hash = hash.map_err(|error| StoreError::Failed(error.to_string()))?;
        let (this, now, form) = (self.clone(), self.codes.clock.now(), request.form);
        let attempt = move |db: &mut Db| {
            let handed = this.issue_in(db, &request, profile, &hash, now)?;
            Ok(match handed {
                Some(profile) => Handed::Out { what: (profile, password.clone()), until: now + this.life },
                None => Handed::NotFound,
            })
        };
        self.codes.once(form, attempt).await.map(|handed| HandedPassword::Handed(Box::new(handed)))
    }

    /// Everything a new password changes, in one transaction; whose it is.
    fn issue_in(
        &self,
        db: &mut Db,
        request: &IssueRequest,
        profile: ProfileId,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<Profile>, StoreError> {
        // Held before the look: a sign-in with the old password waits here and is then refused.
        let held = credentials::find_and_hold(db, profile)?;
        let found = find_permitted_profile(db, request.operator, Permission::IssueCodes, profile)?;
        let (Some(held), Some((_, profile))) = (held, found) else { return Ok(None) };
        if self.obstacle(db, &profile, now)?.is_some() {
            return Ok(None);
        }
        let issue = self.codes.note(db, request, IssueKind::Password, now)?;
        let (id, until) = (profile.id, now + self.life);
        profiles::set_password_hash(db, id, hash)?;
        one_time_passwords::put(db, id, now, until)?;
        password_recoveries::mark_all_used(db, id, now)?;
        linking_codes::void(db, &[id], "password", now)?;
        self.throttle.forget(db, &try_key(held.organisation, &held.login_key, None))?;
        let actor = Actor::Operator(request.operator);
        let event = IssueEvent::OneTimePassword { issue, until };
        audit::record(db, now, event, actor, Some(id), &request.meta)?;
        let count = self.sessions.end_all_of_profile(db, id, None, now, "password")?;
        if count > 0 {
            let event = SessionEvent::Ended { count, reason: "password" };
            audit::record(db, now, event, actor, Some(id), &request.meta)?;
        }
        self.tell(db, &profile, now)?;
        Ok(Some(profile))
    }

    fn tell(&self, db: &mut Db, profile: &Profile, now: Timestamp) -> Result<(), StoreError> {
        let Some(email) = profile.email.clone() else { return Ok(()) };
        let organisation = organisations::find_short_name(db, profile.organisation)?.unwrap_or_default();
        let letter = Letter::OneTimePassword(Issued { organisation });
        let to = Recipient { email, name: profile.name.address() };
        self.codes.outbox.enqueue(db, &to, About { profile: Some(profile.id), link: None }, &letter, now)
    }
}
