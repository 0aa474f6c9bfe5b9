//! «Это был не я»: what a letter's one-time address knows, and what came of it.

use super::LinkId;
use crate::directory::ProfileId;

/// What came of a use of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UndoResult {
    /// The link is frozen.
    Frozen,
    /// It had been frozen before.
    FrozenBefore,
    /// The link that the letter told of was gone.
    Gone,
    /// The letter told of a sign-in of a profile without a link.
    NoLink,
    /// The helpdesk had decided the dispute before anybody used this address.
    Settled,
}

impl UndoResult {
    /// All of them, for the samples of the page.
    pub const ALL: [Self; 5] = [Self::Frozen, Self::FrozenBefore, Self::Gone, Self::NoLink, Self::Settled];

    /// Stable name for the store and the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::FrozenBefore => "frozen_before",
            Self::Gone => "gone",
            Self::NoLink => "no_link",
            Self::Settled => "settled",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.as_str() == name)
    }
}

/// A token that has not run out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoToken {
    /// Whose letter it was in.
    pub profile: ProfileId,
    /// The link that the letter told of.
    pub link: Option<LinkId>,
    /// What came of its use; none while it was not used.
    pub result: Option<UndoResult>,
    /// Number of the case that its use opened.
    pub case: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_result_is_read_back() {
        for result in UndoResult::ALL {
            assert_eq!(UndoResult::from_name(result.as_str()), Some(result));
        }
        assert_eq!(UndoResult::from_name(""), None);
    }
}
