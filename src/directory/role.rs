//! The four groups of people of the journal.

/// What somebody is in an organisation; a profile may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Parent or other legal representative.
    Parent,
    /// Pupil.
    Pupil,
    /// Teacher or other staff of an organisation.
    Staff,
    /// Staff of an education authority.
    Authority,
}

impl Role {
    /// All roles, in the order in which a chooser shows them.
    pub const ALL: [Self; 4] = [Self::Parent, Self::Pupil, Self::Staff, Self::Authority];

    /// Stable name for the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Pupil => "pupil",
            Self::Staff => "staff",
            Self::Authority => "authority",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The word for pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Parent => "родитель",
            Self::Pupil => "ученик",
            Self::Staff => "сотрудник",
            Self::Authority => "сотрудник органа управления",
        }
    }

    /// Whether sessions of this role are the short ones of staff (`docs/settings.md`, sign_in).
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Staff | Self::Authority)
    }
}
