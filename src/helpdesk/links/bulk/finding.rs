//! What a line of a list comes to: what there is to do, why nothing, what was done.

use crate::linking::LinkStatus;

/// A line's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finding {
    /// Linked: the link goes.
    Ready,
    /// The same, of a profile that its organisation has closed: the link goes and cannot be given back.
    Closed,
    /// No profile id in the line.
    Malformed,
    /// The profile of an earlier line.
    Repeated,
    /// Nobody of the area has this id: unknown and elsewhere are one answer.
    NotFound,
    /// No link.
    NotLinked,
    /// The profile of an operator who asked or approved.
    OwnProfile,
    /// Authority staff and operators, each of whom needs a second operator's look of their own.
    Guarded,
    /// The link is frozen: a dispute is decided one by one.
    Disputed,
    /// Removed.
    Unlinked,
    /// The link is no longer the one that the preview showed.
    Changed,
    /// It could not be done; the log says why.
    Failed,
}

/// What the rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineFacts {
    /// Whether it is the profile of an operator who has a hand in the list.
    pub own: bool,
    /// Whether a second operator must look at this very profile.
    pub guarded: bool,
    /// Whether its organisation has closed it.
    pub closed: bool,
    /// The link that holds its slot.
    pub link: Option<LinkStatus>,
}

impl Finding {
    /// All of them, in the order in which pages list them.
    pub const ALL: [Self; 12] = [
        Self::Ready,
        Self::Closed,
        Self::Unlinked,
        Self::NotLinked,
        Self::NotFound,
        Self::Malformed,
        Self::Repeated,
        Self::Guarded,
        Self::Disputed,
        Self::OwnProfile,
        Self::Changed,
        Self::Failed,
    ];

    /// What a profile of the area comes to. Nothing is done where there is nothing to remove, to one's own
    /// profile, and where one look at a whole list is too little (`docs/security.md`, T40).
    pub fn of(facts: LineFacts) -> Self {
        match facts {
            LineFacts { link: None, .. } => Self::NotLinked,
            LineFacts { own: true, .. } => Self::OwnProfile,
            LineFacts { guarded: true, .. } => Self::Guarded,
            LineFacts { link: Some(LinkStatus::Frozen), .. } => Self::Disputed,
            LineFacts { closed: true, .. } => Self::Closed,
            _ => Self::Ready,
        }
    }

    /// Whether there is a link to remove.
    pub fn is_to_do(self) -> bool {
        matches!(self, Self::Ready | Self::Closed)
    }

    /// The words for pages and for the file of results.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ready => "будет отвязан",
            Self::Closed => "будет отвязан, профиль закрыт",
            Self::Malformed => "нет идентификатора профиля",
            Self::Repeated => "повтор",
            Self::NotFound => "не найден в вашей зоне",
            Self::NotLinked => "не привязан",
            Self::OwnProfile => "ваш профиль или профиль второго оператора",
            Self::Guarded => "нужно отдельное согласование",
            Self::Disputed => "привязка приостановлена, решается отдельно",
            Self::Unlinked => "отвязан",
            Self::Changed => "привязка изменилась, ничего не сделано",
            Self::Failed => "не удалось отвязать",
        }
    }

    /// Stable name for the store and the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Closed => "closed",
            Self::Malformed => "malformed",
            Self::Repeated => "repeated",
            Self::NotFound => "not_found",
            Self::NotLinked => "not_linked",
            Self::OwnProfile => "own_profile",
            Self::Guarded => "guarded",
            Self::Disputed => "disputed",
            Self::Unlinked => "unlinked",
            Self::Changed => "changed",
            Self::Failed => "failed",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t40_a_list_removes_links_of_strangers_that_nobody_disputes_and_no_guarded_ones() {
        use Finding::*;
        let plain = LineFacts { own: false, guarded: false, closed: false, link: Some(LinkStatus::Active) };
        for (facts, expected) in [
            (plain, Ready),
            (LineFacts { closed: true, ..plain }, Closed),
            (LineFacts { link: None, ..plain }, NotLinked),
            (LineFacts { link: None, own: true, guarded: true, closed: true }, NotLinked),
            (LineFacts { own: true, ..plain }, OwnProfile),
            (LineFacts { own: true, guarded: true, ..plain }, OwnProfile),
            (LineFacts { guarded: true, ..plain }, Guarded),
            (LineFacts { guarded: true, closed: true, ..plain }, Guarded),
            (LineFacts { link: Some(LinkStatus::Frozen), ..plain }, Disputed),
            (LineFacts { link: Some(LinkStatus::Frozen), closed: true, ..plain }, Disputed),
        ] {
            assert_eq!(Finding::of(facts), expected, "{facts:?}");
            assert_eq!(expected.is_to_do(), matches!(expected, Ready | Closed));
        }
    }

    #[test]
    fn every_finding_is_read_back() {
        for finding in Finding::ALL {
            assert_eq!(Finding::from_name(finding.as_str()), Some(finding));
        }
        assert_eq!(Finding::from_name(""), None);
    }
}
