//! Operators work on the cases of their area: list, read, take, note, answer.

use chrono::Duration;

use super::case::{Case, CaseEntry, CaseState, EntryKind};
use super::open_case::Cases;
use crate::access::rights::find_permitted;
use crate::access::{Operator, OperatorId, Permission};
use crate::audit::{self, Actor, CaseEvent, RequestMeta};
use crate::directory::Profile;
use crate::mail::letter::{CaseAnswer, Letter};
use crate::mail::{About, Recipient};
use crate::platform::clock::Timestamp;
use crate::platform::random;
use crate::store::cases::{After, CaseFilter, ListedCase, NewEntry};
use crate::store::sealed_values::SealedColumn;
use crate::store::{Db, StoreError, cases, profiles};

/// Cases on one page of the queue.
pub const PAGE: usize = 50;

/// Lines of a case's history that are shown.
const HISTORY: i64 = 200;

/// A page of the queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The cases, the earliest promised day first.
    pub cases: Vec<ListedCase>,
    /// Where the next page begins, if there is one.
    pub next: Option<After>,
}

/// A case with everything an operator reads of it. `Debug` shows the id only.
#[derive(Clone)]
pub struct ReadCase {
    /// The case.
    pub listed: ListedCase,
    /// What the person wrote.
    pub text: Option<String>,
    /// Where they want the answer.
    pub contact: Option<String>,
    /// The profile, where it is known.
    pub profile: Option<Profile>,
    /// The history with its texts.
    pub entries: Vec<(CaseEntry, Option<String>)>,
}

impl std::fmt::Debug for ReadCase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.listed.case.fmt(f)
    }
}

impl ReadCase {
    /// Where an answer goes: to the address of the report, or to the profile's own.
    pub fn answer_to(&self) -> Option<&str> {
        let of_profile = || self.profile.as_ref().and_then(|profile| profile.email.as_deref());
        self.contact.as_deref().or_else(of_profile)
    }
}

/// What an operator does about a case.
#[derive(Clone, PartialEq, Eq)]
pub enum CaseAction {
    /// Works on it from now on.
    Take,
    /// Leaves it to others.
    GiveBack,
    /// Writes something for colleagues.
    Note(String),
    /// Writes to the person, and closes the case or waits for them.
    Answer {
        /// The words.
        text: String,
        /// Whether that was all.
        close: bool,
    },
}

impl std::fmt::Debug for CaseAction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Take => "Take",
            Self::GiveBack => "GiveBack",
            Self::Note(_) => "Note(…)",
            Self::Answer { .. } => "Answer(…)",
        })
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// Done.
    Done,
    /// The case has changed since the page was read, or may not move so.
    Stale,
    /// No such case in the area, or the right is gone.
    NotFound,
    /// No letter can go to the person.
    NoAddress,
}

impl Cases {
    /// A page of the queue of the operator's area.
    ///
    /// # Errors
    /// The database's.
    pub async fn queue(
        &self,
        operator: &Operator,
        filter: CaseFilter,
        after: Option<After>,
    ) -> Result<Queue, StoreError> {
        let area = operator.area;
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut found = self.store.read(move |db| cases::list(db, area, filter, after, limit)).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(|last| (last.case.due_on, last.case.id));
        Ok(Queue { cases: found, next })
    }

