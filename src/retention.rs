//! Destroys once a day what was kept long enough, each slice with the record that РКН order 179 asks for
//! (`docs/audit.md`; `docs/security.md`, T59).
//!
//! The record is an audit event in the transaction of the destruction: neither stands without the other.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration as Span;

use chrono::Duration;

use crate::audit::chain::{Anchor, SealInput};
use crate::audit::event::Destruction;
use crate::audit::{self, Actor, AuditEvent, DataEvent, RequestMeta};
use crate::config::retention::RetentionSettings;
use crate::platform::clock::{Clock, Timestamp};
use crate::store::audit_seals::{self, SealedEntry};
use crate::store::{
    Db, Store, StoreError, approvals, authorization_requests, browser_sessions, bulk_unlink_lines, cases,
    linking_codes, operator_deeds, operator_sessions, outbox_entries, secret_issues, undo_tokens,
};

/// Rows destroyed in one transaction.
const SLICE: i64 = 500;
/// Pause between two rounds. A record tells of a day's rows, not of a minute's.
const EVERY: Duration = Duration::days(1);

/// Destroys what was kept long enough.
#[derive(Debug)]
pub struct Retention {
    store: Store,
    clock: Clock,
    settings: RetentionSettings,
    done_at: Mutex<Option<Timestamp>>,
}

/// Destroys up to a number of rows older than a moment; the profiles they were about.
type Destroy =
    fn(&mut Db, before: Timestamp, limit: i64, now: Timestamp) -> Result<Vec<Option<i64>>, StoreError>;

/// A kind of data with its setting.
#[derive(Clone, Copy)]
struct Kind {
    setting: &'static str,
    kept: Span,
    destroy: Destroy,
    event: fn(Destruction) -> DataEvent,
}

/// Why the audit's past stays where it is.
enum Past {
    /// Destroyed up to here; there may be more.
    Gone(usize),
    /// A record is not what was sealed. Nothing is destroyed over it.
    Broken(i64),
}

impl Retention {
    /// Puts it together.
    pub fn new(store: Store, clock: Clock, settings: RetentionSettings) -> Self {
        Self { store, clock, settings, done_at: Mutex::new(None) }
    }

    /// A round over everything, unless there was one within a day; what fails is tried again at the next call.
    pub async fn round(&self) {
        let now = self.clock.now();
        let last = *self.done_at.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| now - last < EVERY) {
            return;
        }
        let mut done = true;
        for kind in self.kinds() {
            done &= told(kind.setting, self.destroy(kind, now).await);
        }
        done &= told("retention.audit", self.destroy_audit(now).await);
        if done {
            *self.done_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        }
    }

    fn kinds(&self) -> [Kind; 12] {
        let settings = &self.settings;
        [
            Kind {
                setting: "retention.attempts",
                kept: settings.attempts,
                destroy: |db, before, limit, _| authorization_requests::delete_expired(db, before, limit),
                event: DataEvent::AttemptsDestroyed,
            },
            Kind {
                setting: "retention.sessions",
                kept: settings.sessions,
                destroy: |db, before, limit, _| browser_sessions::delete_expired(db, before, limit),
                event: DataEvent::SessionsDestroyed,
            },
            Kind {
                setting: "retention.letter_bodies",
                kept: settings.letter_bodies,
                destroy: outbox_entries::wipe_unsent,
                event: DataEvent::LetterBodiesDestroyed,
            },
            Kind {
                setting: "retention.letters",
                kept: settings.letters,
                destroy: |db, before, limit, _| outbox_entries::delete_finished(db, before, limit),
                event: DataEvent::LettersDestroyed,
            },
            Kind {
                setting: "retention.lists",
                kept: settings.lists,
                destroy: |db, before, limit, _| bulk_unlink_lines::delete_ended(db, before, limit),
                event: DataEvent::ListsDestroyed,
            },
            Kind {
                setting: "retention.sessions",
                kept: settings.sessions,
                destroy: |db, before, limit, _| operator_sessions::delete_expired(db, before, limit),
                event: DataEvent::SessionsDestroyed,
            },
            Kind {
                setting: "retention.cases",
                kept: settings.cases,
                destroy: |db, before, limit, _| cases::delete_closed(db, before, limit),
                event: DataEvent::CasesDestroyed,
            },
            Kind {
                setting: "retention.deeds",
                kept: settings.deeds,
                destroy: |db, before, limit, _| operator_deeds::delete_before(db, before, limit),
                event: DataEvent::DeedsDestroyed,
            },
            Kind {
                setting: "retention.deeds",
                kept: settings.deeds,
                destroy: |db, before, limit, _| approvals::delete_ended(db, before, limit),
                event: DataEvent::DeedsDestroyed,
            },
            Kind {
                setting: "retention.codes",
                kept: settings.codes,
                destroy: |db, before, limit, _| linking_codes::delete_expired(db, before, limit),
                event: DataEvent::CodesDestroyed,
            },
            Kind {
                setting: "retention.codes",
                kept: settings.codes,
                destroy: |db, before, limit, _| undo_tokens::delete_expired(db, before, limit),
                event: DataEvent::CodesDestroyed,
            },
            Kind {
                setting: "retention.codes",
                kept: settings.codes,
                destroy: |db, before, limit, _| secret_issues::delete_before(db, before, limit),
                event: DataEvent::CodesDestroyed,
            },
        ]
    }

    async fn destroy(&self, kind: Kind, now: Timestamp) -> Result<usize, StoreError> {
        let before = before(now, kind.kept);
        let mut rows = 0;
        loop {
            let slice = self.store.write(move |db| {
                let gone = (kind.destroy)(db, before, SLICE, now)?;
                if !gone.is_empty() {
                    let about = gone.iter().copied().flatten();
                    let event = (kind.event)(destruction(kind.setting, kind.kept, gone.len(), about));
                    record(db, now, event)?;
                }
                Ok(gone.len())
            });
            let slice = slice.await?;
            rows += slice;
            // A full slice may have been the last one; the next says so.
            if slice == 0 {
                return Ok(rows);
            }
        }
    }

    async fn destroy_audit(&self, now: Timestamp) -> Result<usize, StoreError> {
        let kept = self.settings.audit;
        let mut rows = 0;
        loop {
            match self.store.write(move |db| destroy_past(db, kept, now)).await? {
                Past::Gone(0) => return Ok(rows),
                Past::Gone(slice) => rows += slice,
                Past::Broken(sequence) => {
                    tracing::error!(sequence, "the audit is broken here; nothing of it is destroyed");
                    return Ok(rows);
                }
            }
        }
    }
}

