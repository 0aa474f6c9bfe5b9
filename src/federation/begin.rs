//! Stores a trip and gives the address that starts it.

use chrono::Duration;
use url::Url;
use uuid::Uuid;

use super::{Federation, Purpose, ticket};
use crate::directory::ProfileId;
use crate::esia::EsiaError;
use crate::identity::reference::new_reference;
use crate::platform::clock::Timestamp;
use crate::platform::random;
use crate::platform::secret::{Digest, Token};
use crate::sign_in::BrowserSession;
use crate::store::authorization_requests::{self, NewRequest};
use crate::store::{Db, StoreError};

/// How long the browser keeps a trip's cookie beyond the trip: as long as the trip itself is kept. Without
/// it, who comes back late would be told of another browser (109) instead of the time (108).
const COOKIE_OUTLIVES: Duration = Duration::hours(1);

/// What the names of all trips' cookies begin with.
pub const COOKIE_PREFIX: &str = "attempt-";

/// What the browser gets: where to go, and the cookie that proves on return that it is the same browser.
#[derive(Debug)]
pub struct Departure {
    /// ESIA's address with our signed request.
    pub url: Url,
    /// Name of the attempt's own cookie, without the prefix of the deployment; parallel tabs have one each.
    pub cookie_name: String,
    /// Its value.
    pub cookie: Token,
    /// Its life.
    pub life: Duration,
}

/// Why a trip cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The one-time link is not of this session, or too old.
    #[error("the one-time link does not fit this session")]
    BadTicket,
    /// ESIA does not answer now: who went there would come back to 107.
    #[error("ESIA is down")]
    EsiaDown,
    /// Our request cannot be signed.
    #[error(transparent)]
    Esia(#[from] EsiaError),
    /// The database's.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Name of the cookie for a trip with this `state`; short, and tells nothing of the state.
pub fn cookie_name(state: &str) -> String {
    let digest = Digest::of(state.as_bytes());
    format!("{COOKIE_PREFIX}{}", hex::encode(&digest.as_bytes()[..6]))
}

impl Federation {
    /// Begins a link from the page with «Продолжить». The same ticket again closes the trip it began
    /// before and opens a fresh one: a double click or Back is never an error.
    ///
    /// # Errors
    /// ESIA is down, a ticket of another session, a request that cannot be signed, or the database's.
    pub async fn begin_link(
        &self,
        session: &BrowserSession,
        profile: ProfileId,
        ticket_text: &str,
    ) -> Result<Departure, BeginError> {
        let now = self.clock.now();
        let settings = &self.linking.settings;
        let ticket = ticket::redeem(&self.keys, session, ticket_text, settings.attempt_life, now)
            .ok_or(BeginError::BadTicket)?;
        let purpose = Purpose::Link { profile, session: session.id };
        let (departure, mut new) = self.prepare(purpose, session.shared_computer, now).await?;
        new.ticket_digest = Some(ticket);
        let (session, keep) = (session.id, settings.open_attempts.saturating_sub(1));
        let sessions = self.linking.sessions.clone();
        self.store
            .write(move |db| {
                // First of all, because it locks the session: two clicks on one link follow each other.
                sessions.keep_alive_until(db, session, new.expires_at)?;
                authorization_requests::make_way(db, session, ticket, keep, now)?;
                authorization_requests::insert(db, &new).map(drop)
            })
            .await?;
        Ok(departure)
    }

    /// Begins a sign-in from «Войти через Госуслуги» that shall end on the page named `next_page`.
    ///
    /// # Errors
    /// ESIA is down, a request that cannot be signed, or the database's.
    pub async fn begin_sign_in(
        &self,
        shared_computer: bool,
        next_page: &'static str,
    ) -> Result<Departure, BeginError> {
        let (departure, mut new) = self.prepare(Purpose::SignIn, shared_computer, self.clock.now()).await?;
        new.next_page = next_page;
        self.store
            .write_statement(move |db: &mut Db| authorization_requests::insert(db, &new).map(drop))
            .await?;
        Ok(departure)
    }

    /// A ticket for the page with «Продолжить».
    pub fn ticket(&self, session: &BrowserSession) -> String {
        ticket::issue(&self.keys, session, self.clock.now())
    }

    async fn prepare(
        &self,
        purpose: Purpose,
        shared_computer: bool,
        now: Timestamp,
    ) -> Result<(Departure, NewRequest), BeginError> {
        if !self.esia.availability().is_up() {
            return Err(BeginError::EsiaDown);
        }
        let state: Uuid = random::uuid();
        let url = self.esia.authorization_url(&state).await?;
        let state = state.to_string();
        let cookie = Token::generate();
        let life = self.linking.attempt_life();
        let new = NewRequest {
            reference: new_reference(),
            state_digest: Digest::of(state.as_bytes()),
            cookie_digest: cookie.digest(),
            ticket_digest: None,
            connection: self.esia.connection().to_owned(),
            purpose,
            shared_computer,
            next_page: "",
            created_at: now,
            expires_at: now + life,
        };
        let life = life + COOKIE_OUTLIVES;
        Ok((Departure { url, cookie_name: cookie_name(&state), cookie, life }, new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t01_a_hundred_thousand_states_without_a_repeat() {
        let states: std::collections::HashSet<_> = (0..100_000).map(|_| random::uuid()).collect();
        assert_eq!(states.len(), 100_000);
        assert!(states.iter().take(1000).all(|state| state.get_version_num() == 4));
    }
}