    /// How many cases of the operator's area nobody has taken, counted up to `limit`.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_new(&self, operator: &Operator, limit: i64) -> Result<usize, StoreError> {
        let area = operator.area;
        self.store.read(move |db| cases::count_new(db, area, limit)).await
    }

    /// A case of the operator's area; that it was read is recorded. `None` outside the area.
    ///
    /// # Errors
    /// The database's, or a text that does not open.
    pub async fn read(
        &self,
        operator: OperatorId,
        number: String,
        meta: RequestMeta,
    ) -> Result<Option<ReadCase>, StoreError> {
        let this = self.clone();
        self.store
            .write(move |db| {
                let Some((_, read)) = this.find_in(db, operator, &number)? else { return Ok(None) };
                let case = &read.listed.case;
                let (event, actor) = (CaseEvent::Read { case: case.id }, Actor::Operator(operator));
                audit::record(db, this.clock.now(), event, actor, case.profile, &meta)?;
                Ok(Some(read))
            })
            .await
    }

    fn find_in(
        &self,
        db: &mut Db,
        operator: OperatorId,
        number: &str,
    ) -> Result<Option<(Operator, ReadCase)>, StoreError> {
        let Some(operator) = find_permitted(db, operator, Permission::Cases)? else { return Ok(None) };
        let Some(listed) = cases::find_in_area(db, operator.area, number)? else { return Ok(None) };
        let case = &listed.case;
        let text = self.open_text(SealedColumn::CaseText, &case.uid, case.text_sealed.as_deref())?;
        let contact = self.open_text(SealedColumn::CaseContact, &case.uid, case.contact_sealed.as_deref())?;
        let profile = match case.profile {
            Some(profile) => profiles::find(db, profile)?,
            None => None,
        };
        let entries = cases::list_entries(db, case.id, HISTORY)?;
        let entries = entries
            .into_iter()
            .map(|entry| {
                let sealed = entry.text_sealed.as_deref();
                let text = self.open_text(SealedColumn::CaseEntry, &entry.uid, sealed)?;
                Ok((entry, text))
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Some((operator, ReadCase { listed, text, contact, profile, entries })))
    }

    fn open_text(
        &self,
        column: SealedColumn,
        row: &str,
        sealed: Option<&[u8]>,
    ) -> Result<Option<String>, StoreError> {
        let Some(sealed) = sealed else { return Ok(None) };
        let opened = self.keys.sealer.open(column.cell(row), sealed);
        let text = opened.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        text.map(Some).ok_or(StoreError::Corrupt("a text of a case"))
    }

    /// Does something about a case that was read when it last changed at `seen`.
    ///
    /// # Errors
    /// The database's; then nothing of it is kept.
    pub async fn act(
        &self,
        operator: OperatorId,
        number: String,
        seen: Timestamp,
        action: CaseAction,
        meta: RequestMeta,
    ) -> Result<Acted, StoreError> {
        let this = self.clone();
        let result = self
            .store
            .write(move |db| {
                let Some((operator, read)) = this.find_in(db, operator, &number)? else {
                    return Ok(Acted::NotFound);
                };
                this.act_in(db, &operator, &read, seen, &action, &meta)
            })
            .await;
        self.outbox.wake();
        result
    }

    fn act_in(
        &self,
        db: &mut Db,
        operator: &Operator,
        read: &ReadCase,
        seen: Timestamp,
        action: &CaseAction,
        meta: &RequestMeta,
    ) -> Result<Acted, StoreError> {
        let case = &read.listed.case;
        let Some(next) = after(case, operator.id, action) else { return Ok(Acted::Stale) };
        if case.changed_at.timestamp_micros() != seen.timestamp_micros() {
            return Ok(Acted::Stale);
        }
        let now = self.clock.now();
        if let CaseAction::Answer { text, .. } = action
            && !self.answer_in(db, read, text, now)?
        {
            return Ok(Acted::NoAddress);
        }
        let (state, worker) = next;
        // Later than before even within one tick of the clock: the moment tells a stale page from a fresh one.
        let changed_at = now.max(case.changed_at + Duration::microseconds(1));
        if !cases::change(db, case, state, worker, changed_at)? {
            return Ok(Acted::Stale);
        }
        let (kind, text, event) = match action {
            CaseAction::Take | CaseAction::GiveBack => {
                (EntryKind::State, None, CaseEvent::Moved { case: case.id, state })
            }
            CaseAction::Note(text) => (EntryKind::Note, Some(text), CaseEvent::Noted { case: case.id }),
            CaseAction::Answer { text, .. } => {
                (EntryKind::Answer, Some(text), CaseEvent::Answered { case: case.id, state })
            }
        };
        let uid = random::uuid().to_string();
        let cell = SealedColumn::CaseEntry.cell(&uid);
        let text_sealed = text.map(|text| self.keys.sealer.seal(cell, text.as_bytes()));
        let entry = NewEntry { uid: &uid, case: case.id, operator: operator.id, kind, state, text_sealed };
        cases::insert_entry(db, &entry, now)?;
        audit::record(db, now, event, Actor::Operator(operator.id), case.profile, meta)?;
        Ok(Acted::Done)
    }

    /// Queues the answer; whether there is an address for it.
    fn answer_in(
        &self,
        db: &mut Db,
        read: &ReadCase,
        text: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(email) = read.answer_to().map(str::to_owned) else { return Ok(false) };
        let name = read.profile.as_ref().map(|profile| profile.name.address()).unwrap_or_default();
        let case = &read.listed.case;
        let letter = Letter::CaseAnswer(CaseAnswer { number: case.number.clone(), text: text.to_owned() });
        let about = About { profile: case.profile, link: None };
        self.outbox.enqueue(db, &Recipient { email, name }, about, &letter, now)?;
        Ok(true)
    }
}

