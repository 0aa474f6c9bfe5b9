//! What an operator must say before a link is touched: why, and what it rests on.

use crate::helpdesk::Basis;
use crate::linking::LinkId;

/// Why an operator unlinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnlinkReason {
    /// Somebody else's ESIA account is linked.
    ForeignAccount,
    /// The name changed.
    NameChanged,
    /// The person left the organisation.
    Left,
    /// The person asked for it.
    Application,
    /// Somebody else may have had access.
    Suspicion,
    /// Anything else; the basis says what.
    Other,
}

impl UnlinkReason {
    /// All, as listed.
    pub const ALL: [Self; 6] = [
        Self::ForeignAccount,
        Self::NameChanged,
        Self::Left,
        Self::Application,
        Self::Suspicion,
        Self::Other,
    ];

    /// Stable name for forms, the store and the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ForeignAccount => "foreign_account",
            Self::NameChanged => "name_changed",
            Self::Left => "left",
            Self::Application => "application",
            Self::Suspicion => "suspicion",
            Self::Other => "other",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// The words for pages and for the letter.
    pub fn words(self) -> &'static str {
        match self {
            Self::ForeignAccount => "Привязана чужая учётная запись",
            Self::NameChanged => "Смена фамилии или имени",
            Self::Left => "Увольнение или отчисление",
            Self::Application => "Заявление пользователя",
            Self::Suspicion => "Подозрение на чужой доступ",
            Self::Other => "Другое",
        }
    }
}

/// A whole request. It names the link that the operator saw: another one in its place is never touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlinkRequest {
    /// The link on the page.
    pub link: LinkId,
    /// Why.
    pub reason: UnlinkReason,
    /// What it rests on.
    pub basis: Basis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_read_back() {
        for reason in UnlinkReason::ALL {
            assert_eq!(UnlinkReason::from_name(reason.as_str()), Some(reason));
        }
        assert_eq!(UnlinkReason::from_name("owner"), None);
    }
}
