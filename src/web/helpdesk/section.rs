//! The sections of the helpdesk: what the navigation lists.

use crate::access::Permission;
use crate::web::paths;

/// A section.
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
    /// Unlinking by lists.
    Lists,
}

impl Section {
    /// All of them, in the order of the navigation.
    pub const ALL: [Self; 9] = [
        Self::Start,
        Self::People,
        Self::Cases,
        Self::Approvals,
        Self::Codes,
        Self::Lists,
        Self::Audit,
        Self::Operators,
        Self::Account,
    ];

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
            Self::Lists => paths::UNLINK_LISTS,
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
            Self::Lists => Permission::BulkUnlink,
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
    fn a_path_belongs_to_the_section_whose_address_begins_it() {
        for section in Section::ALL {
            assert_eq!(Section::of_path(section.path()), section);
            assert_eq!(Section::of_path(&format!("{}/17", section.path())), section);
        }
        for path in ["", "/helpdeskx", "/settings"] {
            assert_eq!(Section::of_path(path), Section::Start, "{path:?}");
        }
    }
}
