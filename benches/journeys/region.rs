//! Fills a database with a region: made-up people in the demo region's organisations, the last of them
//! linked, the first some signed in; an operator of the region at work.

use std::sync::Arc;

use chrono::Duration;
use privyazka::access::{Area, NewOperator, OperatorRole, OperatorSession, OperatorSessionId, OperatorStage};
use privyazka::config::database::DatabaseSettings;
use privyazka::directory::demo_region::{self, generated_people, people::GeneratedPerson};
use privyazka::directory::{OrganisationId, OrganisationKind, ProfileId};
use privyazka::federation::Purpose;
use privyazka::identity::{AssuranceLevel, Issuer, Subject, VerifiedIdentity};
use privyazka::platform::clock::{Clock, Timestamp};
use privyazka::platform::secret::{Digest, Keys, Token};
use privyazka::sign_in::{BrowserSession, Password, SessionId, SessionStage, SignInWay, password};
use privyazka::store::authorization_requests::{self, NewRequest};
use privyazka::store::{
    Db, Store, StoreError, browser_sessions, links, operator_sessions, operators, organisations, profiles,
};

use super::answerer;

/// Everybody's password.
pub const PASSWORD: &str = "bench-2026-bench";
/// The made-up people are always the same.
pub const SEED: u64 = 2026;
/// Rows in one transaction.
const SLICE: usize = 5_000;

/// A filled database.
pub struct Region {
    /// `database.url`.
    pub url: String,
    /// The database, for the load's own use.
    pub store: Store,
    /// People.
    pub users: u32,
    /// From this person on they are linked.
    pub linked_from: u32,
    /// People before this one are signed in.
    pub with_session: u32,
    organisations: Vec<OrganisationId>,
}

/// How much to fill in.
#[derive(Clone, Copy)]
pub struct Size {
    /// People.
    pub users: u32,
    /// Of them signed in and not linked, for as many link flows.
    pub with_session: u32,
    /// The last so many of them are linked.
    pub linked: u32,
}

impl Size {
    /// As many people, four of ten linked.
    pub fn of(users: u32, with_session: u32) -> Self {
        Self { users, with_session, linked: users / 10 * 4 }
    }
}

/// The session of the operator at work.
pub fn operator_token() -> Token {
    numbered_token(4, 0)
}

/// The session of a signed-in person.
pub fn session_token(person: u32) -> Token {
    numbered_token(1, u64::from(person))
}

