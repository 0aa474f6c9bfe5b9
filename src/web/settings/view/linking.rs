//! The way to a link: before the trip, comparison, success.

use std::fmt;

use askama::Template;
use askama_web::WebTemplate;

use crate::web::page::Page;

/// `/settings/link`: what will happen, and the one-time link onwards.
#[derive(Template, WebTemplate)]
#[template(path = "pages/settings/before_redirect.html")]
pub struct BeforeRedirectPage {
    /// Common part.
    pub page: Page,
    /// `/esia/go/{token}`.
    pub go: String,
    /// What ESIA will be asked for.
    pub data: Vec<RequestedData>,
}

impl BeforeRedirectPage {
    fn data_list(&self) -> String {
        self.data.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// Data asked of ESIA, as people know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestedData {
    /// `fullname`.
    Name,
    /// `birthdate`.
    BirthDate,
    /// `snils`.
    Snils,
    /// `email`.
    Email,
    /// `mobile`.
    Phone,
    /// `contacts`.
    Contacts,
    /// `gender`.
    Gender,
}

impl RequestedData {
    /// Reads a scope; those that carry no data of the person (`openid`) are none.
    pub fn from_scope(scope: &str) -> Option<Self> {
        Some(match scope {
            "fullname" => Self::Name,
            "birthdate" => Self::BirthDate,
            "snils" => Self::Snils,
            "email" => Self::Email,
            "mobile" => Self::Phone,
            "contacts" => Self::Contacts,
            "gender" => Self::Gender,
            _ => return None,
        })
    }
}

impl fmt::Display for RequestedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "фамилию, имя и отчество",
            Self::BirthDate => "дату рождения",
            Self::Snils => "СНИЛС",
            Self::Email => "электронную почту",
            Self::Phone => "номер телефона",
            Self::Contacts => "контактные данные",
            Self::Gender => "пол",
        })
    }
}

/// `/settings/link/confirm`: both identities side by side. A form field `decision` is `link` or `decline`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/settings/confirm.html")]
pub struct ConfirmPage {
    /// Common part.
    pub page: Page,
    /// Where the form goes, with the trip's reference.
    pub form_action: String,
    /// Login, which tells a password manager whose password is asked for.
    pub login: String,
    /// Whether one button is enough.
    pub kind: ConfirmKind,
    /// The comparison.
    pub rows: Vec<CompareRow>,
    /// The profile: roles and organisation.
    pub profile: String,
    /// Level of the ESIA account: «подтверждённая».
    pub level: String,
}

/// What the person must do to link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmKind {
    /// Everything agrees: press.
    Exact,
    /// Something differs or is missing: choose, and give the password where asked.
    Partial {
        /// Field `password` is asked for.
        password: bool,
    },
}

/// One fact on both sides.
pub struct CompareRow {
    /// Which fact.
    pub label: RowLabel,
    /// In the journal; empty if missing. A SNILS comes masked.
    pub journal: String,
    /// At ESIA; empty if missing. A SNILS comes masked.
    pub esia: String,
    /// How they compare.
    pub verdict: Verdict,
}

/// The facts compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowLabel {
    /// Фамилия.
    LastName,
    /// Имя.
    FirstName,
    /// Отчество.
    MiddleName,
    /// Дата рождения.
    BirthDate,
    /// СНИЛС.
    Snils,
}

impl fmt::Display for RowLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LastName => "Фамилия",
            Self::FirstName => "Имя",
            Self::MiddleName => "Отчество",
            Self::BirthDate => "Дата рождения",
            Self::Snils => "СНИЛС",
        })
    }
}

/// How one fact compares; each has its word and its icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Совпадает.
    Same,
    /// Отличается.
    Differs,
    /// Нет в журнале.
    MissingInJournal,
    /// Нет на Госуслугах.
    MissingInEsia,
    /// Нет данных.
    MissingOnBoth,
}

/// `/settings/link/done`: bookmarkable success.
#[derive(Template, WebTemplate)]
#[template(path = "pages/settings/linked.html")]
pub struct LinkedPage {
    /// Common part.
    pub page: Page,
    /// Masked address of the letter; none if there is no address.
    pub email: Option<String>,
    /// Full name of the profile.
    pub name: String,
    /// Roles and organisation of the profile.
    pub profile: String,
    /// Name with initials at ESIA.
    pub holder: String,
    /// «подтверждённая».
    pub level: String,
    /// When: date and time with zone.
    pub when: String,
    /// `/` or another way into the journal.
    pub journal: String,
}

/// The same ESIA account was linked to this profile before.
#[derive(Template, WebTemplate)]
#[template(path = "pages/settings/linked_again.html")]
pub struct LinkedAgainPage {
    /// Common part.
    pub page: Page,
    /// Since when: «1 марта 2026 года».
    pub date: String,
}
