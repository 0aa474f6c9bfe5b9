//! Sign-in through ESIA: the profiles linked to a verified person, and the session that follows.

use std::sync::Arc;

use super::note_browser::note_browser;
use super::{BrowserSession, Letters, NewSession, SessionId, SessionStage, Sessions, SignInWay, place};
use crate::audit::{self, Actor, RequestMeta, SessionEvent};
use crate::config::linking::LinkingSettings;
use crate::directory::{Profile, ProfileId, ProfileStatus};
use crate::error_code::OutcomeCode;
use crate::identity::{AssuranceLevel, VerifiedIdentity};
use crate::linking::policy::check_level;
use crate::linking::{Link, LinkStatus};
use crate::platform::clock::Timestamp;
use crate::platform::secret::{Digest, Token};
use crate::rollout::local_date;
use crate::store::{Db, StoreError, links, profiles};

/// The browser somebody came with.
#[derive(Clone, Debug)]
pub struct VisitingBrowser {
    /// Digest of its long-lived cookie.
    pub digest: Digest,
    /// Browser and system in words.
    pub place: String,
}

impl VisitingBrowser {
    /// From the cookie's digest and the `User-Agent` header.
    pub fn new(digest: Digest, user_agent: &str) -> Self {
        Self { digest, place: place::of_user_agent(user_agent) }
    }
}

/// Somebody ESIA has vouched for, at our door.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Who.
    pub identity: &'a VerifiedIdentity,
    /// «Чужой компьютер» at the sign-in page.
    pub shared_computer: bool,
    /// Token of the session to begin.
    pub token: &'a Token,
    /// The session this browser had before; it ends.
    pub previous: Option<SessionId>,
    /// The browser.
    pub browser: &'a VisitingBrowser,
    /// For the audit.
    pub meta: &'a RequestMeta,
}

/// What a verified person gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EsiaSignInResult {
    /// A session of the one profile, or of the one chosen last time.
    SignedIn(SessionId),
    /// A session that has to choose its profile.
    Choose(SessionId),
    /// No session; the outcome says why.
    Refused(OutcomeCode),
}

/// Profiles that may be entered, or the outcome that stands in the way of all.
type Candidates<'a> = Result<Vec<(&'a Link, Profile)>, OutcomeCode>;

/// Signs people in through ESIA, and lets them choose among their profiles. Cheap to clone.
#[derive(Clone, Debug)]
pub struct EsiaSignIn {
    pub(super) sessions: Sessions,
    pub(super) letters: Letters,
    linking: Arc<LinkingSettings>,
    utc_offset_minutes: i32,
}

impl EsiaSignIn {
    /// The use case over the services it needs.
    pub fn new(
        sessions: Sessions,
        letters: Letters,
        linking: LinkingSettings,
        utc_offset_minutes: i32,
    ) -> Self {
        Self { sessions, letters, linking: Arc::new(linking), utc_offset_minutes }
    }

    /// Begins a session in the caller's transaction.
    ///
    /// # Errors
    /// The database's: a failed look-up is never taken for an unknown person.
    pub fn begin_in(
        &self,
        db: &mut Db,
        arrival: &Arrival<'_>,
        now: Timestamp,
    ) -> Result<EsiaSignInResult, StoreError> {
        loop {
            let identity = arrival.identity;
            let found = links::list_of_subject(db, &identity.issuer, identity.subject)?;
            let candidates = match self.open_profiles(db, &found, identity.level, now)? {
                Ok(candidates) => candidates,
                Err(code) => return Ok(EsiaSignInResult::Refused(code)),
            };
            // The list is ordered by the last choice: whoever has chosen goes on as that profile, until
            // another one is linked. That the only profile was taken is no choice among several.
            let newest = candidates.iter().map(|(link, _)| link.created_at).max();
            let chosen =
                candidates.iter().find(|(link, _)| candidates.len() == 1 || link.chosen_at >= newest);
            let Some((link, profile)) = chosen else {
                let session = self.open_session(db, arrival, &found, None, now)?;
                return Ok(EsiaSignInResult::Choose(session));
            };
            // First of all, because it is the lock. A link that ended since the look is not seen by the next.
            if links::mark_chosen(db, link.id, now)? {
                let session = self.open_session(db, arrival, &found, Some(profile.id), now)?;
                self.note(db, profile.id, arrival, now)?;
                return Ok(EsiaSignInResult::SignedIn(session));
            }
        }
    }

