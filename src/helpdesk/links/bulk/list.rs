//! A list of profiles whose links are removed together.

use super::finding::Finding;
use crate::access::{Area, OperatorId};
use crate::directory::ProfileId;
use crate::helpdesk::links::approval::ApprovalState;
use crate::helpdesk::links::unlink_request::UnlinkReason;
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;

/// Id of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListId(pub i64);

/// Where a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListState {
    /// Its lines are being written.
    Loading,
    /// To be looked at; nothing is asked for.
    Draft,
    /// Waits for a second operator.
    Asked,
    /// Is carried out.
    Running,
    /// Carried out to its last line.
    Done,
    /// An operator stopped it; what was done stays done.
    Stopped,
    /// Whoever asked or approved may no longer do this; what was done stays done.
    Halted,
    /// The second operator said no.
    Refused,
    /// Whoever asked took it back.
    Withdrawn,
    /// Nobody asked or decided in time.
    Expired,
    /// Given up before it was asked for.
    Cancelled,
}

impl ListState {
    /// All states.
    pub const ALL: [Self; 11] = [
        Self::Loading,
        Self::Draft,
        Self::Asked,
        Self::Running,
        Self::Done,
        Self::Stopped,
        Self::Halted,
        Self::Refused,
        Self::Withdrawn,
        Self::Expired,
        Self::Cancelled,
    ];

    /// Stable name for the store and the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Draft => "draft",
            Self::Asked => "asked",
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Halted => "halted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether nothing will change any more.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Loading | Self::Draft | Self::Asked | Self::Running)
    }

    /// Whether any line was, or will be, carried out.
    pub fn was_approved(self) -> bool {
        matches!(self, Self::Running | Self::Done | Self::Stopped | Self::Halted)
    }

    /// What becomes of a list when its request ends so.
    pub fn after_request(state: ApprovalState) -> Self {
        match state {
            ApprovalState::Pending => Self::Asked,
            ApprovalState::Approved => Self::Running,
            ApprovalState::Refused => Self::Refused,
            ApprovalState::Withdrawn => Self::Withdrawn,
            ApprovalState::Expired => Self::Expired,
            ApprovalState::Void => Self::Halted,
        }
    }
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlinkList {
    /// Id.
    pub id: ListId,
    /// Stable public id, the row's name in sealed cells.
    pub uid: String,
    /// What operators call it; its request for approval bears the same number.
    pub number: String,
    /// Where whoever handed it in acted.
    pub area: Area,
    /// Why.
    pub reason: UnlinkReason,
    /// What it rests on, sealed.
    pub basis_sealed: Vec<u8>,
    /// Where it stands.
    pub state: ListState,
    /// Lines of the file, without the heading.
    pub lines: u64,
    /// Links that there were to remove.
    pub to_do: u64,
    /// The line of the file up to which it is carried out.
    pub position: u64,
    /// Lines carried out.
    pub settled: u64,
    /// Links removed.
    pub unlinked: u64,
    /// Who handed it in and asked.
    pub asked_by: OperatorId,
    /// Who agreed.
    pub approved_by: Option<OperatorId>,
    /// When it came.
    pub created_at: Timestamp,
    /// Until when it may be asked for and, once asked for, decided.
    pub expires_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl UnlinkList {
    /// Where it stands now: what is to be asked for or decided is over at its time, swept or not.
    pub fn state_at(&self, now: Timestamp) -> ListState {
        match self.state {
            ListState::Loading | ListState::Draft | ListState::Asked if now >= self.expires_at => {
                ListState::Expired
            }
            state => state,
        }
    }
}

/// A line of a list as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListLine {
    /// Line of the file.
    pub line: u64,
    /// What it comes to.
    pub finding: Finding,
    /// The profile, where it is one of the area.
    pub profile: Option<ProfileId>,
    /// The link that the preview was made of.
    pub link: Option<LinkId>,
    /// Of a repetition, the line that it repeats.
    pub first_line: Option<u64>,
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::directory::OrganisationId;

    #[test]
    fn every_state_is_read_back_and_what_is_over_stays_over() {
        for state in ListState::ALL {
            assert_eq!(ListState::from_name(state.as_str()), Some(state));
        }
        for state in [ApprovalState::Refused, ApprovalState::Withdrawn, ApprovalState::Void] {
            assert!(ListState::after_request(state).is_over());
        }
        assert_eq!(ListState::after_request(ApprovalState::Approved), ListState::Running);
    }

    #[test]
    fn what_waits_is_over_at_its_time() {
        let now = Timestamp::UNIX_EPOCH;
        let list = |state| UnlinkList {
            id: ListId(1),
            uid: "u".into(),
            number: "AAAA-0001".into(),
            area: Area::Organisation(OrganisationId(1)),
            reason: UnlinkReason::Left,
            basis_sealed: Vec::new(),
            state,
            lines: 1,
            to_do: 1,
            position: 0,
            settled: 0,
            unlinked: 0,
            asked_by: OperatorId(1),
            approved_by: None,
            created_at: now,
            expires_at: now + Duration::hours(24),
            ended_at: None,
        };
        for state in ListState::ALL {
            let list = list(state);
            assert_eq!(list.state_at(list.expires_at - Duration::seconds(1)), state);
            let waits = matches!(state, ListState::Loading | ListState::Draft | ListState::Asked);
            assert_eq!(list.state_at(list.expires_at), if waits { ListState::Expired } else { state });
        }
    }
}
