//! The search of an operator: everything that the text may mean, within the area, fifty at a time.

use serde::{Deserialize, Serialize};

use super::link_state::LinkState;
use super::search_query::Key;
use super::{PeopleDesk, SearchQuery};
use crate::access::{Area, Operator};
use crate::audit::{self, Actor, PeopleEvent, RequestMeta};
use crate::directory::{OrganisationId, Profile, ProfileId, snils_vault};
use crate::store::people_search::{self, ExactKey, NameHit};
use crate::store::{Db, StoreError, links, profiles};

/// People on one page.
pub const PAGE: usize = 50;
/// One more tells whether another page follows.
const READ: i64 = 51;

/// What is searched for, and from where on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// What was typed.
    pub query: SearchQuery,
    /// The one organisation that is asked for.
    pub organisation: Option<OrganisationId>,
    /// Behind whom this page begins.
    pub after: Option<Position>,
}

/// The last one of a page. Who is found by a number, a login or an address comes first, then the names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Position {
    /// Among those found by a value, in the order of their ids.
    Value(ProfileId),
    /// Among those found by their names; none: before the first.
    Name(Option<NameHit>),
}

/// A page of people.
#[derive(Clone, Debug)]
pub struct Found {
    /// At most [`PAGE`].
    pub people: Vec<FoundPerson>,
    /// Where the next page begins, if there is one.
    pub next: Option<Position>,
}

/// One line of the page.
#[derive(Clone, Debug)]
pub struct FoundPerson {
    /// Who.
    pub profile: Profile,
    /// The link.
    pub link: LinkState,
}

impl PeopleDesk {
    /// Searches, and records that it was done: the sorts of what was typed and how many were found, never the
    /// text.
    ///
    /// # Errors
    /// The database's.
    pub async fn search(
        &self,
        operator: &Operator,
        search: Search,
        meta: RequestMeta,
    ) -> Result<Found, StoreError> {
        let (this, area) = (self.clone(), operator.area);
        let sorts = search.query.sorts();
        let found = self.store.read(move |db| this.search_in(db, area, &search)).await?;
        let event = PeopleEvent::Searched { sorts, found: found.people.len(), more: found.next.is_some() };
        self.record(event, operator, None, meta).await?;
        Ok(found)
    }

    fn search_in(&self, db: &mut Db, area: Area, search: &Search) -> Result<Found, StoreError> {
        let none = Found { people: Vec::new(), next: None };
        let Some(scope) = people_search::find_scope(db, area, search.organisation)? else { return Ok(none) };
        let mut ids = Vec::new();
        let mut next = None;
        let mut name_after = None;
        match &search.after {
            Some(Position::Name(hit)) => name_after = hit.as_ref(),
            begun => {
                let after = match begun {
                    Some(Position::Value(id)) => Some(*id),
                    _ => None,
                };
                // One statement for each sort, each by an index of its own; a text has three sorts at most.
                for key in search.query.keys().iter().filter_map(|key| self.exact(key)) {
                    ids.extend(people_search::list_by_key(db, scope, &key, after, READ)?);
                }
                ids.sort_unstable();
                ids.dedup();
                if ids.len() > PAGE {
                    ids.truncate(PAGE);
                    next = ids.last().copied().map(Position::Value);
                }
            }
        }
        let words = search.query.keys().iter().find_map(|key| match key {
            Key::Name(words) => Some(words),
            _ => None,
        });
        if let (None, Some(words)) = (&next, words) {
            let mut hits = people_search::list_by_name(db, scope, words, name_after, READ)?;
            let by_value = ids.len();
            hits.retain(|hit| !ids[..by_value].contains(&hit.profile));
            let room = PAGE - by_value;
            if hits.len() > room {
                hits.truncate(room);
                next = Some(Position::Name(hits.last().cloned()));
            }
            ids.extend(hits.iter().map(|hit| hit.profile));
        }
        let last = links::list_last(db, &ids)?;
        let people = profiles::list(db, &ids)?
            .into_iter()
            .map(|profile| FoundPerson { link: LinkState::of(last.get(&profile.id)), profile });
        Ok(Found { people: people.collect(), next })
    }

    /// The stored form of a value; none for a name.
    fn exact(&self, key: &Key) -> Option<ExactKey> {
        Some(match key {
            Key::Snils(snils) => ExactKey::Snils(snils_vault::searched_hashes(&self.keys, snils)),
            Key::Phone(key) => ExactKey::Phone(key.clone()),
            Key::Email(key) => ExactKey::Email(key.clone()),
            Key::Login(key) => ExactKey::Login(key.clone()),
            Key::Name(_) => return None,
        })
    }

    /// Records that an operator looked at something.
    pub(super) async fn record(
        &self,
        event: PeopleEvent,
        operator: &Operator,
        profile: Option<ProfileId>,
        meta: RequestMeta,
    ) -> Result<(), StoreError> {
        let (now, actor) = (self.clock.now(), Actor::Operator(operator.id));
        self.store.write(move |db| audit::record(db, now, event.clone(), actor, profile, &meta)).await
    }
}
