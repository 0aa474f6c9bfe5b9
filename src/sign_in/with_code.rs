//! The linking-only door with a code that an operator handed out.
//!
//! Unknown login, wrong, used, voided and expired code take the same road: one statement to find whom it is
//! about, one keyed digest, one audit event, one answer, which comes at one time (`docs/security.md`, T67). The code opens a session
//! that can do nothing but link (T35), whatever the phase.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::code_throttle::{self, CodeKeys};
use super::throttle::{Admission, minutes_until};
use super::with_password::whole_minutes;
use super::{
    AddressCeiling, Letters, LinkingCode, NewSession, SessionId, SessionStage, Sessions, SignInOutcome,
    SignInWay, Throttle, note_browser, place,
};
use crate::audit::{self, Actor, RequestMeta, SessionEvent};
use crate::config::Settings;
use crate::directory::{OrganisationId, Profile, ProfileId, ProfileStatus, login_key};
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::secret::{Digest, Keys, Token};
use crate::store::linking_codes::{self, OpenCode};
use crate::store::{Db, Store, StoreError, credentials, links, profiles};

/// A refusal is answered this long after the try. An event about somebody known is entered in a few indexes
/// more, which takes some hundredths of a millisecond: of a hash of a password one would see nothing, and here
/// there is none.
const REFUSAL_TAKES: Duration = Duration::from_millis(25);

/// What the door's form sent, and from where.
#[derive(Clone, Debug)]
pub struct CodeAttempt {
    /// Chosen organisation.
    pub organisation: OrganisationId,
    /// Login as typed.
    pub login: String,
    /// The code; what has not its form is refused before.
    pub code: LinkingCode,
    /// Digest of the browser's long-lived random cookie.
    pub browser: Digest,
    /// The session the browser had until now; it ends when this one begins.
    pub previous: Option<SessionId>,
    /// `User-Agent` header.
    pub user_agent: String,
    /// Network address.
    pub address: IpAddr,
    /// For the audit.
    pub meta: RequestMeta,
}

/// Redeems linking codes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CodeSignIn {
    store: Store,
    clock: Clock,
    keys: Arc<Keys>,
    sessions: Sessions,
    letters: Letters,
    throttle: Throttle,
    ceiling: AddressCeiling,
    days: Option<u32>,
}

impl CodeSignIn {
    /// The use case over the services it needs.
    pub fn new(sessions: Sessions, keys: Arc<Keys>, letters: Letters, settings: &Settings) -> Self {
        Self {
            store: sessions.store.clone(),
            clock: sessions.clock.clone(),
            keys,
            sessions,
            letters,
            throttle: Throttle::new(&settings.sign_in),
            ceiling: AddressCeiling::per_minute(settings.sign_in.tries_per_address),
            days: settings.rollout.linking_codes.then_some(settings.linking.code_days),
        }
    }

    /// Its count of requests per network address; for housekeeping.
    pub fn ceiling(&self) -> &AddressCeiling {
        &self.ceiling
    }

    /// Days that a code works; none while codes are switched off.
    pub fn days(&self) -> Option<u32> {
        self.days
    }

    /// Tries to open the door.
    ///
    /// # Errors
    /// The database's.
    pub async fn redeem(&self, attempt: CodeAttempt) -> Result<SignInOutcome, StoreError> {
        if let Err(wait) = self.ceiling.check(attempt.address) {
            return Ok(SignInOutcome::TooManyRequests { minutes: whole_minutes(wait) });
        }
        let refused_at = tokio::time::Instant::now() + REFUSAL_TAKES;
        let login = login_key(&attempt.login);
        let keys = CodeKeys::of(attempt.organisation, &login, &attempt.browser, attempt.address);
        let (now, throttle, looked_up) = (self.clock.now(), self.throttle.clone(), keys.clone());
        let blocked = self.store.read(move |db| code_throttle::blocked_until(&throttle, db, &looked_up, now));
        if let Some(until) = blocked.await? {
            return Ok(SignInOutcome::Delayed { minutes: minutes_until(until, now) });
        }
        let (this, token) = (self.clone(), Token::generate());
        let outcome = self.store.write(move |db| this.redeem_in(db, &attempt, &login, &keys, &token, now));
        let outcome = outcome.await?;
        self.letters.wake();
        if matches!(outcome, SignInOutcome::WrongCredentials) {
            tokio::time::sleep_until(refused_at).await;
        }
        Ok(outcome)
    }

