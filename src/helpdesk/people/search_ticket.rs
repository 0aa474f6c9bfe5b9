//! A search in an address: sealed for the session of the operator who made it, and for an hour
//! (`docs/security.md`, T49). A reload works; in another session the address opens nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::SearchQuery;
use super::search_people::{Position, Search};
use crate::access::OperatorSessionId;
use crate::directory::OrganisationId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::{Cell, Keys};

/// How long an address of a search works.
fn life() -> Duration {
    Duration::hours(1)
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    text: String,
    organisation: Option<i64>,
    after: Option<Position>,
    at: i64,
}

/// The search as it stands in an address.
pub fn issue(keys: &Keys, session: OperatorSessionId, search: &Search, now: Timestamp) -> String {
    let sealed = Sealed {
        text: search.query.text().to_owned(),
        organisation: search.organisation.map(|id| id.0),
        after: search.after.clone(),
        at: now.timestamp(),
    };
    let plain = serde_json::to_vec(&sealed).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(keys.sealer.seal(cell(&session.0.to_string()), &plain))
}

/// Reads it back; `None` unless it was made in this session within the last hour.
pub fn redeem(keys: &Keys, session: OperatorSessionId, ticket: &str, now: Timestamp) -> Option<Search> {
    let sealed = URL_SAFE_NO_PAD.decode(ticket).ok()?;
    let plain = keys.sealer.open(cell(&session.0.to_string()), &sealed).ok()?;
    let Sealed { text, organisation, after, at } = serde_json::from_slice(&plain).ok()?;
    let age = now.timestamp() - at;
    if !(0..=life().num_seconds()).contains(&age) {
        return None;
    }
    let query = SearchQuery::parse(&text).ok()?;
    Some(Search { query, organisation: organisation.map(OrganisationId), after })
}

fn cell(session: &str) -> Cell<'_> {
    Cell { table: "operator_sessions", column: "search", row: session }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::directory::ProfileId;
    use crate::platform::clock::Clock;
    use crate::platform::secret::MasterKey;
    use crate::store::people_search::NameHit;

    #[test]
    fn t49_a_search_in_an_address_is_of_its_session_and_of_its_hour_and_shows_nothing() {
        let keys = MasterKey::from_bytes([1; 32]).derive();
        let now = Clock::system().now();
        let hit =
            NameHit { word: "смирнова".into(), others: "/ анна".into(), profile: ProfileId(7) };
        let search = Search {
            query: SearchQuery::parse("Смирнова Анна").unwrap(),
            organisation: Some(OrganisationId(5)),
            after: Some(Position::Name(Some(hit))),
        };
        let (one, two) = (OperatorSessionId(1), OperatorSessionId(2));
        let ticket = issue(&keys, one, &search, now);
        let at = |session, seconds| redeem(&keys, session, &ticket, now + Duration::seconds(seconds));
        assert_eq!(at(one, 0), Some(search.clone()));
        assert_eq!(at(one, 3600), Some(search.clone()));
        assert_eq!(at(one, 3601), None, "too old");
        assert_eq!(at(one, -1), None, "from the future");
        assert_eq!(at(two, 0), None, "another operator's");
        let bytes = URL_SAFE_NO_PAD.decode(&ticket).unwrap();
        for part in ["Смирнова", "смирнова", "Анна"] {
            assert!(!bytes.windows(part.len()).any(|window| window == part.as_bytes()), "{part}");
        }
        assert_ne!(issue(&keys, one, &search, now), ticket);
    }

    proptest! {
        #[test]
        fn t82_no_text_is_taken_for_a_search(text in "\\PC{0,120}") {
            let keys = MasterKey::from_bytes([1; 32]).derive();
            let session = OperatorSessionId(1);
            prop_assert!(redeem(&keys, session, &text, Clock::system().now()).is_none());
        }
    }
}
