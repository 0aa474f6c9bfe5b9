//! A database with events, its sealer, and what an attacker with all rights on it does.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use privyazka::audit::chain::Anchor;
use privyazka::audit::verify::{Expectation, Report, verify};
use privyazka::audit::{self, Actor, AttemptEvent, RequestMeta, Sealer, SessionEvent};
use privyazka::each;
use privyazka::platform::clock::{Clock, Timestamp};
use privyazka::store::{Db, Store, StoreError};

use crate::support::database::TestDatabase;

/// One number that a query of the form `SELECT … AS value` answers.
pub fn number(db: &mut Db, query: &str) -> Result<i64, StoreError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        value: i64,
    }
    Ok(each!(db, |c| diesel::sql_query(query).get_result::<Row>(c))?.value)
}

/// Runs statements as they are.
pub fn run(db: &mut Db, sql: &str) -> Result<(), StoreError> {
    Ok(each!(db, |c| c.batch_execute(sql))?)
}

/// Records one event whose details hold `number`.
pub fn record(db: &mut Db, at: Timestamp, number: u16) -> Result<(), StoreError> {
    let meta = RequestMeta { request_id: format!("r-{number}"), address: "192.0.2.1".into() };
    let event = AttemptEvent::Refused { reference: format!("AAAA-{number:04}"), code: number, matched: None };
    audit::record(db, at, event, Actor::Anonymous, None, &meta)
}

pub struct World {
    pub store: Store,
    pub clock: Clock,
    pub sealer: Sealer,
}

impl World {
    pub fn new(database: &TestDatabase) -> Self {
        // A Tuesday at noon, far from every midnight.
        let noon = Timestamp::from_timestamp(1_773_126_000, 0).unwrap();
        let (store, clock) = (database.open(), Clock::manual(noon));
        let sealer = Sealer::new(store.clone(), clock.clone());
        Self { store, clock, sealer }
    }

    /// Records events a second apart and seals them.
    pub async fn with_events(database: &TestDatabase, count: u16) -> Self {
        let world = Self::new(database);
        world.record(1..=count).await;
        assert_eq!(world.sealer.seal_waiting().await.unwrap(), usize::from(count));
        world
    }

    pub async fn record(&self, numbers: std::ops::RangeInclusive<u16>) {
        let clock = self.clock.clone();
        let recorded = self.store.write(move |db| {
            numbers.clone().try_for_each(|number| {
                clock.advance(chrono::Duration::seconds(1));
                record(db, clock.now(), number)
            })
        });
        recorded.await.unwrap();
    }

    /// One event of a person's, without details.
    pub async fn record_sign_out(&self) {
        let now = self.clock.now();
        let meta = RequestMeta::default();
        let written = self
            .store
            .write(move |db| audit::record(db, now, SessionEvent::SignedOut, Actor::Anonymous, None, &meta));
        written.await.unwrap();
    }

    pub async fn verify(&self) -> Report {
        self.verify_against(&[]).await
    }

    pub async fn verify_against(&self, anchors: &[Anchor]) -> Report {
        let expected = Expectation { anchors: anchors.to_vec(), from: None };
        verify(&self.store, &expected).await.unwrap()
    }

    /// What the chain is said to suffer from; empty if nothing.
    pub async fn complaint(&self) -> String {
        self.verify().await.breach.map(|breach| breach.to_string()).unwrap_or_default()
    }

    pub async fn number(&self, query: &'static str) -> i64 {
        self.store.read(move |db| number(db, query)).await.unwrap()
    }

    /// What somebody with all rights on the database does: the triggers first, then the deed.
    pub async fn attack(&self, sql: &str) {
        let sql = sql.to_owned();
        let attack = self.store.write(move |db| {
            let off = match db {
                Db::Sqlite(_) => {
                    "DROP TRIGGER IF EXISTS audit_events_wait; \
                     DROP TRIGGER IF EXISTS audit_events_no_update; DROP TRIGGER IF EXISTS audit_events_no_delete; \
                     DROP TRIGGER IF EXISTS audit_seals_no_update; DROP TRIGGER IF EXISTS audit_seals_no_delete; \
                     DROP TRIGGER IF EXISTS audit_unsealed_no_update; \
                     DROP TRIGGER IF EXISTS audit_unsealed_no_delete;"
                }
                #[cfg(feature = "postgres")]
                Db::Pg(_) => {
                    "ALTER TABLE audit_events DISABLE TRIGGER USER; ALTER TABLE audit_seals DISABLE TRIGGER USER; \
                     ALTER TABLE audit_unsealed DISABLE TRIGGER USER;"
                }
            };
            run(db, off)?;
            run(db, &sql)
        });
        attack.await.unwrap();
    }
}
