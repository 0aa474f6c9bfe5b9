//! Hands out linking codes: to one person, or to a list for slips. Each answer shows them once.
//!
//! The form that asks carries a random value whose digest is kept with the answer: the same form sent twice
//! (reload, double click) hands out nothing a second time. Rights and area are read again inside the
//! transaction (`docs/security.md`, T39).

use std::sync::Arc;

use chrono::Duration;

use super::find_recipients::{People, find_in, people};
use super::recipient::{Obstacle, Recipient, Selection};
use crate::access::rights::find_permitted;
use crate::access::{OperatorId, Permission};
use crate::audit::{self, Actor, AuditEvent, IssueEvent, RequestMeta};
use crate::config::Settings;
use crate::directory::{OrganisationId, ProfileId, login_key};
use crate::helpdesk::Basis;
use crate::mail::letter::{Issued, Letter};
use crate::mail::{Outbox, Recipient as Addressee};
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::random;
use crate::platform::secret::{Digest, Keys};
use crate::sign_in::{LinkingCode, Sessions, code_throttle::CodeKeys};
use crate::store::linking_codes::{self, NewCode};
use crate::store::sealed_values::SealedColumn;
use crate::store::secret_issues::{self, IssueKind, NewIssue};
use crate::store::{Db, Store, StoreError, code_recipients, login_failures};

/// What an operator says when handing something out.
#[derive(Clone)]
pub struct IssueRequest {
    /// Who.
    pub operator: OperatorId,
    /// What it rests on.
    pub basis: Basis,
    /// Digest of the form's own random value.
    pub form: Digest,
    /// For the audit.
    pub meta: RequestMeta,
}

/// Somebody with the code that was made for them. Not kept anywhere.
pub struct Slip {
    /// Who.
    pub recipient: Recipient,
    /// The code.
    pub code: LinkingCode,
}

/// What came of handing out.
pub enum Handed<T> {
    /// Done; to be shown now and never again.
    Out {
        /// What.
        what: T,
        /// Until when it works.
        until: Timestamp,
    },
    /// This very form was answered before.
    Before {
        /// When.
        at: Timestamp,
    },
    /// Not for this person.
    Obstacle(Obstacle),
    /// No such person or organisation in the operator's area, or no right.
    NotFound,
}

impl<T> std::fmt::Debug for Handed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Out { .. } => "Handed::Out(…)",
            Self::Before { .. } => "Handed::Before",
            Self::Obstacle(_) => "Handed::Obstacle",
            Self::NotFound => "Handed::NotFound",
        })
    }
}

/// Classes and posts of one organisation at most: a school has some hundred.
const MAX_POSTS: i64 = 500;

/// Hands out linking codes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CodeDesk {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) keys: Arc<Keys>,
    pub(super) outbox: Outbox,
    life: Duration,
    at_once: u32,
    switched_on: bool,
}

impl CodeDesk {
    /// The use case over the services it needs.
    pub fn new(sessions: &Sessions, keys: Arc<Keys>, outbox: Outbox, settings: &Settings) -> Self {
        Self {
            store: sessions.store().clone(),
            clock: sessions.clock().clone(),
            keys,
            outbox,
            life: Duration::days(i64::from(settings.linking.code_days)),
            at_once: settings.linking.codes_at_once,
            switched_on: settings.rollout.linking_codes,
        }
    }

    /// Whether codes are handed out at all.
    pub fn is_switched_on(&self) -> bool {
        self.switched_on
    }

    /// Codes that one answer may hold.
    pub fn at_once(&self) -> u32 {
        self.at_once
    }

    /// One person of the operator's area, with what stands against a code. That an operator looked is
    /// recorded (`docs/security.md`, T40).
    ///
    /// # Errors
    /// The database's.
    pub async fn find(
        &self,
        operator: OperatorId,
        profile: ProfileId,
        meta: RequestMeta,
    ) -> Result<Option<(Recipient, Option<Obstacle>)>, StoreError> {
        let now = self.clock.now();
        self.store
            .write(move |db| {
                let Some((_, found, against)) = find_in(db, operator, profile)? else { return Ok(None) };
                let actor = Actor::Operator(operator);
                audit::record(db, now, IssueEvent::PersonLookedAt, actor, Some(profile), &meta)?;
                Ok(Some((found, against)))
            })
            .await
    }

