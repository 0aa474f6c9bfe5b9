//! What an operator did to a link, and when it may be taken back.

use chrono::Duration;

use super::unlink_request::UnlinkReason;
use crate::access::OperatorId;
use crate::directory::ProfileId;
use crate::linking::LinkId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::Digest;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeedKind {
    /// The link was removed.
    Unlink,
    /// It was frozen.
    Freeze,
    /// A frozen one signs in again.
    Unfreeze,
    /// A removed one was given back.
    Restore,
}

impl DeedKind {
    const ALL: [Self; 4] = [Self::Unlink, Self::Freeze, Self::Unfreeze, Self::Restore];

    /// Stable name for the store and the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unlink => "unlink",
            Self::Freeze => "freeze",
            Self::Unfreeze => "unfreeze",
            Self::Restore => "restore",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A deed as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Stable public id, the row's name in sealed cells.
    pub uid: String,
    /// The record number that people are told.
    pub number: String,
    /// What.
    pub kind: DeedKind,
    /// To whose link.
    pub profile: ProfileId,
    /// To which.
    pub link: LinkId,
    /// Who carried it out.
    pub operator: OperatorId,
    /// Who had asked for it, where that was somebody else.
    pub asked_by: Option<OperatorId>,
    /// Of an unlink: why.
    pub reason: Option<UnlinkReason>,
    /// What it rested on, sealed.
    pub basis_sealed: Vec<u8>,
    /// Whether the link had been frozen before.
    pub was_disputed: bool,
    /// Of an unlink: whom the profile belonged to then.
    pub owner: Option<Digest>,
    /// When.
    pub created_at: Timestamp,
}

impl Deed {
    /// Whether an operator had a hand in it.
    pub fn is_of(&self, operator: OperatorId) -> bool {
        self.operator == operator || self.asked_by == Some(operator)
    }
}

/// Why an unlink cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotReversible {
    /// The last thing that happened to the link was no unlink by an operator.
    NotByOperator,
    /// Its time is over.
    TooLate,
    /// The link was disputed, before or after.
    Disputed,
    /// Another link has taken the profile's place.
    SlotTaken,
    /// The ESIA account belongs to another person by now.
    AccountOfAnother,
    /// The profile changed hands, was closed or got a new password.
    ChangedHands,
}

impl NotReversible {
    /// All of them, for the samples of the page.
    pub const ALL: [Self; 6] = [
        Self::NotByOperator,
        Self::TooLate,
        Self::Disputed,
        Self::SlotTaken,
        Self::AccountOfAnother,
        Self::ChangedHands,
    ];
}

/// What the rule of reversal looks at.
#[derive(Clone, Copy, Debug)]
pub struct ReversalFacts<'a> {
    /// The last deed about the link.
    pub deed: &'a Deed,
    /// Whether the link is removed.
    pub is_removed: bool,
    /// Whether anybody disputed it.
    pub is_disputed: bool,
    /// Whether another link holds the profile's slot.
    pub slot_taken: bool,
    /// Whether the ESIA account is linked to another person.
    pub account_of_another: bool,
    /// Whom the profile belongs to now; none if it is blocked or closed.
    pub owner: Option<Digest>,
    /// Now.
    pub now: Timestamp,
    /// How long an unlink may be taken back.
    pub within: Duration,
}

/// Whether an unlink may be taken back: only an operator's own, only within its time, never of a disputed link,
/// and only for the person who had it (`docs/security.md`, T25 and T26).
///
/// # Errors
/// The first thing that stands in the way.
pub fn may_reverse(facts: &ReversalFacts<'_>) -> Result<(), NotReversible> {
    let deed = facts.deed;
    if deed.kind != DeedKind::Unlink || !facts.is_removed {
        return Err(NotReversible::NotByOperator);
    }
    if deed.was_disputed || facts.is_disputed {
        return Err(NotReversible::Disputed);
    }
    if facts.now >= deed.created_at + facts.within {
        return Err(NotReversible::TooLate);
    }
    if facts.owner.is_none() || deed.owner != facts.owner {
        return Err(NotReversible::ChangedHands);
    }
    if facts.slot_taken {
        return Err(NotReversible::SlotTaken);
    }
    if facts.account_of_another {
        return Err(NotReversible::AccountOfAnother);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(kind: DeedKind) -> Deed {
        Deed {
            uid: "u".into(),
            number: "AAAA-0001".into(),
            kind,
            profile: ProfileId(1),
            link: LinkId(1),
            operator: OperatorId(1),
            asked_by: None,
            reason: Some(UnlinkReason::Other),
            basis_sealed: Vec::new(),
            was_disputed: false,
            owner: Some(Digest::of(b"one")),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn t26_only_an_operators_unlink_of_an_undisputed_link_goes_back_and_only_in_time() {
        use NotReversible::*;
        let unlink = deed(DeedKind::Unlink);
        let of_frozen = Deed { was_disputed: true, ..unlink.clone() };
        let (freeze, restore) = (deed(DeedKind::Freeze), deed(DeedKind::Restore));
        let day = Duration::hours(24);
        let fits = |deed| ReversalFacts {
            deed,
            is_removed: true,
            is_disputed: false,
            slot_taken: false,
            account_of_another: false,
            owner: Some(Digest::of(b"one")),
            now: Timestamp::UNIX_EPOCH + day - Duration::seconds(1),
            within: day,
        };
        let base = fits(&unlink);
        let cases = [
            (base, Ok(())),
            (ReversalFacts { now: Timestamp::UNIX_EPOCH + day, ..base }, Err(TooLate)),
            (ReversalFacts { is_removed: false, ..base }, Err(NotByOperator)),
            (fits(&freeze), Err(NotByOperator)),
            (fits(&restore), Err(NotByOperator)),
            (fits(&of_frozen), Err(Disputed)),
            (ReversalFacts { is_disputed: true, ..base }, Err(Disputed)),
            (ReversalFacts { slot_taken: true, ..base }, Err(SlotTaken)),
            (ReversalFacts { account_of_another: true, ..base }, Err(AccountOfAnother)),
            (ReversalFacts { owner: Some(Digest::of(b"two")), ..base }, Err(ChangedHands)),
            (ReversalFacts { owner: None, ..base }, Err(ChangedHands)),
        ];
        for (facts, expected) in cases {
            assert_eq!(may_reverse(&facts), expected, "{facts:?}");
        }
    }
}
