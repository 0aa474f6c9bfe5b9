//! A case: something a person reported or disputed, until the helpdesk has answered.

use chrono::NaiveDate;

use crate::access::OperatorId;
use crate::directory::{OrganisationId, ProfileId};
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;

/// Id of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub i64);

/// How a case began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseSource {
    /// «Сообщить в поддержку» on a problem page.
    Report,
    /// «Это был не я» in a letter.
    Dispute,
}

impl CaseSource {
    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Dispute => "dispute",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Report, Self::Dispute].into_iter().find(|source| source.as_str() == name)
    }
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CaseState {
    /// Nobody has taken it.
    New,
    /// An operator works on it.
    InProgress,
    /// The person has been asked something.
    Waiting,
    /// Answered.
    Closed,
}

impl CaseState {
    /// All states, as lists show them.
    pub const ALL: [Self; 4] = [Self::New, Self::InProgress, Self::Waiting, Self::Closed];

    /// Stable name for the store and for addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in_progress",
            Self::Waiting => "waiting",
            Self::Closed => "closed",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// The word for pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "новое",
            Self::InProgress => "в работе",
            Self::Waiting => "ждёт ответа человека",
            Self::Closed => "закрыто",
        }
    }

    /// Whether it is still to be answered.
    pub fn is_open(self) -> bool {
        self != Self::Closed
    }

    /// Whether an operator may move a case from here to there.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::New => next == Self::InProgress,
            Self::InProgress => matches!(next, Self::New | Self::Waiting | Self::Closed),
            Self::Waiting => matches!(next, Self::InProgress | Self::Closed),
            Self::Closed => next == Self::InProgress,
        }
    }
}

/// A case about to be opened. The texts are sealed by the caller under [`NewCase::uid`].
#[derive(Clone)]
pub struct NewCase {
    /// Stable public id, the row's name in sealed cells.
    pub uid: String,
    /// What is said on the telephone ([`crate::identity::reference`]); of the trip, where there was one.
    pub number: String,
    /// Whose area; none until somebody knows.
    pub organisation: Option<OrganisationId>,
    /// The profile, where it is certain whose case it is.
    pub profile: Option<ProfileId>,
    /// The disputed link.
    pub link: Option<LinkId>,
    /// How it began.
    pub source: CaseSource,
    /// Number of the problem page's outcome.
    pub outcome: Option<u16>,
    /// Reference of the trip to ESIA.
    pub reference: Option<String>,
    /// What the person wrote, sealed.
    pub text_sealed: Option<Vec<u8>>,
    /// Where they want the answer, sealed; none where the profile's own address serves.
    pub contact_sealed: Option<Vec<u8>>,
    /// The promised day.
    pub due_on: NaiveDate,
}

/// A case as operators see it. `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq)]
pub struct Case {
    /// Id.
    pub id: CaseId,
    /// Stable public id, the row's name in sealed cells.
    pub uid: String,
    /// What is said on the telephone.
    pub number: String,
    /// Whose area; none until somebody knows.
    pub organisation: Option<OrganisationId>,
    /// The profile, where it is certain whose case it is.
    pub profile: Option<ProfileId>,
    /// The disputed link.
    pub link: Option<LinkId>,
    /// How it began.
    pub source: CaseSource,
    /// Number of the problem page's outcome.
    pub outcome: Option<u16>,
    /// Reference of the trip to ESIA.
    pub reference: Option<String>,
    /// What the person wrote, sealed.
    pub text_sealed: Option<Vec<u8>>,
    /// Where they want the answer, sealed.
    pub contact_sealed: Option<Vec<u8>>,
    /// Where it stands.
    pub state: CaseState,
    /// Who works on it.
    pub operator: Option<OperatorId>,
    /// The promised day.
    pub due_on: NaiveDate,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed; a form that was read before is stale.
    pub changed_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Case({})", self.id.0)
    }
}

/// What was done about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// It moved.
    State,
    /// A note for colleagues.
    Note,
    /// A letter to the person.
    Answer,
}

impl EntryKind {
    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Note => "note",
            Self::Answer => "answer",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::State, Self::Note, Self::Answer].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One line of a case's history. `Debug` shows the kind only.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseEntry {
    /// Stable public id, the row's name in the sealed cell.
    pub uid: String,
    /// What was done.
    pub kind: EntryKind,
    /// Where the case stood afterwards.
    pub state: CaseState,
    /// Name of the operator; none where the service itself did it.
    pub by: Option<String>,
    /// What was written, sealed.
    pub text_sealed: Option<Vec<u8>>,
    /// When.
    pub at: Timestamp,
}

impl std::fmt::Debug for CaseEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CaseEntry({:?})", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::CaseState::{Closed, InProgress, New, Waiting};
    use super::*;

    #[test]
    fn a_case_is_answered_by_somebody_who_took_it() {
        let allowed = [
            (New, InProgress),
            (InProgress, New),
            (InProgress, Waiting),
            (InProgress, Closed),
            (Waiting, InProgress),
            (Waiting, Closed),
            (Closed, InProgress),
        ];
        for from in CaseState::ALL {
            assert_eq!(CaseState::from_name(from.as_str()), Some(from));
            for to in CaseState::ALL {
                assert_eq!(from.may_become(to), allowed.contains(&(from, to)), "{from:?} → {to:?}");
            }
        }
    }
}