/// Writes the outcome to the log; whether it was one.
fn told(setting: &'static str, result: Result<usize, StoreError>) -> bool {
    match &result {
        Ok(0) => {}
        Ok(rows) => tracing::info!(setting, rows, "destroyed, kept long enough"),
        Err(error) => tracing::warn!(setting, %error, "nothing was destroyed"),
    }
    result.is_ok()
}

/// What is older than this was kept long enough.
fn before(now: Timestamp, kept: Span) -> Timestamp {
    Duration::from_std(kept).ok().and_then(|kept| now.checked_sub_signed(kept)).unwrap_or(Timestamp::MIN_UTC)
}

fn destruction(
    setting: &'static str,
    kept: Span,
    rows: usize,
    profiles: impl Iterator<Item = i64>,
) -> Destruction {
    let profiles: BTreeSet<i64> = profiles.collect();
    let days = i64::try_from(kept.as_secs() / (24 * 60 * 60)).unwrap_or(i64::MAX);
    Destruction { setting, days, rows, profiles: profiles.into_iter().collect() }
}

fn record(db: &mut Db, now: Timestamp, event: impl Into<AuditEvent>) -> Result<(), StoreError> {
    audit::record(db, now, event, Actor::System, None, &RequestMeta::default())
}

/// Destroys a slice of the chain's beginning and leaves a checkpoint there.
fn destroy_past(db: &mut Db, kept: Span, now: Timestamp) -> Result<Past, StoreError> {
    // The end of the chain may not move under it, nor another node do the same.
    audit_seals::wait_for_turn(db)?;
    let begin = audit_seals::find_checkpoint(db)?.unwrap_or(Anchor::START);
    let first = audit_seals::list_after(db, begin.sequence, SLICE)?;
    let old = match old_records(begin, first, before(now, kept)) {
        Ok(old) => old,
        Err(sequence) => return Ok(Past::Broken(sequence)),
    };
    let Some((until, _, _)) = old.last().copied() else { return Ok(Past::Gone(0)) };
    let about = old.iter().filter_map(|(_, _, profile)| *profile);
    let destruction = destruction("retention.audit", kept, old.len(), about);
    record(db, now, DataEvent::AuditDestroyed { destruction, until })?;
    audit_seals::delete_until(db, until, old.iter().map(|(_, event, _)| *event).collect(), now)?;
    Ok(Past::Gone(old.len()))
}

/// The records from the beginning that are older than `before`: seal, event, profile. A record that is not
/// what was sealed, or is missing, is an error: what an attacker changed is not to vanish by itself.
fn old_records(
    begin: Anchor,
    records: Vec<SealedEntry>,
    before: Timestamp,
) -> Result<Vec<(Anchor, i64, Option<i64>)>, i64> {
    let (mut previous, mut old) = (begin, Vec::new());
    for SealedEntry { seal, entry } in records {
        let entry = entry.ok_or(seal.anchor.sequence)?;
        if (SealInput { previous, sealed_at: seal.sealed_at, entry: &entry }).seal() != seal {
            return Err(previous.sequence + 1);
        }
        if entry.occurred_at >= before {
            break;
        }
        previous = seal.anchor;
        old.push((seal.anchor, seal.event, entry.profile));
    }
    Ok(old)
}
