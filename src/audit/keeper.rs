//! The background work on the audit: sealing, and noting the head of the chain outside the database.

use std::time::Duration;

use tokio::sync::watch;

use super::Sealer;
use super::chain::Anchor;
use crate::config::audit::AuditSettings;
use crate::mail::letter::{AuditAnchor, Letter};
use crate::mail::outbox::{About, Outbox, Recipient};
use crate::platform::clock::{Clock, Timestamp};
use crate::store::{Db, Store, StoreError, audit_seals};

/// How often it looks for events; half of the second within which they shall be sealed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often a letter's time is looked at, and the pause between two letters.
const LETTER_LOOK: chrono::Duration = chrono::Duration::minutes(1);
const LETTER_EVERY: chrono::Duration = chrono::Duration::days(1);

/// Seals, and writes anchors. One on each node; they take turns.
#[derive(Debug)]
pub struct AuditKeeper {
    sealer: Sealer,
    store: Store,
    clock: Clock,
    outbox: Outbox,
    settings: AuditSettings,
}

/// What the loop remembers.
struct Rounds {
    log_at: Timestamp,
    letter_at: Timestamp,
    logged: Anchor,
    failing: bool,
}

impl AuditKeeper {
    /// Puts it together.
    pub fn new(store: Store, clock: Clock, outbox: Outbox, settings: AuditSettings) -> Self {
        Self { sealer: Sealer::new(store.clone(), clock.clone()), store, clock, outbox, settings }
    }

    /// Works until told to stop; what was committed until then is sealed and its head is logged.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        let now = self.clock.now();
        let mut rounds = Rounds { log_at: now, letter_at: now, logged: Anchor::START, failing: false };
        loop {
            self.round(&mut rounds).await;
            tokio::select! {
                _ = stopped.changed() => break,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        rounds.log_at = self.clock.now();
        self.round(&mut rounds).await;
    }

    async fn round(&self, rounds: &mut Rounds) {
        // An outage lasts; one line for its beginning and one for its end.
        match self.try_round(rounds).await {
            Ok(()) if rounds.failing => tracing::info!("the audit is sealed again"),
            Err(error) if !rounds.failing => tracing::error!(%error, "the audit cannot be sealed"),
            result => {
                rounds.failing = result.is_err();
                return;
            }
        }
        rounds.failing = !rounds.failing;
    }

    async fn try_round(&self, rounds: &mut Rounds) -> Result<(), StoreError> {
        self.sealer.seal_waiting().await?;
        let now = self.clock.now();
        if now >= rounds.log_at {
            let head = self.sealer.head().await?;
            if head != rounds.logged {
                tracing::info!(anchor = %head, "audit anchor");
                rounds.logged = head;
            }
            rounds.log_at = now + self.settings.anchor_log_every;
        }
        let due = now >= rounds.letter_at && !self.settings.anchor_letters_to.is_empty();
        // Before the first event there is nothing to note.
        if due && self.sealer.head().await? != Anchor::START {
            self.send_letters(now).await?;
            rounds.letter_at = now + LETTER_LOOK;
        }
        Ok(())
    }

    /// Once a day over all nodes.
    ///
    /// # Errors
    /// The database's.
    pub async fn send_letters(&self, now: Timestamp) -> Result<(), StoreError> {
        let (outbox, to) = (self.outbox.clone(), self.settings.anchor_letters_to.clone());
        if self.store.write(move |db| enqueue_due(db, &outbox, &to, now)).await? {
            self.outbox.wake();
        }
        Ok(())
    }
}

/// Whether letters were due and are now in the outbox.
fn enqueue_due(db: &mut Db, outbox: &Outbox, to: &[String], now: Timestamp) -> Result<bool, StoreError> {
    let is_due = |last: Option<Timestamp>| last.is_none_or(|last| now - last >= LETTER_EVERY);
    if !audit_seals::take_turn(db)? || !is_due(audit_seals::find_lettered_at(db)?) {
        return Ok(false);
    }
    let letter = Letter::AuditAnchor(AuditAnchor { anchor: audit_seals::find_head(db)?, at: now });
    for email in to {
        let recipient = Recipient { email: email.clone(), name: String::new() };
        outbox.enqueue(db, &recipient, About::default(), &letter, now)?;
    }
    audit_seals::set_lettered_at(db, now)?;
    Ok(true)
}