    /// Classes and posts of an organisation; none if it is not in the operator's area.
    ///
    /// # Errors
    /// The database's.
    pub async fn posts(
        &self,
        operator: OperatorId,
        organisation: OrganisationId,
    ) -> Result<Option<Vec<String>>, StoreError> {
        self.store
            .read(move |db| {
                let Some(operator) = find_permitted(db, operator, Permission::IssueCodes)? else {
                    return Ok(None);
                };
                if code_recipients::find_organisation(db, operator.area, organisation)?.is_none() {
                    return Ok(None);
                }
                code_recipients::list_posts(db, operator.area, organisation, MAX_POSTS).map(Some)
            })
            .await
    }

    /// Who gets a code and who does not, before anything is handed out. That an operator saw them is
    /// recorded.
    ///
    /// # Errors
    /// The database's.
    pub async fn preview(
        &self,
        operator: OperatorId,
        organisation: OrganisationId,
        selection: Selection,
        meta: RequestMeta,
    ) -> Result<Option<People>, StoreError> {
        let (at_once, now) = (self.at_once, self.clock.now());
        self.store
            .write(move |db| {
                let Some(operator) = find_permitted(db, operator, Permission::IssueCodes)? else {
                    return Ok(None);
                };
                let Some(people) = people(db, &operator, organisation, &selection, at_once)? else {
                    return Ok(None);
                };
                let event = IssueEvent::ListLookedAt { organisation, count: people.list.len() };
                audit::record(db, now, event, Actor::Operator(operator.id), None, &meta)?;
                Ok(Some(people))
            })
            .await
    }

