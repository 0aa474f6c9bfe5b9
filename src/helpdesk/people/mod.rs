//! People of an area: search, the card of one person, the person's sessions.

pub mod end_sessions;
pub mod link_state;
pub mod open_card;
pub mod search_people;
pub mod search_query;
pub mod search_ticket;

pub use search_query::SearchQuery;

use std::sync::Arc;

use crate::platform::clock::Clock;
use crate::platform::secret::Keys;
use crate::sign_in::Sessions;
use crate::store::Store;

/// Finds people, opens their cards, ends their sessions. Built once; clones share everything.
#[derive(Clone, Debug)]
pub struct PeopleDesk {
    store: Store,
    clock: Clock,
    keys: Arc<Keys>,
    sessions: Sessions,
}

impl PeopleDesk {
    /// Puts the service together over the store and the clock of `sessions`.
    pub fn new(sessions: Sessions, keys: Arc<Keys>) -> Self {
        Self { store: sessions.store().clone(), clock: sessions.clock().clone(), keys, sessions }
    }

    /// The keys, for the addresses of searches and for masked numbers.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The clock, likewise.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}
