//! Who may be handed a linking code, and why somebody may not.

use crate::directory::{OrganisationId, ProfileId, ProfileStatus, Role};
use crate::identity::PersonName;
use crate::linking::LinkStatus;
use crate::platform::clock::Timestamp;

/// A profile as the pages of codes need it. `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Id.
    pub id: ProfileId,
    /// Stable public id.
    pub uid: String,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// Full name.
    pub name: PersonName,
    /// Login.
    pub login: String,
    /// Class or post.
    pub post: Option<String>,
    /// E-mail for the letter.
    pub email: Option<String>,
    /// Whether the organisation lets it in.
    pub status: ProfileStatus,
    /// The link that holds its slot, if any.
    pub link: Option<LinkStatus>,
    /// Until when an earlier code works, if there is one.
    pub code_until: Option<Timestamp>,
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recipient({})", self.id.0)
    }
}

/// Why somebody gets no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// Linked already.
    Linked,
    /// The link is frozen or suspended.
    Frozen,
    /// Blocked by its organisation.
    Blocked,
    /// Closed or transferred.
    Closed,
    /// The operator's own profile: nobody acts on themselves.
    Own,
}

impl Obstacle {
    /// The words for pages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Linked => "учётная запись уже привязана",
            Self::Frozen => "привязка приостановлена",
            Self::Blocked => "профиль заблокирован организацией",
            Self::Closed => "профиль закрыт",
            Self::Own => "это ваш собственный профиль",
        }
    }
}

impl Recipient {
    /// What stands against a code; `own` is the operator's own profile.
    pub fn obstacle(&self, own: Option<ProfileId>) -> Option<Obstacle> {
        if own == Some(self.id) {
            return Some(Obstacle::Own);
        }
        match self.status {
            ProfileStatus::Closed => return Some(Obstacle::Closed),
            ProfileStatus::Blocked => return Some(Obstacle::Blocked),
            ProfileStatus::Active => {}
        }
        match self.link {
            Some(LinkStatus::Active) => Some(Obstacle::Linked),
            Some(LinkStatus::Frozen | LinkStatus::Suspended) => Some(Obstacle::Frozen),
            Some(LinkStatus::Removed) | None => None,
        }
    }
}

/// Whom an operator means: people of one organisation.
#[derive(Clone, PartialEq, Eq)]
pub enum Selection {
    /// Those of a class or post, of a role, or both.
    Group {
        /// Class or post, as the journal has it; none for all.
        post: Option<String>,
        /// Role; none for all.
        role: Option<Role>,
    },
    /// Those of these logins, in the form in which logins are compared.
    Logins(Vec<String>),
    /// Those that a page showed before.
    Ids(Vec<ProfileId>),
}

impl std::fmt::Debug for Selection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Selection(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_for_active_profiles_without_a_link_and_never_for_oneself() {
        let recipient = |status, link| Recipient {
            id: ProfileId(1),
            uid: "u".into(),
            organisation: OrganisationId(1),
            name: PersonName::new("Петров", "Алексей", None),
            login: "pupil".into(),
            post: None,
            email: None,
            status,
            link,
            code_until: None,
        };
        use LinkStatus::{Active as Linked, Frozen, Removed, Suspended};
        use ProfileStatus::{Active, Blocked, Closed};
        for (status, link, expected) in [
            (Active, None, None),
            (Active, Some(Removed), None),
            (Active, Some(Linked), Some(Obstacle::Linked)),
            (Active, Some(Frozen), Some(Obstacle::Frozen)),
            (Active, Some(Suspended), Some(Obstacle::Frozen)),
            (Blocked, None, Some(Obstacle::Blocked)),
            (Blocked, Some(Linked), Some(Obstacle::Blocked)),
            (Closed, None, Some(Obstacle::Closed)),
        ] {
            let recipient = recipient(status, link);
            assert_eq!(recipient.obstacle(None), expected, "{status:?} {link:?}");
            assert_eq!(recipient.obstacle(Some(ProfileId(2))), expected);
            assert_eq!(recipient.obstacle(Some(ProfileId(1))), Some(Obstacle::Own));
        }
    }
}
