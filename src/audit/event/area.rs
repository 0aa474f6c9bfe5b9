//! The areas of events: the first part of every kind.

/// An area, as the console lets choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventArea {
    /// Sign-ins and sessions.
    Session,
    /// Passwords.
    Password,
    /// Trips to ESIA.
    Attempt,
    /// Links.
    Link,
    /// Search and cards.
    People,
    /// People and lists looked at for codes and passwords.
    Person,
    /// Cases.
    Case,
    /// What needs a second operator.
    Approval,
    /// Lists of links to be removed.
    Bulk,
    /// Operators' accounts, and what they were refused.
    Operator,
    /// Data destroyed, read or handed out.
    Data,
}

impl EventArea {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 11] = [
        Self::Link,
        Self::Attempt,
        Self::Session,
        Self::Password,
        Self::People,
        Self::Person,
        Self::Case,
        Self::Approval,
        Self::Bulk,
        Self::Operator,
        Self::Data,
    ];

    /// The first part of its kinds.
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Password => "password",
            Self::Attempt => "attempt",
            Self::Link => "link",
            Self::People => "helpdesk",
            Self::Person => "person",
            Self::Case => "case",
            Self::Approval => "approval",
            Self::Bulk => "bulk",
            Self::Operator => "operator",
            Self::Data => "data",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.name() == name)
    }

    /// The area of a kind.
    pub fn of_kind(kind: &str) -> Option<Self> {
        Self::from_name(kind.split(':').next().unwrap_or_default())
    }

    /// The words for pages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Session => "Входы и сеансы",
            Self::Password => "Пароли",
            Self::Attempt => "Попытки через Госуслуги",
            Self::Link => "Привязки",
            Self::People => "Поиск и карточки",
            Self::Person => "Выдача кодов",
            Self::Case => "Обращения",
            Self::Approval => "Подтверждения",
            Self::Bulk => "Списки на отвязку",
            Self::Operator => "Операторы",
            Self::Data => "Хранение и журнал",
        }
    }
}
