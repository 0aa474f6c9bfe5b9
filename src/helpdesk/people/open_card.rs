//! The card of a person: where they stand, what happened, where they are signed in. One statement for each
//! kind of thing.

use std::collections::HashMap;

use serde_json::Value;

use super::PeopleDesk;
use super::link_state::LastLink;
use crate::access::{Operator, OperatorId};
use crate::audit::{Actor, PeopleEvent, RequestMeta};
use crate::directory::{Profile, ProfileId};
use crate::identity::Snils;
use crate::platform::clock::Timestamp;
use crate::sign_in::BrowserSession;
use crate::store::audit_events::{self, PastEvent};
use crate::store::outbox_entries::{self, PastLetter};
use crate::store::{Db, StoreError, authorization_requests, browser_sessions, links, operators, profiles};

/// Lines of the history on one page.
pub const HISTORY: usize = 30;
/// One more tells whether another page follows.
const READ: i64 = 31;
/// Trips whose verdicts are shown above the history.
const TRIES: i64 = 3;
/// Ends of trips: what tells of a match.
const ENDS_OF_TRIPS: [&str; 2] = ["attempt:esia:refused", "link:account:created"];

/// A person as the operator sees them.
#[derive(Clone, Debug)]
pub struct Card {
    /// Who.
    pub profile: Profile,
    /// The SNILS, to be masked; none if the journal has none.
    pub snils: Option<Snils>,
    /// The newest link.
    pub link: Option<LastLink>,
    /// Somebody came back from ESIA and has still to confirm.
    pub awaits_confirmation: bool,
    /// The last trips, newest first.
    pub tries: Vec<PastEvent>,
    /// What happened, newest first.
    pub history: Vec<Entry>,
    /// Where the history goes on.
    pub earlier: Option<Before>,
    /// Names of the operators in `history`.
    pub operators: HashMap<OperatorId, String>,
    /// Live sessions, the last used first.
    pub sessions: Vec<BrowserSession>,
}

/// A line of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Something that was done.
    Event(PastEvent),
    /// A letter.
    Letter(PastLetter),
}

impl Entry {
    /// When.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Event(event) => event.at,
            Self::Letter(letter) => letter.created_at,
        }
    }

    /// The details of an event.
    pub fn detail(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Event(event) => event.details.get(name),
            Self::Letter(_) => None,
        }
    }
}

/// The part of the history that was not shown yet: rows before these ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// Of events.
    pub event: i64,
    /// Of letters.
    pub letter: i64,
}

impl Before {
    /// Nothing was shown yet.
    pub const NOW: Self = Self { event: i64::MAX, letter: i64::MAX };
}

impl PeopleDesk {
    /// Opens a card and records it; a profile that does not exist in the operator's area is recorded too, and
    /// is the same whether it lies elsewhere or nowhere.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_card(
        &self,
        operator: &Operator,
        profile: ProfileId,
        before: Before,
        meta: RequestMeta,
    ) -> Result<Option<Card>, StoreError> {
        let (this, area) = (self.clone(), operator.area);
        let card = self
            .store
            .read(move |db| match profiles::find_in_area(db, area, profile)? {
                Some(profile) => this.card(db, profile, before).map(Some),
                None => Ok(None),
            })
            .await?;
        match &card {
            Some(_) => self.record(PeopleEvent::CardOpened, operator, Some(profile), meta).await?,
            None => self.record(PeopleEvent::CardMissing { asked: profile.0 }, operator, None, meta).await?,
        }
        Ok(card)
    }

    fn card(&self, db: &mut Db, profile: Profile, before: Before) -> Result<Card, StoreError> {
        let (id, now) = (profile.id, self.clock.now());
        let snils = match &profile.snils {
            Some(stored) => Some(
                crate::directory::snils_vault::open_snils(&self.keys, &profile.uid, stored)
                    .map_err(|_| StoreError::Corrupt("profiles.snils_sealed"))?,
            ),
            None => None,
        };
        let events = audit_events::list_of_profile(db, id, before.event, READ)?;
        let letters = outbox_entries::list_of_profile(db, id, before.letter, READ)?;
        let (history, earlier) = merge(events, letters, before);
        let mut acting: Vec<OperatorId> = history.iter().filter_map(acting_operator).collect();
        acting.sort_unstable();
        acting.dedup();
        let mut sessions = browser_sessions::list_of_profile(db, id, now)?;
        sessions.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
        Ok(Card {
            snils,
            link: links::list_last(db, &[id])?.remove(&id),
            awaits_confirmation: authorization_requests::awaits_confirmation(db, id, now)?,
            tries: audit_events::list_of_kinds(db, id, ENDS_OF_TRIPS, TRIES)?,
            operators: operators::list_names(db, &acting)?,
            history,
            earlier,
            sessions,
            profile,
        })
    }
}

