//! What the stand remembers, in memory only: browser sessions, requests under way, codes, tokens, consents.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use serde_json::Value;

use super::admission::PersonFilter;
use super::persona::Persona;
use super::pkce::{self, Challenge};
use super::refusal::Refusal;
use super::scope::{OrganisationScopes, ScopeSet};
use super::tokens::ACCESS_LIFETIME;
use crate::platform::clock::Timestamp;
use crate::platform::random;

/// A browser that has not signed in, and a request under way, are remembered this long.
const PATIENCE: Duration = Duration::hours(1);
/// Pause between two sweeps, so that a busy stand does not walk its tables at each request.
const SWEEP_PAUSE: Duration = Duration::minutes(1);

/// Who signed in, when, in which session of the provider.
#[derive(Clone)]
pub(super) struct SignedIn {
    pub persona: &'static Persona,
    pub at: Timestamp,
    pub sid: String,
}

/// One browser.
#[derive(Clone)]
pub(super) struct Session {
    pub key: String,
    pub form_token: String,
    pub signed_in: Option<SignedIn>,
    expires: Timestamp,
}

/// A relying party's request while its person signs in and consents.
#[derive(Clone)]
pub(super) struct Trip {
    pub client_id: String,
    pub scope: ScopeSet,
    pub organisations: OrganisationScopes,
    pub state: String,
    pub redirect_uri: String,
    pub filter: Option<PersonFilter>,
    pub challenge: Option<Challenge>,
    /// Whether a refresh token is wanted.
    pub offline: bool,
}

/// What a code or a refresh token stands for.
#[derive(Clone)]
pub(super) struct Grant {
    pub trip: Trip,
    pub signed_in: SignedIn,
}

/// What an access token opens.
#[derive(Clone)]
pub(super) struct Access {
    pub persona: &'static Persona,
    pub scope: ScopeSet,
    pub organisations: OrganisationScopes,
}

impl Access {
    /// May the person's organisations be read?
    pub fn opens_organisations(&self) -> bool {
        self.scope.contains("usr_org") || !self.organisations.is_empty()
    }
}

/// Tokens that were made for a grant, with the answer that tells of them.
pub(super) struct Issued {
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub answer: Value,
}

/// Who redeems a code, and with what.
pub(super) struct Redeemer<'a> {
    pub client_id: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: &'a str,
    /// The state that may not be the authorize request's, where that matters.
    pub new_state: Option<&'a str>,
}

struct Code {
    grant: Grant,
    used: bool,
    expires: Timestamp,
}

struct Token {
    access: Access,
    from_code: String,
    expires: Timestamp,
}

struct Refresh {
    grant: Grant,
    from_code: String,
    expires: Timestamp,
}

struct OpenTrip {
    trip: Trip,
    session: String,
    expires: Timestamp,
}

#[derive(Default)]
struct Tables {
    sessions: HashMap<String, Session>,
    trips: HashMap<String, OpenTrip>,
    codes: HashMap<String, Code>,
    tokens: HashMap<String, Token>,
    refreshes: HashMap<String, Refresh>,
    repeats: HashMap<(String, String, String), Timestamp>,
    consents: HashSet<(i64, String, ScopeSet)>,
    swept: Option<Timestamp>,
}

/// The stand's memory.
#[derive(Default)]
pub(super) struct State(Mutex<Tables>);

