//! A deed that waits for a second operator, and who may decide about it.

use super::unlink_request::UnlinkReason;
use crate::access::{Area, Operator, OperatorId};
use crate::directory::ProfileId;
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;

/// Id of a request for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ApprovalId(pub i64);

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApprovalKind {
    /// One link removed.
    Unlink,
    /// The links of a list removed.
    BulkUnlink,
}

impl ApprovalKind {
    /// Stable name for the store and the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unlink => "unlink",
            Self::BulkUnlink => "bulk_unlink",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Unlink, Self::BulkUnlink].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Where a request stands. Only the first can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApprovalState {
    /// Waits for a second operator.
    Pending,
    /// Carried out.
    Approved,
    /// The second operator said no.
    Refused,
    /// Whoever asked took it back.
    Withdrawn,
    /// Nobody decided in time.
    Expired,
    /// What it was about is gone.
    Void,
}

impl ApprovalState {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Approved, Self::Refused, Self::Withdrawn, Self::Expired, Self::Void];

    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Void => "void",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// The words for pages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Pending => "ждёт согласования",
            Self::Approved => "согласовано",
            Self::Refused => "отклонено",
            Self::Withdrawn => "отозвано",
            Self::Expired => "срок истёк",
            Self::Void => "согласовывать больше нечего",
        }
    }
}

/// What a request of one profile is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovalTarget {
    /// The profile.
    pub profile: ProfileId,
    /// The link that whoever asked had seen.
    pub link: LinkId,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Id.
    pub id: ApprovalId,
    /// Stable public id, the row's name in sealed cells.
    pub uid: String,
    /// What operators call it among themselves.
    pub number: String,
    /// What is asked for.
    pub kind: ApprovalKind,
    /// What of the directory it touches.
    pub area: Area,
    /// The profile and the link, where it is about one.
    pub target: Option<ApprovalTarget>,
    /// Why.
    pub reason: UnlinkReason,
    /// What it rests on, sealed.
    pub basis_sealed: Vec<u8>,
    /// Who asked.
    pub asked_by: OperatorId,
    /// When.
    pub asked_at: Timestamp,
    /// Until when somebody may decide.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: ApprovalState,
    /// Who decided, where somebody did.
    pub decided_by: Option<OperatorId>,
}

/// Why somebody may not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MayNotDecide {
    /// They asked for it themselves.
    OwnRequest,
    /// It is about their own profile.
    OwnProfile,
    /// It was decided, withdrawn or has run out.
    Over,
}

/// Whether this operator may approve or refuse: a second person, in time, not about themselves
/// (`docs/security.md`, T40). Right and area are asked apart.
///
/// # Errors
/// What stands in the way.
pub fn may_decide(approval: &Approval, operator: &Operator, now: Timestamp) -> Result<(), MayNotDecide> {
    if approval.state != ApprovalState::Pending || now >= approval.expires_at {
        return Err(MayNotDecide::Over);
    }
    if approval.asked_by == operator.id {
        return Err(MayNotDecide::OwnRequest);
    }
    if operator.profile.is_some() && operator.profile == approval.target.map(|target| target.profile) {
        return Err(MayNotDecide::OwnProfile);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::access::OperatorRole;
    use crate::directory::OrganisationId;

    #[test]
    fn t40_a_second_person_decides_in_time_and_never_about_themselves() {
        let area = Area::Organisation(OrganisationId(1));
        let asked_at = Timestamp::UNIX_EPOCH;
        let approval = Approval {
            id: ApprovalId(1),
            uid: "u".into(),
            number: "AAAA-0001".into(),
            kind: ApprovalKind::Unlink,
            area,
            target: Some(ApprovalTarget { profile: ProfileId(7), link: LinkId(1) }),
            reason: UnlinkReason::Left,
            basis_sealed: Vec::new(),
            asked_by: OperatorId(1),
            asked_at,
            expires_at: asked_at + Duration::hours(24),
            state: ApprovalState::Pending,
            decided_by: None,
        };
        let operator = |id, profile| Operator {
            id: OperatorId(id),
            login: String::new(),
            name: String::new(),
            email: None,
            role: OperatorRole::Senior,
            area,
            profile,
            needs_esia: false,
            disabled_at: None,
        };
        let in_time = approval.expires_at - Duration::seconds(1);
        let second = operator(2, None);
        for (by, now, expected) in [
            (&second, in_time, Ok(())),
            (&operator(2, Some(ProfileId(8))), in_time, Ok(())),
            (&operator(1, None), in_time, Err(MayNotDecide::OwnRequest)),
            (&operator(2, Some(ProfileId(7))), in_time, Err(MayNotDecide::OwnProfile)),
            (&second, approval.expires_at, Err(MayNotDecide::Over)),
        ] {
            assert_eq!(may_decide(&approval, by, now), expected);
        }
        for state in ApprovalState::ALL {
            assert_eq!(ApprovalState::from_name(state.as_str()), Some(state));
            let approval = Approval { state, ..approval.clone() };
            assert_eq!(may_decide(&approval, &second, in_time).is_ok(), state == ApprovalState::Pending);
        }
    }
}