    fn redeem_in(
        &self,
        db: &mut Db,
        attempt: &CodeAttempt,
        login: &str,
        keys: &CodeKeys,
        token: &Token,
        now: Timestamp,
    ) -> Result<SignInOutcome, StoreError> {
        let last_before_delay = match code_throttle::admit(&self.throttle, db, keys, now)? {
            Admission::Delayed { until } => {
                return Ok(SignInOutcome::Delayed { minutes: minutes_until(until, now) });
            }
            Admission::Counted { last_before_delay } => last_before_delay,
        };
        let found = linking_codes::find_redeemer(db, attempt.organisation, login)?;
        let profile = found.as_ref().map(|found| found.profile);
        // Somebody unknown, or without a code, is compared with what no code can be.
        let nobody = Digest::of(b"nobody has this code");
        let uid = found.as_ref().map_or("", |found| &found.uid);
        let code = found.as_ref().and_then(|found| found.code.as_ref());
        let is_right = attempt.code.is(&self.keys, uid, code.map_or(&nobody, |code| &code.digest));
        let refuse = |db: &mut Db, reason| {
            let event = SessionEvent::SignInRefused { reason };
            audit::record(db, now, event, Actor::Anonymous, profile, &attempt.meta)
        };
        let usable = match (profile, code) {
            (Some(profile), Some(code)) if is_right => self.usable(db, profile, code, now)?,
            _ => None,
        };
        let Some((profile, code)) = usable else {
            // The event that begins a wait says so: the refused tries during it leave no trace.
            refuse(db, if last_before_delay { "delayed" } else { "code" })?;
            return Ok(SignInOutcome::WrongCredentials);
        };
        match profile.status {
            ProfileStatus::Active => {}
            ProfileStatus::Blocked => {
                refuse(db, "blocked")?;
                return Ok(SignInOutcome::Blocked { organisation: profile.organisation });
            }
            ProfileStatus::Closed => {
                refuse(db, "closed")?;
                return Ok(SignInOutcome::Closed);
            }
        }
        if !linking_codes::mark_used(db, code.id, now)? {
            refuse(db, "code")?;
            return Ok(SignInOutcome::WrongCredentials);
        }
        code_throttle::forget(db, keys)?;
        self.begin(db, attempt, profile.id, token, now)
    }

    /// The profile behind a right code, held, if the code still works for it.
    fn usable<'a>(
        &self,
        db: &mut Db,
        profile: ProfileId,
        code: &'a OpenCode,
        now: Timestamp,
    ) -> Result<Option<(Profile, &'a OpenCode)>, StoreError> {
        // Held: an unlink, a link or a new password at the same moment waits, or has voided the code.
        if credentials::find_and_hold(db, profile)?.is_none() || now >= code.expires_at {
            return Ok(None);
        }
        let Some(profile) = profiles::find(db, profile)? else { return Ok(None) };
        // A profile that was blocked or closed since is another matter than the one the code was for (T25).
        let changed_since = profile.status == ProfileStatus::Active && profile.status_since > code.created_at;
        let open = !changed_since && !links::has_held_link(db, profile.id)?;
        Ok(open.then_some((profile, code)))
    }

    fn begin(
        &self,
        db: &mut Db,
        attempt: &CodeAttempt,
        profile: ProfileId,
        token: &Token,
        now: Timestamp,
    ) -> Result<SignInOutcome, StoreError> {
        if let Some(previous) = attempt.previous {
            self.sessions.end(db, previous, now, "replaced")?;
        }
        let new = NewSession {
            profile: Some(profile),
            esia_subject: None,
            stage: SessionStage::LinkingOnly,
            way: SignInWay::Code,
            shared_computer: false,
            place: place::of_user_agent(&attempt.user_agent),
            token: token.clone(),
        };
        let session = self.sessions.begin(db, &new, now)?.id;
        let event = SessionEvent::SignedIn { way: SignInWay::Code, linking_only: true };
        audit::record(db, now, event, Actor::Person(profile), Some(profile), &attempt.meta)?;
        note_browser(db, &self.letters, profile, Some(&attempt.browser), &new.place, &attempt.meta, now)?;
        Ok(SignInOutcome::LinkingOnly { token: token.clone(), session, profile })
    }
}
