//! Catalog of stable outcome codes.

/// An outcome with a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutcomeCode {
    /// 101
    NotLinked,
    /// 102
    AlreadyLinkedOther,
    /// 103
    ProfileHasOther,
    /// 104
    LevelLow,
    /// 105
    NameMismatch,
    /// 106
    Refused,
    /// 107
    Unavailable,
    /// 108
    Expired,
    /// 109
    StateLost,
    /// 110
    BadSignature,
    /// 111
    Blocked,
    /// 112
    OrgAccount,
    /// 113
    PhaseClosed,
    /// 114
    Child,
    /// 115
    SnilsDiffers,
    /// 116
    SnilsMissing,
    /// 117
    BirthDateDiffers,
    /// 118
    PasswordClosed,
    /// 119
    ProfileClosed,
    /// 120
    OurKeyRejected,
    /// 121
    LastWayIn,
    /// 122
    LinkFrozen,
    /// 123
    AnotherSession,
}

impl OutcomeCode {
    /// All codes in order.
    pub const ALL: [Self; 23] = [
        Self::NotLinked,
        Self::AlreadyLinkedOther,
        Self::ProfileHasOther,
        Self::LevelLow,
        Self::NameMismatch,
        Self::Refused,
        Self::Unavailable,
        Self::Expired,
        Self::StateLost,
        Self::BadSignature,
        Self::Blocked,
        Self::OrgAccount,
        Self::PhaseClosed,
        Self::Child,
        Self::SnilsDiffers,
        Self::SnilsMissing,
        Self::BirthDateDiffers,
        Self::PasswordClosed,
        Self::ProfileClosed,
        Self::OurKeyRejected,
        Self::LastWayIn,
        Self::LinkFrozen,
        Self::AnotherSession,
    ];

    /// The number, 101 to 123.
    pub fn number(self) -> u16 {
        101 + self as u16
    }

    /// Reads the number.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }
}