fn numbered_token(kind: u8, number: u64) -> Token {
    let mut bytes = [kind; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Token::from_bytes(&bytes)
}

impl Region {
    /// Fills the database behind `url`.
    pub async fn fill(url: String, keys: Arc<Keys>, issuer: Issuer, size: Size) -> Self {
        let store = Store::open(&DatabaseSettings::new(url.clone())).expect("the database opens");
        let now = Clock::system().now();
        let hash = password::hash(&Password::new(PASSWORD.into())).expect("argon2 works");
        let (demo_keys, demo_hash) = (Arc::clone(&keys), hash.clone());
        store.write(widen_for_filling).await.expect("the writer takes other settings");
        let made = store.write(move |db| demo_region::ensure(db, &demo_keys, now, &demo_hash)).await;
        made.expect("the demo region is stored");
        store.write(move |db| operator_at_work(db, now)).await.expect("an operator's session is stored");
        let all = store.read(organisations::list_organisations).await.expect("readable");
        let schools = all.iter().filter(|one| one.kind != OrganisationKind::Authority);
        let organisations: Vec<_> = schools.map(|one| one.id).collect();
        let linked_from = size.users - size.linked.min(size.users);
        let with_session = size.with_session.min(linked_from);
        let region = Self { url, store, users: size.users, linked_from, with_session, organisations };
        let mut people = generated_people(SEED, size.users);
        let mut first = 0;
        loop {
            let slice: Vec<GeneratedPerson> = people.by_ref().take(SLICE).collect();
            if slice.is_empty() {
                break;
            }
            let next = first + u32::try_from(slice.len()).expect("a slice");
            region.store_slice(first, slice, &keys, &issuer, &hash, now).await.expect("people are stored");
            first = next;
        }
        region
    }

    /// The number of the link that a profile has.
    pub async fn link_of(&self, profile: i64) -> String {
        let link = self.store.read(move |db| links::find_held(db, ProfileId(profile))).await;
        link.expect("readable").expect("a linked profile").id.0.to_string()
    }

    /// The organisation of a person.
    pub fn organisation_of(&self, person: u32) -> i64 {
        self.organisations[person as usize % self.organisations.len()].0
    }

    async fn store_slice(
        &self,
        first: u32,
        people: Vec<GeneratedPerson>,
        keys: &Keys,
        issuer: &Issuer,
        hash: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let numbered = (first..).zip(people);
        let new: Vec<_> = numbered
            .map(|(number, person)| {
                let organisation = OrganisationId(self.organisation_of(number));
                person.profile(organisation, keys, now, Some(hash))
            })
            .collect();
        let (linked_from, with_session, issuer) = (self.linked_from, self.with_session, issuer.clone());
        self.store
            .write(move |db| {
                let ids = profiles::insert_batch(db, &new)?;
                for ((number, id), person) in (first..).zip(ids).zip(&new) {
                    if number < with_session {
                        browser_sessions::insert(db, &session(id, &session_token(number), now))?;
                    }
                    if number >= linked_from {
                        let subject =
                            Subject::from_number(answerer::subject(number)).expect("a number of ESIA's");
                        let identity = VerifiedIdentity {
                            issuer: issuer.clone(),
                            subject,
                            level: AssuranceLevel::Confirmed,
                            name: person.name.clone(),
                            birth_date: person.birth_date,
                            snils: None,
                            snils_malformed: false,
                            email: None,
                        };
                        let row = links::lock_subject(db, &issuer, subject, now)?;
                        links::insert(db, id, row, &identity, now)?;
                    }
                }
                Ok(())
            })
            .await
    }

    /// Adds as many sessions and trips again, begun `ago`, that nobody will ask for.
    pub async fn add_bystanders(&self, count: u64, ago: Duration) {
        let begun = Clock::system().now() - ago;
        let kind = if ago < Duration::hours(1) { 2 } else { 3 };
        let mut from = 0;
        while from < count {
            let to = (from + SLICE as u64).min(count);
            let range = from..to;
            let stored = self.store.write(move |db| bystanders(db, range.clone(), kind, begun)).await;
            stored.expect("bystanders are stored");
            from = to;
        }
    }
}

fn bystanders(
    db: &mut Db,
    range: std::ops::Range<u64>,
    kind: u8,
    begun: Timestamp,
) -> Result<(), StoreError> {
    for number in range {
        let token = numbered_token(kind, number);
        browser_sessions::insert(db, &session(ProfileId(1), &token, begun))?;
        let digest = |what: &str| Digest::of(format!("{what} {kind} {number}").as_bytes());
        let request = NewRequest {
            reference: format!("{kind}{number}"),
            state_digest: digest("state"),
            cookie_digest: digest("cookie"),
            ticket_digest: None,
            connection: "bench".into(),
            purpose: Purpose::SignIn,
            shared_computer: false,
            next_page: "settings",
            created_at: begun,
            expires_at: begun + Duration::minutes(20),
        };
        authorization_requests::insert(db, &request)?;
    }
    Ok(())
}

/// People come in no order of their names: with SQLite's own two megabytes of cache, most of the time would go
/// into reading pages of large indexes again and again. The service under measurement opens the file anew.
fn widen_for_filling(db: &mut Db) -> Result<(), StoreError> {
    match db {
        #[cfg(feature = "sqlite")]
        Db::Sqlite(c) => {
            use diesel::connection::SimpleConnection as _;
            Ok(c.batch_execute("PRAGMA cache_size = -1000000; PRAGMA wal_autocheckpoint = 50000;")?)
        }
        #[cfg(feature = "postgres")]
        Db::Pg(_) => Ok(()),
    }
}

/// An operator who may unlink anywhere in the region has signed in.
fn operator_at_work(db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
    let new = NewOperator {
        login: "bench".into(),
        name: "Оператор".into(),
        email: None,
        role: OperatorRole::Senior,
        area: Area::Region(organisations::list_regions(db)?[0].id),
        profile: None,
        needs_esia: false,
        password_hash: "never asked for".into(),
        must_change_password: false,
    };
    let session = OperatorSession {
        id: OperatorSessionId(0),
        token_digest: operator_token().digest(),
        operator: operators::insert(db, &new, now)?,
        stage: OperatorStage::Full,
        place: "Firefox, Linux".into(),
        created_at: now,
        authenticated_at: now,
        // A large region takes longer to fill than a session lasts without a request.
        last_seen_at: now + Duration::hours(1),
        expires_at: now + Duration::hours(12),
    };
    operator_sessions::insert(db, &session).map(drop)
}

fn session(profile: ProfileId, token: &Token, begun: Timestamp) -> BrowserSession {
    BrowserSession {
        id: SessionId(0),
        token_digest: token.digest(),
        profile: Some(profile),
        esia_subject: None,
        stage: SessionStage::Full,
        way: SignInWay::Password,
        shared_computer: false,
        place: "Firefox, Linux".into(),
        created_at: begun,
        authenticated_at: begun,
        last_seen_at: begun,
        kept_until: None,
        idle: Duration::hours(12),
        expires_at: begun + Duration::hours(24),
    }
}
