//! What an operator must say before a link is touched: why, and what it rests on.

use crate::linking::LinkId;

/// Fewest characters of a [`Basis`] that say something (`docs/security.md`, T40).
pub const SHORTEST_BASIS: usize = 10;

/// Most that are kept.
pub const LONGEST_BASIS: usize = 1000;

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

/// What a deed rests on, in the operator's own words; may name people, so it is kept sealed and `Debug` shows
/// nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Basis(String);

impl Basis {
    /// Takes a text of at least [`SHORTEST_BASIS`] characters that are no spaces and at most
    /// [`LONGEST_BASIS`] in all. Control characters become spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let text = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = text.chars().filter(|c| c.is_alphanumeric()).count();
        (said >= SHORTEST_BASIS && text.chars().count() <= LONGEST_BASIS).then_some(Self(text))
    }

    /// The text, for the sealer and for the page that shows it to operators.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Basis(…)")
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
    fn t40_a_basis_says_at_least_ten_characters() {
        let long = "а".repeat(LONGEST_BASIS);
        for (text, taken) in [
            ("", false),
            ("нет", false),
            ("обращение", false),
            ("обращение2", true),
            ("  обращение 2  ", true),
            ("          ", false),
            ("..........", false),
            ("а\0\0\0\0\0\0\0\0\0", false),
            (&long, true),
            (&format!("{long}а"), false),
        ] {
            assert_eq!(Basis::parse(text).is_some(), taken, "{text:?}");
        }
        let cut = Basis::parse("звонила\r\nIvanova: 15\tмарта");
        assert_eq!(cut.as_ref().map(Basis::text), Some("звонила Ivanova: 15 марта"));
        assert_eq!(format!("{cut:?}"), "Some(Basis(…))");
    }

    #[test]
    fn every_reason_is_read_back() {
        for reason in UnlinkReason::ALL {
            assert_eq!(UnlinkReason::from_name(reason.as_str()), Some(reason));
        }
        assert_eq!(UnlinkReason::from_name("owner"), None);
    }
}
