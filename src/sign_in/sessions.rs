//! Browser sessions: begin, find, keep alive, end (`docs/security.md`, T31 and T33).
//!
//! The cookie carries a random token, the row its digest. A token is only ever made here or by the
//! caller of [`Sessions::begin`], never taken from a request, so a planted one opens nothing.

use std::time::Duration as StdDuration;

use chrono::Duration;

use super::{BrowserSession, SessionId, SessionStage, SignInWay};
use crate::config::sign_in::SignInSettings;
use crate::directory::{Profile, ProfileId, ProfileStatus};
use crate::linking::link::EsiaSubjectId;
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::secret::Token;
use crate::store::{Db, Store, StoreError, browser_sessions, credentials, links};

/// What a new session is made of.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Who; none only while choosing.
    pub profile: Option<ProfileId>,
    /// The ESIA person behind an ESIA sign-in.
    pub esia_subject: Option<EsiaSubjectId>,
    /// What it may do.
    pub stage: SessionStage,
    /// How it began.
    pub way: SignInWay,
    /// Whether the person said «Чужой компьютер».
    pub shared_computer: bool,
    /// Browser and system in words.
    pub place: String,
    /// A fresh [`Token::generate`], made outside the transaction, which may run twice.
    pub token: Token,
}

/// A session that lives, with what a page says of whoever is behind it.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// The session.
    pub session: BrowserSession,
    /// Its profile; none while choosing.
    pub profile: Option<Profile>,
    /// Whether the ESIA person behind it may enter as another profile too.
    pub opens_another: bool,
}

/// The sessions of all browsers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sessions {
    pub(super) store: Store,
    pub(super) clock: Clock,
    settings: SignInSettings,
}

impl Sessions {
    /// Sessions in `store` with the limits of `settings`.
    pub fn new(store: Store, clock: Clock, settings: SignInSettings) -> Self {
        Self { store, clock, settings }
    }

    /// The database, for services built over these sessions.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The clock, likewise.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Begins a session in the caller's transaction.
    ///
    /// # Errors
    /// The database's.
    pub fn begin(&self, db: &mut Db, new: &NewSession, now: Timestamp) -> Result<BrowserSession, StoreError> {
        let limits = self.limits(db, new.profile, new.shared_computer)?;
        let mut session = BrowserSession {
            id: SessionId(0),
            token_digest: new.token.digest(),
            profile: new.profile,
            esia_subject: new.esia_subject,
            stage: new.stage,
            way: new.way,
            shared_computer: new.shared_computer,
            place: new.place.clone(),
            created_at: now,
            authenticated_at: now,
            last_seen_at: now,
            kept_until: None,
            idle: limits.idle,
            expires_at: now + limits.absolute,
        };
        session.id = browser_sessions::insert(db, &session)?;
        Ok(session)
    }

