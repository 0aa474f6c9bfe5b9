//! The choice of a password in the place of one that an operator handed out (`docs/sign-in.md`).

use std::time::Duration;

use super::password::PasswordProblem;
use super::{BrowserSession, Overloaded, Password, PasswordSignIn, SessionStage};
use crate::audit::{self, Actor, PasswordEvent, RequestMeta};
use crate::directory::{Profile, ProfileId, login_key};
use crate::platform::clock::Timestamp;
use crate::platform::secret::Token;
use crate::store::{Db, StoreError, credentials, one_time_passwords, password_recoveries, profiles};

/// What the choice is answered with.
#[derive(Clone, Debug)]
pub enum Replaced {
    /// Done; the session goes on with the rights of the phase under this new token.
    Set {
        /// For the cookie.
        token: Token,
        /// What the session may do now.
        stage: SessionStage,
    },
    /// Done; but since the sign-in passwords have stopped opening anything, and the session has ended.
    SetAndClosed,
    /// The password is refused.
    Refused(PasswordProblem),
    /// It is the one that the operator knows.
    Same,
    /// The session has ended, or the password was replaced meanwhile.
    Gone,
    /// All places for argon2 are taken: 503.
    Overloaded {
        /// When to try again.
        retry_after: Duration,
    },
}

impl PasswordSignIn {
    /// Sets the password of a session that may do nothing else.
    ///
    /// # Errors
    /// The database's.
    pub async fn replace_one_time(
        &self,
        session: &BrowserSession,
        profile: &Profile,
        password: Password,
        meta: RequestMeta,
    ) -> Result<Replaced, StoreError> {
        if let Some(problem) = password.problem(&profile.login) {
            return Ok(Replaced::Refused(problem));
        }
        let (id, organisation, login) = (profile.id, profile.organisation, login_key(&profile.login));
        let current = self.store.read(move |db| profiles::find_for_sign_in(db, organisation, &login));
        let Some(stored) = current.await?.and_then(|current| current.password_hash) else {
            return Ok(Replaced::Gone);
        };
        let place = match self.pool.take_place() {
            Ok(place) => place,
            Err(Overloaded { retry_after }) => return Ok(Replaced::Overloaded { retry_after }),
        };
        if self.pool.verify(place, Some(stored.clone()), password.clone()).await.matches {
            return Ok(Replaced::Same);
        }
        let place = match self.pool.take_place() {
            Ok(place) => place,
            Err(Overloaded { retry_after }) => return Ok(Replaced::Overloaded { retry_after }),
        };
        let hash = self.pool.hash(place, password).await;
        let hash = hash.map_err(|error| StoreError::Failed(error.to_string()))?;
        let (this, session, now) = (self.clone(), session.clone(), self.clock.now());
        self.store
            .write(move |db| {
                let change = Change { profile: id, stored: &stored, hash: &hash };
                this.replace_in(db, &session, change, &meta, now)
            })
            .await
    }

    fn replace_in(
        &self,
        db: &mut Db,
        session: &BrowserSession,
        change: Change<'_>,
        meta: &RequestMeta,
        now: Timestamp,
    ) -> Result<Replaced, StoreError> {
        let profile = change.profile;
        // Held before the look: an operator who hands out another one meanwhile ends this session.
        let current = credentials::find_and_hold(db, profile)?
            .filter(|current| current.password_hash.as_deref() == Some(change.stored));
        let live = self.sessions.find_live_by_id(db, session.id, now)?;
        let live = live.filter(|live| live.stage == SessionStage::NewPassword);
        let (Some(_), Some(live)) = (current, live) else { return Ok(Replaced::Gone) };
        if !one_time_passwords::delete(db, profile)? {
            return Ok(Replaced::Gone);
        }
        profiles::set_password_hash(db, profile, change.hash)?;
        password_recoveries::mark_all_used(db, profile, now)?;
        let actor = Actor::Person(profile);
        audit::record(db, now, PasswordEvent::OneTimeReplaced, actor, Some(profile), meta)?;
        self.sessions.end_all_of_profile(db, profile, Some(live.id), now, "password")?;
        let Ok(stage) = self.open_stage(db, profile, now)? else {
            self.sessions.end(db, live.id, now, "password")?;
            return Ok(Replaced::SetAndClosed);
        };
        let changed = self.sessions.change_rights(db, &live, profile, stage, now)?;
        Ok(changed.map_or(Replaced::Gone, |(token, _)| Replaced::Set { token, stage }))
    }
}

/// Which hash takes the place of which.
struct Change<'a> {
    profile: ProfileId,
    stored: &'a str,
    hash: &'a str,
}
