//! Catalog of the stable outcome codes: number, key, whom to ask; the words are in [`advice`].
//! `docs/error-codes.md` lists the same; `tests/catalogs.rs` compares both.
//!
//! To add a code: a variant at the end, its lines in the tables below, its words in `advice.rs`, its row in
//! the document and its text in `docs/microcopy.md`. Numbers are never reused.

pub mod advice;

pub use advice::{Action, Advice, OutcomeFacts, Retry};

/// An outcome with a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutcomeCode {
    /// The ESIA account is linked to no profile.
    NotLinked,
    /// The ESIA account is linked to another person.
    AlreadyLinkedOther,
    /// The profile is linked to another ESIA account.
    ProfileHasOther,
    /// The level of the ESIA account is too low.
    LevelLow,
    /// The names differ.
    NameMismatch,
    /// The person refused at ESIA.
    Refused,
    /// ESIA does not answer.
    Unavailable,
    /// The trip took too long.
    Expired,
    /// The trip began in another browser, or was used already.
    StateLost,
    /// ESIA's answer could not be verified.
    BadSignature,
    /// The organisation has blocked the profile.
    Blocked,
    /// Signed in to ESIA as an organisation.
    OrgAccount,
    /// Linking has not begun for this organisation.
    PhaseClosed,
    /// The account of a child is made by a parent.
    Child,
    /// The SNILS differs.
    SnilsDiffers,
    /// The journal has no SNILS and the rules of the region need one.
    SnilsMissing,
    /// The birth date differs.
    BirthDateDiffers,
    /// Passwords no longer open the journal for this group.
    PasswordClosed,
    /// The profile is closed or moved to another organisation.
    ProfileClosed,
    /// ESIA rejected our key or certificate; people see [`OutcomeCode::Unavailable`].
    OurKeyRejected,
    /// The last way in under the policy in force.
    LastWayIn,
    /// The link is frozen after a dispute.
    LinkFrozen,
    /// The trip belongs to another session.
    AnotherSession,
}

/// Who can help with an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// The person alone.
    Person,
    /// The organisation of the profile.
    Organisation,
    /// Our support.
    Support,
    /// ESIA's support.
    Esia,
    /// The operator of this service.
    Operator,
}

impl Contact {
    /// Stable name for the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Support => "support",
            Self::Esia => "esia",
            Self::Operator => "operator",
        }
    }
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

    /// Stable name: metric label, log field, audit.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotLinked => "not_linked",
            Self::AlreadyLinkedOther => "already_linked_other",
            Self::ProfileHasOther => "profile_has_other",
            Self::LevelLow => "level_low",
            Self::NameMismatch => "name_mismatch",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Expired => "expired",
            Self::StateLost => "state_lost",
            Self::BadSignature => "bad_signature",
            Self::Blocked => "blocked",
            Self::OrgAccount => "org_account",
            Self::PhaseClosed => "phase_closed",
            Self::Child => "child",
            Self::SnilsDiffers => "snils_differs",
            Self::SnilsMissing => "snils_missing",
            Self::BirthDateDiffers => "birth_date_differs",
            Self::PasswordClosed => "password_closed",
            Self::ProfileClosed => "profile_closed",
            Self::OurKeyRejected => "our_key_rejected",
            Self::LastWayIn => "last_way_in",
            Self::LinkFrozen => "link_frozen",
            Self::AnotherSession => "another_session",
        }
    }

    /// What the person is shown: an outcome that only operators can act on shows another.
    pub fn shown(self) -> Self {
        match self {
            Self::OurKeyRejected => Self::Unavailable,
            code => code,
        }
    }

    /// Who can help.
    pub fn contact(self) -> Contact {
        match self {
            Self::Refused | Self::Expired | Self::StateLost | Self::OrgAccount | Self::AnotherSession => {
                Contact::Person
            }
            Self::NotLinked
            | Self::NameMismatch
            | Self::Blocked
            | Self::PhaseClosed
            | Self::SnilsDiffers
            | Self::SnilsMissing
            | Self::BirthDateDiffers
            | Self::PasswordClosed
            | Self::ProfileClosed
            | Self::LastWayIn => Contact::Organisation,
            Self::AlreadyLinkedOther | Self::ProfileHasOther | Self::BadSignature | Self::LinkFrozen => {
                Contact::Support
            }
            Self::LevelLow | Self::Unavailable | Self::Child => Contact::Esia,
            Self::OurKeyRejected => Contact::Operator,
        }
    }

    /// Heading of the page.
    pub fn heading(self) -> &'static str {
        match self {
            Self::NotLinked => "Учётная запись Госуслуг пока не привязана",
            Self::AlreadyLinkedOther => "Эта учётная запись Госуслуг привязана к другому человеку",
            Self::ProfileHasOther => "К вашему профилю привязана другая учётная запись Госуслуг",
            Self::LevelLow => "Нужна подтверждённая учётная запись",
            Self::NameMismatch => "Данные не совпали",
            Self::Refused => "Вы не разрешили передачу данных",
            Self::Unavailable | Self::OurKeyRejected => "Госуслуги сейчас не отвечают",
            Self::Expired => "Время на вход истекло",
            Self::StateLost => "Не получилось продолжить вход",
            Self::BadSignature => "Не удалось проверить ответ Госуслуг",
            Self::Blocked => "Доступ к профилю закрыт",
            Self::OrgAccount => "Вы вошли от имени организации",
            Self::PhaseClosed => "Привязка пока недоступна",
            Self::Child => "Учётную запись ребёнка создаёт родитель",
            Self::SnilsDiffers => "СНИЛС не совпал",
            Self::SnilsMissing => "В Сетевом городе нет вашего СНИЛС",
            Self::BirthDateDiffers => "Дата рождения не совпала",
            Self::PasswordClosed => "Вход по логину и паролю отключён",
            Self::ProfileClosed => "Профиль закрыт",
            Self::LastWayIn => "Это ваш единственный способ войти",
            Self::LinkFrozen => "Привязка приостановлена",
            Self::AnotherSession => "Привязка начата в другом сеансе",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_and_keys_are_unique_and_read_back() {
        let keys: HashSet<_> = OutcomeCode::ALL.iter().map(|code| code.key()).collect();
        assert_eq!(keys.len(), OutcomeCode::ALL.len());
        for (i, code) in OutcomeCode::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(code.number()), 101 + i);
            assert_eq!(OutcomeCode::from_number(code.number()), Some(code));
        }
        for unknown in [0, 100, 124, u16::MAX] {
            assert_eq!(OutcomeCode::from_number(unknown), None);
        }
    }
}