    /// The living session of a cookie: one indexed reading. That it was used is noted aside, at most
    /// once a minute, without making this request wait.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_live(&self, token: &Token) -> Result<Option<BrowserSession>, StoreError> {
        let (now, digest) = (self.clock.now(), token.digest());
        let found = self.store.read(move |db| browser_sessions::find_by_token(db, &digest)).await?;
        let Some(session) = found.filter(|session| session.is_live(now)) else { return Ok(None) };
        self.touch(&session, now);
        Ok(Some(session))
    }

    fn touch(&self, session: &BrowserSession, now: Timestamp) {
        if !session.is_touch_due(now) {
            return;
        }
        let (store, id) = (self.store.clone(), session.id);
        tokio::spawn(async move {
            if let Err(error) = store.write_statement(move |db| browser_sessions::touch(db, id, now)).await {
                tracing::warn!(%error, "a request could not be noted in its session");
            }
        });
    }

    /// The same with what its pages say: one trip to the database a request.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_live_with_profile(&self, token: &Token) -> Result<Option<LiveSession>, StoreError> {
        let (now, digest) = (self.clock.now(), token.digest());
        let found = self.store.read(move |db| {
            let found = browser_sessions::find_by_token_with_profile(db, &digest)?;
            let Some((session, profile)) = found.filter(|(session, _)| session.is_live(now)) else {
                return Ok(None);
            };
            // An organisation that closes a profile closes its open sessions with it.
            if profile.as_ref().is_some_and(|profile| profile.status != ProfileStatus::Active) {
                return Ok(None);
            }
            let opens_another = match (session.esia_subject, session.profile) {
                (Some(subject), Some(profile)) => links::opens_another(db, subject, profile)?,
                _ => false,
            };
            Ok(Some(LiveSession { session, profile, opens_another }))
        });
        let found = found.await?;
        if let Some(found) = &found {
            self.touch(&found.session, now);
        }
        Ok(found)
    }

    /// The living session of a row, in the caller's transaction: a trip to ESIA remembers the row, not
    /// the token, which may have been rotated meanwhile (T4).
    ///
    /// # Errors
    /// The database's.
    pub fn find_live_by_id(
        &self,
        db: &mut Db,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<BrowserSession>, StoreError> {
        Ok(browser_sessions::find(db, id)?.filter(|session| session.is_live(now)))
    }

    /// Lets no idle end strike before `until`, while a trip to ESIA is open; the absolute end stays.
    ///
    /// # Errors
    /// The database's.
    pub fn keep_alive_until(&self, db: &mut Db, id: SessionId, until: Timestamp) -> Result<(), StoreError> {
        browser_sessions::keep_until(db, id, until)
    }

    /// Changes what the session may do: profile, stage, the limits that go with its roles, and the token.
    /// The absolute end still counts from the session's beginning. `None` if it has ended.
    ///
    /// # Errors
    /// The database's.
    pub fn change_rights(
        &self,
        db: &mut Db,
        session: &BrowserSession,
        profile: ProfileId,
        stage: SessionStage,
        now: Timestamp,
    ) -> Result<Option<(Token, BrowserSession)>, StoreError> {
        let limits = self.limits(db, Some(profile), session.shared_computer)?;
        let token = Token::generate();
        let changed = BrowserSession {
            token_digest: token.digest(),
            profile: Some(profile),
            stage,
            last_seen_at: now,
            idle: limits.idle,
            expires_at: session.created_at + limits.absolute,
            ..session.clone()
        };
        Ok(browser_sessions::set_rights(db, &changed)?.then_some((token, changed)))
    }

    /// Ends a session; whether it was living. Audit events are the caller's.
    ///
    /// # Errors
    /// The database's.
    pub fn end(&self, db: &mut Db, id: SessionId, now: Timestamp, reason: &str) -> Result<bool, StoreError> {
        browser_sessions::end(db, id, now, reason)
    }

    /// Ends all sessions of a profile, but for `except`; how many.
    ///
    /// # Errors
    /// The database's.
    pub fn end_all_of_profile(
        &self,
        db: &mut Db,
        profile: ProfileId,
        except: Option<SessionId>,
        now: Timestamp,
        reason: &str,
    ) -> Result<usize, StoreError> {
        browser_sessions::end_all_of_profile(db, profile, except, now, reason)
    }

    /// The living sessions of a profile, newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_of_profile(&self, profile: ProfileId) -> Result<Vec<BrowserSession>, StoreError> {
        let now = self.clock.now();
        let mut list = self.store.read(move |db| browser_sessions::list_of_profile(db, profile, now)).await?;
        list.retain(|session| session.is_live(now));
        Ok(list)
    }

    /// Whether the session's proof is recent enough for what asks for a fresh one (T36).
    pub fn is_fresh(&self, session: &BrowserSession) -> bool {
        session.is_fresh(self.clock.now(), whole(self.settings.fresh_proof))
    }

    /// Who has chosen no profile yet is treated as staff: the shorter limits.
    fn limits(&self, db: &mut Db, profile: Option<ProfileId>, shared: bool) -> Result<Limits, StoreError> {
        let staff = profile.map_or(Ok(true), |profile| credentials::is_staff(db, profile))?;
        Ok(limits(&self.settings, staff, shared))
    }
}

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limits {
    idle: Duration,
    absolute: Duration,
}

fn limits(settings: &SignInSettings, staff: bool, shared: bool) -> Limits {
    let (idle, absolute) = if staff {
        (settings.staff_idle, settings.staff_absolute)
    } else {
        (settings.family_idle, settings.family_absolute)
    };
    let idle = if shared { idle.min(settings.shared_idle) } else { idle };
    Limits { idle: whole(idle), absolute: whole(absolute) }
}

/// A duration of the settings; one beyond reason counts as a day.
fn whole(duration: StdDuration) -> Duration {
    Duration::from_std(duration).unwrap_or(Duration::days(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t33_limits_by_role_and_computer() {
        let table = [
            (true, false, 30, 12 * 60),
            (true, true, 15, 12 * 60),
            (false, false, 12 * 60, 24 * 60),
            (false, true, 15, 24 * 60),
        ];
        for (staff, shared, idle, absolute) in table {
            let expected = Limits { idle: Duration::minutes(idle), absolute: Duration::minutes(absolute) };
            assert_eq!(limits(&SignInSettings::default(), staff, shared), expected, "{staff} {shared}");
        }
    }
}