impl State {
    fn tables(&self, now: Timestamp) -> MutexGuard<'_, Tables> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tables.swept.is_none_or(|swept| now - swept >= SWEEP_PAUSE) {
            tables.sweep(now);
        }
        tables
    }

    /// The browser's session, if the key is one we gave and its time is not over.
    pub fn find_session(&self, key: &str, now: Timestamp) -> Option<Session> {
        self.tables(now).sessions.get(key).filter(|session| session.expires > now).cloned()
    }

    /// A session of nobody yet.
    pub fn open_session(&self, now: Timestamp) -> Session {
        self.tables(now).insert_session(None, now + PATIENCE)
    }

    /// Signs in under a new key; requests under way move along, the old key is dead.
    pub fn sign_in(
        &self,
        old: &str,
        persona: &'static Persona,
        lifetime: Duration,
        now: Timestamp,
    ) -> Session {
        let signed_in = SignedIn { persona, at: now, sid: random::uuid().to_string() };
        let mut tables = self.tables(now);
        let session = tables.insert_session(Some(signed_in), now + lifetime);
        tables.retire_session(old, &session.key);
        session
    }

    /// Signs out into a new session of nobody; requests under way move along.
    pub fn sign_out(&self, old: &str, now: Timestamp) -> Session {
        let mut tables = self.tables(now);
        let session = tables.insert_session(None, now + PATIENCE);
        tables.retire_session(old, &session.key);
        session
    }

    /// Keeps a request while its person decides; the answer is its handle.
    pub fn open_trip(&self, session: &str, trip: Trip, now: Timestamp) -> String {
        let id = secret();
        let open = OpenTrip { trip, session: session.to_owned(), expires: now + PATIENCE };
        self.tables(now).trips.insert(id.clone(), open);
        id
    }

    /// The request, for the browser that began it.
    pub fn find_trip(&self, id: &str, session: &str, now: Timestamp) -> Option<Trip> {
        let tables = self.tables(now);
        let open = tables.trips.get(id).filter(|open| open.session == session && open.expires > now)?;
        Some(open.trip.clone())
    }

    /// The request, for its end: it cannot be answered twice.
    pub fn close_trip(&self, id: &str, session: &str, now: Timestamp) -> Option<Trip> {
        let mut tables = self.tables(now);
        let fits = |open: &OpenTrip| open.session == session && open.expires > now;
        tables.trips.get(id).is_some_and(fits).then(|| tables.trips.remove(id))?.map(|open| open.trip)
    }

    /// Has this person agreed to give this client exactly these data?
    pub fn has_consent(&self, persona: &Persona, trip: &Trip, now: Timestamp) -> bool {
        self.tables(now).consents.contains(&(persona.oid, trip.client_id.clone(), trip.scope.clone()))
    }

    /// Remembers an agreement.
    pub fn remember_consent(&self, persona: &Persona, trip: &Trip, now: Timestamp) {
        self.tables(now).consents.insert((persona.oid, trip.client_id.clone(), trip.scope.clone()));
    }

    /// Sessions, requests under way, codes, tokens, consents.
    pub fn forget_everything(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Tables::default();
    }

    /// The person is asked again at the next request.
    pub fn forget_consents(&self, persona: &Persona, now: Timestamp) {
        self.tables(now).consents.retain(|(oid, ..)| *oid != persona.oid);
    }

    /// Keeps a code that was just made.
    pub fn insert_code(&self, code: String, grant: Grant, lifetime: Duration, now: Timestamp) {
        let expires = now + lifetime;
        self.tables(now).codes.insert(code, Code { grant, used: false, expires });
    }

    /// Redeems a code once. `issue` makes the answer; it runs under the lock, so that of two callers with
    /// one code the second always finds the tokens it has to revoke.
    pub fn redeem(
        &self,
        code: &str,
        by: &Redeemer<'_>,
        refresh_lifetime: Duration,
        now: Timestamp,
        issue: impl FnOnce(&Grant) -> Issued,
    ) -> Result<Value, Refusal> {
        let mut tables = self.tables(now);
        let entry = tables.codes.get_mut(code).ok_or(Refusal::InvalidGrant)?;
        if entry.grant.trip.client_id != by.client_id {
            return Err(Refusal::InvalidGrant);
        }
        if entry.used {
            // Somebody else has the code: what it bought is worth nothing from now on.
            tables.tokens.retain(|_, token| token.from_code != code);
            tables.refreshes.retain(|_, refresh| refresh.from_code != code);
            return Err(Refusal::InvalidGrant);
        }
        entry.used = true;
        if entry.expires <= now || entry.grant.trip.redirect_uri != by.redirect_uri {
            return Err(Refusal::InvalidGrant);
        }
        if by.new_state.is_some_and(|state| state == entry.grant.trip.state) {
            return Err(Refusal::Malformed("state"));
        }
        pkce::check(entry.grant.trip.challenge.as_ref(), by.verifier)?;
        let grant = entry.grant.clone();
        let issued = issue(&grant);
        Ok(tables.keep(issued, grant, code, now + refresh_lifetime, now))
    }

    /// Gives new tokens for a refresh token, which is used up. The scope may become narrower.
    pub fn refresh(
        &self,
        token: &str,
        client_id: &str,
        scope: ScopeSet,
        now: Timestamp,
        issue: impl FnOnce(&Grant) -> Issued,
    ) -> Result<Value, Refusal> {
        let mut tables = self.tables(now);
        let fits = |refresh: &Refresh| refresh.grant.trip.client_id == client_id && refresh.expires > now;
        if !tables.refreshes.get(token).is_some_and(fits) {
            return Err(Refusal::InvalidGrant);
        }
        if !tables.refreshes.get(token).is_some_and(|refresh| scope.is_part_of(&refresh.grant.trip.scope)) {
            return Err(Refusal::ScopeNotGranted);
        }
        let Some(Refresh { mut grant, from_code, expires }) = tables.refreshes.remove(token) else {
            return Err(Refusal::InvalidGrant);
        };
        grant.trip.scope = scope;
        let issued = issue(&grant);
        Ok(tables.keep(issued, grant, &from_code, expires, now))
    }

    /// Whether this request was made before; it is remembered as long as its timestamp is taken.
    pub fn is_repeated(&self, key: (String, String, String), until: Timestamp, now: Timestamp) -> bool {
        self.tables(now).repeats.insert(key, until).is_some_and(|known| known > now)
    }

    /// What an access token opens, if it is one of ours and still good.
    pub fn find_access(&self, token: &str, now: Timestamp) -> Option<Access> {
        let tables = self.tables(now);
        tables.tokens.get(token).filter(|token| token.expires > now).map(|token| token.access.clone())
    }
}

