//! Periodic clean-up: what has run out, and once a day what was kept long enough ([`Retention`]).
//!
//! In slices, each a short transaction, so that no request waits behind it.

use std::sync::Arc;

use chrono::Duration;
use tokio::sync::watch;

use crate::config::retention::RetentionSettings;
use crate::directory::catalog::DirectoryCatalog;
use crate::helpdesk::links::bulk::decide_list;
use crate::helpdesk::links::end_approval;
use crate::platform::clock::{Clock, Timestamp};
use crate::retention::Retention;
use crate::sign_in::AddressCeiling;
use crate::store::{
    Db, Store, StoreError, authorization_requests, known_browsers, login_failures, operator_browsers,
    password_recoveries, profile_names,
};

/// Rows deleted in one transaction.
const SLICE: i64 = 500;
/// Pause between rounds.
const ROUND: std::time::Duration = std::time::Duration::from_secs(60);

/// Cleans up in the background.
#[derive(Debug)]
pub struct Housekeeping {
    store: Store,
    clock: Clock,
    catalog: Arc<DirectoryCatalog>,
    counters: Vec<AddressCeiling>,
    retention: Retention,
}

type Sweep = fn(&mut Db, Timestamp, i64) -> Result<usize, StoreError>;

/// What is swept, and how long after its end it is still kept. Trips without a result are closed soon
/// after their end, once no callback can be under way, which wipes whom ESIA vouched for. Trips nobody came
/// back from go after an hour. What is kept for months, by a setting, is [`Retention`]'s.
fn sweeps() -> [(&'static str, Duration, Sweep); 8] {
    [
        ("authorization_requests", Duration::minutes(5), authorization_requests::close_expired),
        ("authorization_requests", Duration::hours(1), authorization_requests::delete_abandoned),
        ("password_recoveries", Duration::days(1), password_recoveries::delete_expired),
        ("login_failures", Duration::days(1), login_failures::delete_quiet_since),
        ("approvals", Duration::zero(), end_approval::close_expired),
        ("bulk_unlinks", Duration::zero(), decide_list::close_expired),
        ("known_browsers", Duration::days(400), known_browsers::delete_unseen_since),
        ("operator_browsers", Duration::days(400), operator_browsers::delete_unseen_since),
    ]
}

impl Housekeeping {
    /// Puts it together; `counters` are the counts per network address that this process keeps.
    pub fn new(
        store: Store,
        clock: Clock,
        catalog: Arc<DirectoryCatalog>,
        counters: Vec<AddressCeiling>,
        retention: RetentionSettings,
    ) -> Self {
        let retention = Retention::new(store.clone(), clock.clone(), retention);
        Self { store, clock, catalog, counters, retention }
    }

    /// Works until told to stop.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        tokio::select! {
            _ = stopped.changed() => return,
            () = self.fill_names() => {}
        }
        loop {
            tokio::select! {
                _ = stopped.changed() => return,
                () = tokio::time::sleep(ROUND) => {}
            }
            self.round().await;
        }
    }

    /// One round over everything; what fails is tried again in the next one.
    pub async fn round(&self) {
        for (table, kept, sweep) in sweeps() {
            match self.sweep(kept, sweep).await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(table, rows, "swept"),
                Err(error) => tracing::warn!(table, %error, "sweep failed"),
            }
        }
        self.retention.round().await;
        for counter in &self.counters {
            counter.sweep();
        }
        self.fill_names().await;
        if let Err(error) = self.catalog.refresh(&self.store).await {
            tracing::warn!(%error, "the directory was not refreshed");
        }
    }

    /// After an upgrade: writes what people are searched by, for profiles that are older than the search.
    async fn fill_names(&self) {
        let filled = async {
            while !self.store.read(profile_names::is_filled).await? {
                self.store.write(|db| profile_names::fill(db, SLICE)).await?;
            }
            Ok::<(), StoreError>(())
        };
        if let Err(error) = filled.await {
            tracing::warn!(%error, "names of people were not made ready for the search; tried again later");
        }
    }

    async fn sweep(&self, kept: Duration, sweep: Sweep) -> Result<usize, StoreError> {
        let before = self.clock.now() - kept;
        let mut rows = 0;
        loop {
            let slice = self.store.write(move |db| sweep(db, before, SLICE)).await?;
            rows += slice;
            if slice < usize::try_from(SLICE).unwrap_or(usize::MAX) {
                return Ok(rows);
            }
        }
    }
}
