//! The start page of the settings, own sessions, the proof asked for again.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::page::Page;

/// `/settings`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/settings/settings.html")]
pub struct SettingsPage {
    /// Common part.
    pub page: Page,
    /// The profile in use.
    pub profile: ProfileFacts,
    /// State of its link.
    pub link: LinkCard,
    /// Other profiles of the same ESIA account.
    pub others: Vec<OtherProfile>,
}

/// Facts of the profile, ready to show.
pub struct ProfileFacts {
    /// Full name.
    pub name: String,
    /// Roles in words: «родитель, сотрудник».
    pub roles: String,
    /// Short name of the organisation.
    pub organisation: String,
    /// Class or post; may be empty.
    pub detail: String,
    /// Login.
    pub login: String,
    /// Masked e-mail; may be empty.
    pub email: String,
    /// Masked telephone; may be empty.
    pub phone: String,
}

/// The card «Вход через Госуслуги».
#[derive(Clone, PartialEq, Eq)]
pub enum LinkCard {
    /// Nothing linked.
    None,
    /// Nothing linked, and nobody may yet.
    NotYet {
        /// «1 марта 2026 года».
        date: String,
    },
    /// Linked.
    Active {
        /// «1 марта 2026 года».
        date: String,
        /// Surname with initials.
        holder: String,
        /// «подтверждённая».
        level: String,
    },
    /// Disputed: signs nobody in.
    Frozen {
        /// Since when.
        date: String,
    },
}

/// Another profile to switch to.
pub struct OtherProfile {
    /// Full name.
    pub name: String,
    /// «родитель».
    pub role: String,
    /// Short name of the organisation.
    pub organisation: String,
}

/// `/settings/sessions`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/settings/sessions.html")]
pub struct SessionsPage {
    /// Common part.
    pub page: Page,
    /// Live sessions, this one first.
    pub sessions: Vec<SessionRow>,
}

/// One live session.
pub struct SessionRow {
    /// Value of the button `end`.
    pub id: String,
    /// «Firefox, Windows».
    pub place: String,
    /// How it began.
    pub way: Way,
    /// When it began.
    pub began: String,
    /// Last request.
    pub last_seen: String,
    /// The session that asks.
    pub current: bool,
    /// «Чужой компьютер».
    pub shared: bool,
}

/// How a session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Login and password.
    Password,
    /// Gosuslugi.
    Esia,
    /// The linking-only door.
    LinkingOnly,
    /// A linking code, before the session linked.
    Code,
}

/// `/settings/prove`: a fresh proof before something that cannot be taken back.
#[derive(Template, WebTemplate)]
#[template(path = "pages/settings/prove_again.html")]
pub struct ProveAgainPage {
    /// Common part.
    pub page: Page,
    /// Where the form goes, with the way back in it.
    pub form_action: String,
    /// Login, which tells a password manager whose password is asked for.
    pub login: String,
    /// The password is accepted in the phase in force, and there is one.
    pub by_password: bool,
    /// Address of a new trip to ESIA that proves the same, if there is a link.
    pub by_esia: Option<String>,
}