impl Tables {
    /// Remembers tokens that are about to be given.
    fn keep(
        &mut self,
        issued: Issued,
        grant: Grant,
        from_code: &str,
        refresh_until: Timestamp,
        now: Timestamp,
    ) -> Value {
        let access = Access {
            persona: grant.signed_in.persona,
            scope: grant.trip.scope.clone(),
            organisations: grant.trip.organisations.clone(),
        };
        let expires = now + Duration::seconds(ACCESS_LIFETIME);
        let from_code = from_code.to_owned();
        self.tokens.insert(issued.access_token, Token { access, from_code: from_code.clone(), expires });
        if let Some(token) = issued.refresh_token {
            self.refreshes.insert(token, Refresh { grant, from_code, expires: refresh_until });
        }
        issued.answer
    }

    fn insert_session(&mut self, signed_in: Option<SignedIn>, expires: Timestamp) -> Session {
        let session = Session { key: secret(), form_token: secret(), signed_in, expires };
        self.sessions.insert(session.key.clone(), session.clone());
        session
    }

    fn retire_session(&mut self, old: &str, successor: &str) {
        self.sessions.remove(old);
        for open in self.trips.values_mut().filter(|open| open.session == old) {
            successor.clone_into(&mut open.session);
        }
    }

    fn sweep(&mut self, now: Timestamp) {
        self.sessions.retain(|_, session| session.expires > now);
        self.trips.retain(|_, open| open.expires > now);
        // A used code is remembered as long as its token lives, so that a repeat can revoke it.
        let kept = Duration::seconds(ACCESS_LIFETIME);
        self.codes.retain(|_, code| code.expires + kept > now);
        self.tokens.retain(|_, token| token.expires > now);
        self.refreshes.retain(|_, refresh| refresh.expires > now);
        self.repeats.retain(|_, until| *until > now);
        self.swept = Some(now);
    }
}

/// 256 random bits as text.
fn secret() -> String {
    URL_SAFE_NO_PAD.encode(random::bytes::<32>())
}
