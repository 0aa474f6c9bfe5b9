//! Cases: a person opens one from a problem page, operators of the area answer it.

use std::sync::Arc;

use super::case::{CaseId, CaseSource, NewCase};
use super::working_days;
use crate::audit::CaseEvent;
use crate::audit::{self, Actor, RequestMeta};
use crate::config::helpdesk::HelpdeskSettings;
use crate::directory::{OrganisationId, ProfileId};
use crate::identity::reference::new_reference;
use crate::linking::LinkId;
use crate::mail::Outbox;
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::random;
use crate::platform::secret::Keys;
use crate::rollout::local_date;
use crate::store::sealed_values::SealedColumn;
use crate::store::{Db, Store, StoreError, cases};

/// What a person reports from a problem page.
#[derive(Clone)]
pub struct Report {
    /// Who, where the session says so.
    pub profile: Option<ProfileId>,
    /// The organisation of that profile, or the remembered one.
    pub organisation: Option<OrganisationId>,
    /// Number of the problem page's outcome.
    pub outcome: Option<u16>,
    /// Reference of the trip to ESIA; it becomes the number of the case.
    pub reference: Option<String>,
    /// What the person wrote, cleaned.
    pub text: String,
    /// Where to answer, cleaned.
    pub contact: Option<String>,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Report({:?})", self.outcome)
    }
}

/// What came of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reported {
    /// A case is open, by this report or an earlier one about the same trip.
    Open {
        /// Its number.
        number: String,
    },
    /// The profile has as many open cases as may be.
    TooMany,
}

/// A dispute that the service itself reports.
#[derive(Clone, Copy, Debug)]
pub struct Dispute {
    /// Whose link is disputed.
    pub profile: ProfileId,
    /// The organisation of that profile.
    pub organisation: OrganisationId,
    /// The link, if there is still one.
    pub link: Option<LinkId>,
}

/// The cases of the helpdesk. Cheap to clone.
#[derive(Clone)]
pub struct Cases {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) keys: Arc<Keys>,
    pub(super) outbox: Outbox,
    settings: HelpdeskSettings,
    offset_minutes: i32,
}

impl std::fmt::Debug for Cases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cases")
    }
}

impl Cases {
    /// Cases in `store`, promised by the calendar of `settings` at `offset_minutes` from UTC.
    pub fn new(
        store: Store,
        clock: Clock,
        keys: Arc<Keys>,
        outbox: Outbox,
        settings: HelpdeskSettings,
        offset_minutes: i32,
    ) -> Self {
        Self { store, clock, keys, outbox, settings, offset_minutes }
    }

    /// Working days after which an answer is promised.
    pub fn working_days(&self) -> u32 {
        self.settings.answer_working_days
    }

    /// Opens a case for a person. A trip has one case: a second report about it is answered with the number
    /// of the first.
    ///
    /// # Errors
    /// The database's.
    pub async fn report(&self, report: Report, meta: RequestMeta) -> Result<Reported, StoreError> {
        let this = self.clone();
        let uid = random::uuid().to_string();
        let number = report.reference.clone().unwrap_or_else(new_reference);
        self.store
            .write(move |db| {
                if let Some(profile) = report.profile
                    && cases::count_open(db, profile)? >= i64::from(this.settings.open_cases)
                {
                    return Ok(Reported::TooMany);
                }
                let seal = |column: SealedColumn, text: &str| {
                    this.keys.sealer.seal(column.cell(&uid), text.as_bytes())
                };
                let case = NewCase {
                    uid: uid.clone(),
                    number: number.clone(),
                    organisation: report.organisation,
                    profile: report.profile,
                    link: None,
                    source: CaseSource::Report,
                    outcome: report.outcome,
                    reference: report.reference.clone(),
                    text_sealed: Some(seal(SealedColumn::CaseText, &report.text)),
                    contact_sealed: report
                        .contact
                        .as_deref()
                        .map(|contact| seal(SealedColumn::CaseContact, contact)),
                    due_on: this.due_on(this.clock.now()),
                };
                let actor = report.profile.map_or(Actor::Anonymous, Actor::Person);
                this.open_in(db, &case, actor, &meta)?;
                Ok(Reported::Open { number: number.clone() })
            })
            .await
    }

    /// Opens a case about a disputed link, in the caller's transaction; its number.
    ///
    /// # Errors
    /// The database's.
    pub fn open_dispute_in(
        &self,
        db: &mut Db,
        dispute: Dispute,
        actor: Actor,
        meta: &RequestMeta,
    ) -> Result<String, StoreError> {
        let case = NewCase {
            uid: random::uuid().to_string(),
            number: new_reference(),
            organisation: Some(dispute.organisation),
            profile: Some(dispute.profile),
            link: dispute.link,
            source: CaseSource::Dispute,
            outcome: None,
            reference: None,
            text_sealed: None,
            contact_sealed: None,
            due_on: self.due_on(self.clock.now()),
        };
        self.open_in(db, &case, actor, meta)?;
        Ok(case.number)
    }

    fn open_in(
        &self,
        db: &mut Db,
        case: &NewCase,
        actor: Actor,
        meta: &RequestMeta,
    ) -> Result<Option<CaseId>, StoreError> {
        let now = self.clock.now();
        let id = cases::insert(db, case, now)?;
        if let Some(id) = id {
            let number = case.number.clone();
            let opened = CaseEvent::Opened { case: id, number, source: case.source, outcome: case.outcome };
            audit::record(db, now, opened, actor, case.profile, meta)?;
        }
        Ok(id)
    }

    fn due_on(&self, now: Timestamp) -> chrono::NaiveDate {
        working_days::after(
            local_date(now, self.offset_minutes),
            self.settings.answer_working_days,
            &self.settings.days_off,
        )
    }
}
