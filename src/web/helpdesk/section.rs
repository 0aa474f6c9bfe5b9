//! The sections of the helpdesk: what the navigation lists, and where a sign-in may lead back to.

use crate::access::Permission;
use crate::web::paths;

/// A section. A closed list: an address from input is never followed (`docs/security.md`, T46).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// Start page.
    #[default]
    Start,
    /// Search for people, and their cards.
    People,
    /// The audit.
    Audit,
    /// The operators of an administrator.
    Operators,
    /// The operator's own account.
    Account,
    /// What waits for a second operator.
    Approvals,
    /// Linking codes for a list.
    Codes,
    /// Cases.
    Cases,
}

impl Section {
    /// All of them, in the order of the navigation.
    pub const ALL: [Self; 8] = [
        Self::Start,
        Self::People,
        Self::Cases,
        Self::Approvals,
        Self::Codes,
        Self::Audit,
        Self::Operators,
        Self::Account,
    ];

    /// Name in the query `?next=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::People => "people",
            Self::Audit => "audit",
            Self::Operators => "operators",
            Self::Account => "account",
            Self::Approvals => "approvals",
            Self::Codes => "codes",
            Self::Cases => "cases",
        }
    }

    /// Reads the name; anything else is the start page.
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|section| section.name() == name).unwrap_or_default()
    }

    /// Its address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Start => "/helpdesk",
            Self::People => paths::HELPDESK_PEOPLE,
            Self::Audit => paths::HELPDESK_AUDIT,
            Self::Operators => "/helpdesk/operators",
            Self::Account => "/helpdesk/account",
            Self::Approvals => "/helpdesk/approvals",
            Self::Codes => "/helpdesk/codes",
            Self::Cases => "/helpdesk/cases",
        }
    }

    /// Who sees it.
    pub fn permission(self) -> Permission {
        match self {
            Self::Start | Self::Account => Permission::OwnAccount,
            Self::People => Permission::SeePeople,
            Self::Audit => Permission::ReadAudit,
            Self::Operators => Permission::ManageOperators,
            Self::Approvals => Permission::Unlink,
            Self::Codes => Permission::IssueCodes,
            Self::Cases => Permission::Cases,
        }
    }

    /// The section that a page belongs to: the one whose address begins its path.
    pub fn of_path(path: &str) -> Self {
        let holds = |section: &Self| {
            path.strip_prefix(section.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Self::ALL.into_iter().filter(holds).max_by_key(|section| section.path().len()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::helpdesk::rights;

    #[test]
    fn t37_the_navigation_shows_a_section_to_whom_its_route_is_open() {
        for section in Section::ALL {
            let row = rights::ROUTES.iter().find(|row| row.0 == "GET" && row.1 == section.path());
            assert_eq!(row.map(|row| row.2), Some(section.permission()), "{section:?}");
        }
    }

    #[test]
    fn t46_a_name_or_a_path_leads_to_a_section_and_nowhere_else() {
        for section in Section::ALL {
            assert_eq!(Section::from_name(section.name()), section);
            assert_eq!(Section::of_path(section.path()), section);
            assert_eq!(Section::of_path(&format!("{}/17", section.path())), section);
        }
        for text in ["//evil.example", "https://evil.example", "", "/helpdeskx", "/settings"] {
            assert_eq!(Section::from_name(text), Section::Start, "{text:?}");
            assert_eq!(Section::of_path(text), Section::Start, "{text:?}");
        }
    }
}
