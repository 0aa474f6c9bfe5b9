//! What an operator reads and takes out of the audit: within the area, and every reading is an event itself.

use std::collections::{BTreeSet, HashMap};

use chrono::{Days, NaiveDate, NaiveTime};

use super::event::EventArea;
use super::export::{Export, ExportFormat};
use super::{Actor, AuditEntry, AuditEvent, DataEvent, Period, RequestMeta, record};
use crate::access::{Area, OperatorId, Permission, rights};
use crate::directory::ProfileId;
use crate::platform::clock::{Clock, Timestamp};
use crate::rollout::local_date;
use crate::store::audit_events::Scope;
use crate::store::audit_search::{AuditSearch, search};
use crate::store::{Store, StoreError, operators};

/// Events on a page.
pub const PAGE: usize = 50;
/// Days that one look may cover: what bounds the search of a rare event.
pub const LONGEST_LOOK: u64 = 31;
/// Days of one file.
pub const LONGEST_EXPORT: u64 = 366;

/// Days by the region's clock, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditDays {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl AuditDays {
    /// How many; none if the last lies before the first.
    pub fn count(self) -> u64 {
        u64::try_from((self.to - self.from).num_days() + 1).unwrap_or(0)
    }

    /// From the first midnight to the one after the last.
    pub fn period(self, offset_minutes: i32) -> Period {
        let offset = chrono::Duration::minutes(offset_minutes.into());
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc() - offset;
        let after = self.to.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        Period { from: midnight(self.from), until: midnight(after) }
    }
}

/// What an operator asks for.
#[derive(Clone, Debug)]
pub struct AuditQuestion {
    /// Which days.
    pub days: AuditDays,
    /// Events of what; all without.
    pub of: Option<EventArea>,
    /// Whose deeds: number of an operator.
    pub operator: Option<i64>,
    /// About which profile.
    pub profile: Option<i64>,
    /// What is older than this row.
    pub before: Option<(Timestamp, i64)>,
}

/// A page of the answer.
#[derive(Clone, Debug)]
pub struct AuditAnswer {
    /// The events, newest first, with the number of the record that seals each.
    pub entries: Vec<(AuditEntry, Option<i64>)>,
    /// There are older ones.
    pub more: bool,
    /// Names of the operators who did something here.
    pub operators: HashMap<OperatorId, String>,
}

/// The audit as operators read it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AuditHistory {
    store: Store,
    clock: Clock,
    offset_minutes: i32,
}

impl AuditHistory {
    /// Over this store; days begin by the region's clock.
    pub fn new(store: Store, clock: Clock, offset_minutes: i32) -> Self {
        Self { store, clock, offset_minutes }
    }

    /// Today by the region's clock.
    pub fn today(&self) -> NaiveDate {
        local_date(self.clock.now(), self.offset_minutes)
    }

    /// Reads a page and records the reading; `None` if the operator may not.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(
        &self,
        operator: OperatorId,
        question: AuditQuestion,
        meta: RequestMeta,
    ) -> Result<Option<AuditAnswer>, StoreError> {
        let days = question.days;
        let event = DataEvent::AuditRead {
            from: days.from,
            to: days.to,
            kinds: question.of.map(EventArea::name),
            operator: question.operator,
            profile: question.profile,
        };
        let about = question.profile.map(ProfileId);
        let now = self.clock.now();
        let Some(area) = self.permit(operator, event.into(), about, now, meta).await? else {
            return Ok(None);
        };
        let mut period = days.period(self.offset_minutes);
        // The reading itself is not part of what is read.
        period.until = period.until.min(now);
        let asked = AuditSearch {
            area,
            period,
            kinds: question.of.map(EventArea::name),
            actor: question.operator.map(|id| Actor::Operator(OperatorId(id)).to_text()),
            profile: question.profile,
            before: question.before,
            limit: PAGE as i64 + 1,
        };
        let answer = self.store.read(move |db| {
            let mut entries = search(db, &asked)?;
            let more = entries.len() > PAGE;
            entries.truncate(PAGE);
            let ids: BTreeSet<OperatorId> =
                entries.iter().filter_map(|(entry, _)| operator_of(entry)).collect();
            let ids: Vec<OperatorId> = ids.into_iter().collect();
            Ok(AuditAnswer { entries, more, operators: operators::list_names(db, &ids)? })
        });
        Ok(Some(answer.await?))
    }

    /// Begins a file of the events of these days and records it; `None` if the operator may not.
    ///
    /// # Errors
    /// The database's.
    pub async fn export(
        &self,
        operator: OperatorId,
        days: AuditDays,
        meta: RequestMeta,
    ) -> Result<Option<Export>, StoreError> {
        let format = ExportFormat::Csv;
        let event = DataEvent::AuditExported { from: days.from, to: days.to, format: format.as_str() };
        let now = self.clock.now();
        let Some(area) = self.permit(operator, event.into(), None, now, meta).await? else { return Ok(None) };
        let period = days.period(self.offset_minutes);
        Ok(Some(Export::new(self.store.clone(), Scope::Area(area), period, format)))
    }

    /// Records what an operator is about to see, if they may; their area as it is now.
    async fn permit(
        &self,
        operator: OperatorId,
        event: AuditEvent,
        about: Option<ProfileId>,
        now: Timestamp,
        meta: RequestMeta,
    ) -> Result<Option<Area>, StoreError> {
        let permitted = self.store.write(move |db| {
            let Some(operator) = rights::find_permitted(db, operator, Permission::ReadAudit)? else {
                return Ok(None);
            };
            // A profile outside the area is not there: the event is not to land in another's area.
            let about = match about {
                Some(profile) => {
                    rights::find_permitted_profile(db, operator.id, Permission::ReadAudit, profile)?
                        .map(|(_, profile)| profile.id)
                }
                None => None,
            };
            record(db, now, event.clone(), Actor::Operator(operator.id), about, &meta)?;
            Ok(Some(operator.area))
        });
        permitted.await
    }
}

/// Number of the operator who did it, if one did.
fn operator_of(entry: &AuditEntry) -> Option<OperatorId> {
    match Actor::from_text(&entry.actor) {
        Some(Actor::Operator(id)) => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_by_the_clock_of_the_region() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
        let days = AuditDays { from: day(1), to: day(2) };
        let period = days.period(300);
        assert_eq!(period.from.to_rfc3339(), "2026-02-28T19:00:00+00:00");
        assert_eq!(period.until.to_rfc3339(), "2026-03-02T19:00:00+00:00");
        assert_eq!(days.count(), 2);
        assert_eq!(AuditDays { from: day(2), to: day(1) }.count(), 0);
        assert_eq!(AuditDays { from: day(2), to: day(2) }.count(), 1);
    }
}