/// Where an action leads, or `None` where the case may not move so. Only who works on a case gives it back,
/// notes or answers; taking it over from a colleague is allowed and recorded.
fn after(case: &Case, operator: OperatorId, action: &CaseAction) -> Option<(CaseState, Option<OperatorId>)> {
    let mine = case.operator == Some(operator);
    let (state, worker) = match action {
        CaseAction::Take => (CaseState::InProgress, Some(operator)),
        CaseAction::GiveBack if mine => (CaseState::New, None),
        CaseAction::Note(_) => (case.state, case.operator),
        CaseAction::Answer { close: true, .. } if mine => (CaseState::Closed, Some(operator)),
        CaseAction::Answer { close: false, .. } if mine => (CaseState::Waiting, Some(operator)),
        CaseAction::GiveBack | CaseAction::Answer { .. } => return None,
    };
    let stays = state == case.state && (worker != case.operator || matches!(action, CaseAction::Note(_)));
    (stays || case.state.may_become(state)).then_some((state, worker))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};

    use super::*;
    use crate::helpdesk::cases::case::{CaseId, CaseSource};

    fn case(state: CaseState, operator: Option<i64>) -> Case {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Case {
            id: CaseId(1),
            uid: "u".into(),
            number: "K7Q2-9XWD".into(),
            organisation: None,
            profile: None,
            link: None,
            source: CaseSource::Report,
            outcome: None,
            reference: None,
            text_sealed: None,
            contact_sealed: None,
            state,
            operator: operator.map(OperatorId),
            due_on: NaiveDate::default(),
            created_at: at,
            changed_at: at,
            closed_at: None,
        }
    }

    #[test]
    fn what_may_be_done_about_a_case_and_where_it_leads() {
        use CaseState::{Closed, InProgress, New, Waiting};
        let me = OperatorId(1);
        let answer = |close| CaseAction::Answer { text: "да".into(), close };
        let note = CaseAction::Note("да".into());
        for (state, worker, action, expected) in [
            (New, None, CaseAction::Take, Some((InProgress, Some(me)))),
            (InProgress, Some(2), CaseAction::Take, Some((InProgress, Some(me)))),
            (InProgress, Some(1), CaseAction::Take, None),
            (Waiting, Some(2), CaseAction::Take, Some((InProgress, Some(me)))),
            (Closed, Some(2), CaseAction::Take, Some((InProgress, Some(me)))),
            (InProgress, Some(1), CaseAction::GiveBack, Some((New, None))),
            (InProgress, Some(2), CaseAction::GiveBack, None),
            (Waiting, Some(1), CaseAction::GiveBack, None),
            (New, None, answer(true), None),
            (InProgress, Some(2), answer(true), None),
            (InProgress, Some(1), answer(true), Some((Closed, Some(me)))),
            (InProgress, Some(1), answer(false), Some((Waiting, Some(me)))),
            (Waiting, Some(1), answer(true), Some((Closed, Some(me)))),
            (Closed, Some(1), answer(true), None),
            (New, None, note.clone(), Some((New, None))),
            (Closed, Some(2), note, Some((Closed, Some(OperatorId(2))))),
        ] {
            assert_eq!(after(&case(state, worker), me, &action), expected, "{state:?} {worker:?} {action:?}");
        }
    }
}
