//! Where a profile stands with its link, as the helpdesk shows it.

use crate::identity::AssuranceLevel;
use crate::linking::{LinkId, LinkStatus};
use crate::platform::clock::Timestamp;

/// The newest link of a profile, whether it still stands or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastLink {
    /// Id.
    pub id: LinkId,
    /// Status.
    pub status: LinkStatus,
    /// Level of the ESIA account when it was linked.
    pub level: AssuranceLevel,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When it ended, if it has.
    pub ended_at: Option<Timestamp>,
}

/// The state in the words of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Never linked.
    NotLinked,
    /// Linked since.
    Linked(Timestamp),
    /// Linked, but signs nobody in: disputed, or paused by the organisation. Since when, the history says.
    OnHold(Timestamp),
    /// Unlinked since.
    Unlinked(Timestamp),
}

impl LinkState {
    /// Of a profile whose newest link is this one.
    pub fn of(last: Option<&LastLink>) -> Self {
        let Some(last) = last else { return Self::NotLinked };
        match (last.status, last.ended_at) {
            (LinkStatus::Active, _) => Self::Linked(last.created_at),
            (LinkStatus::Frozen | LinkStatus::Suspended, _) => Self::OnHold(last.created_at),
            (LinkStatus::Removed, ended) => Self::Unlinked(ended.unwrap_or(last.created_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_link_tells_the_state() {
        let (made, ended) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + chrono::Duration::days(1));
        let link = |status, ended_at| LastLink {
            id: LinkId(1),
            status,
            level: AssuranceLevel::Confirmed,
            created_at: made,
            ended_at,
        };
        for (last, state) in [
            (None, LinkState::NotLinked),
            (Some(link(LinkStatus::Active, None)), LinkState::Linked(made)),
            (Some(link(LinkStatus::Frozen, None)), LinkState::OnHold(made)),
            (Some(link(LinkStatus::Suspended, None)), LinkState::OnHold(made)),
            (Some(link(LinkStatus::Removed, Some(ended))), LinkState::Unlinked(ended)),
        ] {
            assert_eq!(LinkState::of(last.as_ref()), state);
        }
    }
}
