//! The helpdesk: what operators do for the people of their area (`docs/helpdesk.md`).
//!
//! Every statement about people takes the operator's [`Area`](crate::access::Area) as a condition of its own;
//! what lies outside does not exist (`docs/security.md`, T38).

pub mod answer_case;
pub mod approval;
pub mod case;
pub mod cases;
pub mod decide_approval;
pub mod deed;
pub mod dispute;
pub mod end_sessions;
pub mod find_recipients;
pub mod freeze_link;
pub mod issue_codes;
pub mod issue_password;
pub mod link_desk;
pub mod link_state;
pub mod open_card;
pub mod plain_text;
pub mod recipient;
pub mod restore_link;
pub mod search_people;
pub mod search_query;
pub mod search_ticket;
pub mod unlink_for_profile;
pub mod unlink_request;
pub mod working_days;

pub use cases::Cases;
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