    /// Hands a code to one person.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn issue(&self, request: IssueRequest, profile: ProfileId) -> Result<Handed<Slip>, StoreError> {
        let (this, now) = (self.clone(), self.clock.now());
        let form = request.form;
        let attempt = move |db: &mut Db| this.issue_in(db, &request, profile, now);
        self.once(form, attempt).await
    }

    /// Hands codes to everybody of a list who may have one.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn issue_slips(
        &self,
        request: IssueRequest,
        organisation: OrganisationId,
        profiles: Vec<ProfileId>,
    ) -> Result<Handed<Vec<Slip>>, StoreError> {
        let (this, now) = (self.clone(), self.clock.now());
        let form = request.form;
        let selection = Selection::Ids(profiles);
        let attempt = move |db: &mut Db| this.issue_slips_in(db, &request, organisation, &selection, now);
        self.once(form, attempt).await
    }

    /// Runs a deed that answers a form at most once. A conflict is the same form's other answer, or a
    /// colleague who handed a code to the same person at the same moment.
    pub(super) async fn once<T: Send + 'static>(
        &self,
        form: Digest,
        attempt: impl Fn(&mut Db) -> Result<Handed<T>, StoreError> + Clone + Send + 'static,
    ) -> Result<Handed<T>, StoreError> {
        let result = match self.store.write(attempt.clone()).await {
            Err(StoreError::Conflict(_)) => {
                let answered = self.store.read(move |db| secret_issues::find_answered_at(db, &form)).await?;
                match answered {
                    Some(at) => Ok(Handed::Before { at }),
                    None => self.store.write(attempt).await,
                }
            }
            other => other,
        };
        self.outbox.wake();
        result
    }

    fn issue_in(
        &self,
        db: &mut Db,
        request: &IssueRequest,
        profile: ProfileId,
        now: Timestamp,
    ) -> Result<Handed<Slip>, StoreError> {
        let Some((_, recipient, against)) = find_in(db, request.operator, profile)? else {
            return Ok(Handed::NotFound);
        };
        if let Some(obstacle) = against {
            return Ok(Handed::Obstacle(obstacle));
        }
        let organisation = recipient.organisation;
        let issue = self.note(db, request, IssueKind::Code, now)?;
        let mut slips = self.hand_out(db, request, issue, organisation, vec![recipient], now)?;
        Ok(slips.pop().map_or(Handed::NotFound, |what| Handed::Out { what, until: now + self.life }))
    }

    fn issue_slips_in(
        &self,
        db: &mut Db,
        request: &IssueRequest,
        organisation: OrganisationId,
        selection: &Selection,
        now: Timestamp,
    ) -> Result<Handed<Vec<Slip>>, StoreError> {
        let Some(operator) = find_permitted(db, request.operator, Permission::IssueCodes)? else {
            return Ok(Handed::NotFound);
        };
        let Some(people) = people(db, &operator, organisation, selection, self.at_once)? else {
            return Ok(Handed::NotFound);
        };
        let issue = self.note(db, request, IssueKind::Slips, now)?;
        let list = people.list.into_iter().filter(|(_, against)| against.is_none());
        let list: Vec<_> = list.map(|(recipient, _)| recipient).collect();
        let what = self.hand_out(db, request, issue, organisation, list, now)?;
        Ok(Handed::Out { what, until: now + self.life })
    }

    /// Keeps what the answer rests on; a form that was answered before is a conflict.
    pub(super) fn note(
        &self,
        db: &mut Db,
        request: &IssueRequest,
        kind: IssueKind,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let uid = random::uuid().to_string();
        let cell = SealedColumn::IssueComment.cell(&uid);
        let comment_sealed = self.keys.sealer.seal(cell, request.basis.text().as_bytes());
        let new = NewIssue { form: request.form, operator: request.operator, kind, comment_sealed, uid };
        secret_issues::insert(db, &new, now)
    }

    /// Codes for these people: the older ones void, the new ones kept as digests, events and letters.
    fn hand_out(
        &self,
        db: &mut Db,
        request: &IssueRequest,
        issue: i64,
        organisation: OrganisationId,
        people: Vec<Recipient>,
        now: Timestamp,
    ) -> Result<Vec<Slip>, StoreError> {
        let slips: Vec<Slip> =
            people.into_iter().map(|recipient| Slip { recipient, code: LinkingCode::generate() }).collect();
        let ids: Vec<ProfileId> = slips.iter().map(|slip| slip.recipient.id).collect();
        linking_codes::void(db, &ids, "replaced", now)?;
        let new: Vec<_> = slips
            .iter()
            .map(|slip| NewCode {
                profile: slip.recipient.id,
                digest: slip.code.digest(&self.keys, &slip.recipient.uid),
            })
            .collect();
        let until = now + self.life;
        linking_codes::insert(db, issue, &new, now, until)?;
        let counts: Vec<Digest> = slips
            .iter()
            .map(|slip| CodeKeys::whole(organisation, &login_key(&slip.recipient.login)))
            .collect();
        login_failures::delete_all(db, &counts)?;
        let events: Vec<(ProfileId, AuditEvent)> =
            ids.iter().map(|id| (*id, IssueEvent::Code { issue, until }.into())).collect();
        audit::record_of_each(db, now, &events, Actor::Operator(request.operator), &request.meta)?;
        self.tell(db, organisation, &slips, now)?;
        Ok(slips)
    }

    fn tell(
        &self,
        db: &mut Db,
        organisation: OrganisationId,
        slips: &[Slip],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let organisation =
            crate::store::organisations::find_short_name(db, organisation)?.unwrap_or_default();
        let with_email = slips.iter().filter_map(|slip| {
            let email = slip.recipient.email.clone()?;
            Some((slip.recipient.id, Addressee { email, name: slip.recipient.name.address() }))
        });
        let addressees: Vec<_> = with_email.collect();
        self.outbox.enqueue_to_each(db, &addressees, &Letter::Code(Issued { organisation }), now)
    }
}