    /// A session in place of the browser's previous one: of this profile, or one that has to choose.
    fn open_session(
        &self,
        db: &mut Db,
        arrival: &Arrival<'_>,
        found: &[Link],
        profile: Option<ProfileId>,
        now: Timestamp,
    ) -> Result<SessionId, StoreError> {
        if let Some(previous) = arrival.previous {
            self.sessions.end(db, previous, now, "replaced")?;
        }
        let new = NewSession {
            profile,
            esia_subject: found.first().map(|link| link.esia_subject),
            stage: if profile.is_some() { SessionStage::Full } else { SessionStage::Choosing },
            way: SignInWay::Esia,
            shared_computer: arrival.shared_computer,
            place: arrival.browser.place.clone(),
            token: arrival.token.clone(),
        };
        Ok(self.sessions.begin(db, &new, now)?.id)
    }

    /// Records the sign-in and, in a browser the profile was not seen in, tells its owner.
    fn note(
        &self,
        db: &mut Db,
        profile: ProfileId,
        arrival: &Arrival<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let event = SessionEvent::SignedIn { way: SignInWay::Esia, linking_only: false };
        audit::record(db, now, event, Actor::Person(profile), Some(profile), arrival.meta)?;
        let browser = arrival.browser;
        note_browser(db, &self.letters, profile, Some(&browser.digest), &browser.place, arrival.meta, now)?;
        Ok(())
    }

    /// The linked profiles that may be entered now; if none, the outcome of the first that stands in the way.
    fn open_profiles<'a>(
        &self,
        db: &mut Db,
        found: &'a [Link],
        level: AssuranceLevel,
        now: Timestamp,
    ) -> Result<Candidates<'a>, StoreError> {
        if found.is_empty() {
            return Ok(Err(OutcomeCode::NotLinked));
        }
        let ids: Vec<_> = found.iter().map(|link| link.profile).collect();
        let mut loaded = profiles::list(db, &ids)?;
        let today = local_date(now, self.utc_offset_minutes);
        let mut open = Vec::new();
        let mut obstacle = None;
        for link in found {
            let Some(at) = loaded.iter().position(|profile| profile.id == link.profile) else { continue };
            let profile = loaded.swap_remove(at);
            let check = match (link.status, profile.status) {
                (LinkStatus::Active, ProfileStatus::Active) => {
                    check_level(level, &profile.roles, profile.birth_date, today, &self.linking)
                }
                (LinkStatus::Active, ProfileStatus::Blocked) => Err(OutcomeCode::Blocked),
                (LinkStatus::Active, ProfileStatus::Closed) => Err(OutcomeCode::ProfileClosed),
                _ => Err(OutcomeCode::LinkFrozen),
            };
            match check {
                Ok(()) => open.push((link, profile)),
                Err(code) => obstacle = obstacle.or(Some(code)),
            }
        }
        Ok(if open.is_empty() { Err(obstacle.unwrap_or(OutcomeCode::ProfileClosed)) } else { Ok(open) })
    }

    /// The profiles a session of an ESIA sign-in may go on as, sorted parent, pupil, staff, then by last use.
    ///
    /// # Errors
    /// The database's.
    pub async fn choices(&self, session: &BrowserSession) -> Result<Vec<(Link, Profile)>, StoreError> {
        let (this, session) = (self.clone(), session.clone());
        let now = self.sessions.clock.now();
        self.sessions
            .store
            .read(move |db| {
                let Some(subject) = session.esia_subject else { return Ok(Vec::new()) };
                let found = links::list_of_esia_subject(db, subject)?;
                // The level was checked when the session began; what may have changed since is the rest.
                let open = this.open_profiles(db, &found, AssuranceLevel::Confirmed, now)?;
                let mut open: Vec<_> = open
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(link, profile)| (link.clone(), profile))
                    .collect();
                open.sort_by_key(|(_, profile)| profile.roles.iter().min().copied());
                Ok(open)
            })
            .await
    }
}