fn acting_operator(entry: &Entry) -> Option<OperatorId> {
    match entry {
        Entry::Event(PastEvent { actor: Actor::Operator(id), .. }) => Some(*id),
        _ => None,
    }
}

/// One page of both, newest first, and where it goes on.
fn merge(events: Vec<PastEvent>, letters: Vec<PastLetter>, before: Before) -> (Vec<Entry>, Option<Before>) {
    let mut all: Vec<Entry> = events.into_iter().map(Entry::Event).collect();
    all.extend(letters.into_iter().map(Entry::Letter));
    // Stable: of a deed and its letter, which have one moment, the deed is the earlier one.
    all.sort_by_key(|entry| (std::cmp::Reverse(entry.at()), matches!(entry, Entry::Event(_))));
    let is_more = all.len() > HISTORY;
    all.truncate(HISTORY);
    let mut earlier = before;
    for entry in &all {
        match entry {
            Entry::Event(event) => earlier.event = earlier.event.min(event.id),
            Entry::Letter(letter) => earlier.letter = earlier.letter.min(letter.id),
        }
    }
    (all, is_more.then_some(earlier))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64) -> PastEvent {
        PastEvent {
            id,
            at: Timestamp::UNIX_EPOCH + chrono::Duration::seconds(id),
            kind: "session:sign_out:done".into(),
            actor: Actor::System,
            details: Value::Null,
        }
    }

    fn letter(id: i64, at: i64) -> PastLetter {
        PastLetter {
            id,
            kind: "linked".into(),
            status: "sent".into(),
            created_at: Timestamp::UNIX_EPOCH + chrono::Duration::seconds(at),
        }
    }

    /// Reads the whole history as its pages do.
    fn pages(events: &[PastEvent], letters: &[PastLetter]) -> Vec<Vec<Entry>> {
        let (mut pages, mut before) = (Vec::new(), Some(Before::NOW));
        while let Some(from) = before {
            let some = |left: bool, id: i64| left && id > 0;
            let events = events.iter().rev().filter(|one| some(one.id < from.event, one.id));
            let letters = letters.iter().rev().filter(|one| some(one.id < from.letter, one.id));
            let read = usize::try_from(READ).unwrap();
            let events = events.take(read).cloned().collect();
            let (page, next) = merge(events, letters.take(read).cloned().collect(), from);
            pages.push(page);
            before = next;
        }
        pages
    }

    #[test]
    fn the_pages_of_the_history_show_everything_once_newest_first() {
        let events: Vec<_> = (1..=70).map(event).collect();
        let letters: Vec<_> = (1..=20).map(|id| letter(id, id * 3)).collect();
        let pages = pages(&events, &letters);
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [30, 30, 30]);
        let all: Vec<_> = pages.concat();
        assert!(all.is_sorted_by_key(|entry| std::cmp::Reverse(entry.at())));
        let letters = all.iter().filter(|entry| matches!(entry, Entry::Letter(_))).count();
        assert_eq!((all.len(), letters), (90, 20));
        let third = all.iter().filter(|entry| entry.at().timestamp() == 3).collect::<Vec<_>>();
        assert!(matches!(third[..], [Entry::Letter(_), Entry::Event(_)]), "the letter came after the deed");
        assert_eq!(pages_of_nothing(), [Vec::new()]);
    }

    fn pages_of_nothing() -> Vec<Vec<Entry>> {
        pages(&[], &[])
    }
}
