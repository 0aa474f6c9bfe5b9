//! What every page has besides its own content: who is signed in, whom to ask, how to show it, the one
//! banner, the problems of a form. Each view struct has it as its field `page`; the layouts read it.

pub use crate::web::display::Display;
use crate::web::problem::Problem;

/// The common part of every page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The signed-in profile, for the header and the timeout dialog; none on entrance pages.
    pub user: Option<SignedInUser>,
    /// Whom to ask; from the settings of the region.
    pub contacts: Contacts,
    /// How the person asked to see pages; from the cookie.
    pub display: Display,
    /// The one banner. Not shown together with problems.
    pub banner: Option<Banner>,
    /// Problems of the form just sent. Not empty: a summary before h1 and the title begins «Ошибка: ».
    pub problems: Vec<Problem>,
    /// Token for every POST form of the page, the header's sign-out included.
    pub csrf: String,
    /// Shows the training bar with the way to the demo letters.
    pub demo: bool,
}

impl Page {
    /// The problem of one field, by the field's id.
    pub fn problem(&self, field: &str) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.field() == field)
    }
}

/// Header data of a signed-in person. `Debug` shows nothing personal.
#[derive(Clone)]
pub struct SignedInUser {
    /// Surname with initials.
    pub name: String,
    /// Short name of the organisation.
    pub organisation: String,
    /// The person has other profiles to switch to (`/login/profile`).
    pub other_profiles: bool,
    /// The page shown is `/settings`.
    pub on_settings: bool,
    /// Idle life of the session in seconds; the script warns five minutes before its end.
    pub idle_seconds: u64,
}

impl std::fmt::Debug for SignedInUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedInUser").field("idle_seconds", &self.idle_seconds).finish_non_exhaustive()
    }
}

/// Contacts of the region's support.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    /// Name of the region, under the product's name.
    pub region: String,
    /// Support telephone as written.
    pub phone: String,
    /// Support hours.
    pub hours: String,
}

/// The banner's kinds. The words are in `templates/components/banner.html`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Banner {
    /// The session ended by itself.
    SessionEnded,
    /// The address asked for needs a session.
    SignInFirst,
    /// ESIA does not answer now.
    EsiaUnavailable {
        /// Whether the password is another way in for the reader.
        password_helps: bool,
    },
    /// The password stops opening the journal on a date: «1 марта 2026 года».
    PasswordEnds {
        /// The date.
        date: String,
    },
    /// The same, in days, for a profile not yet linked: «5 дней».
    LinkSoon {
        /// Number and word.
        days: String,
    },
    /// Today is the last day of passwords.
    LastDay,
    /// A new password was set.
    PasswordChanged,
    /// One other session was ended.
    SessionClosed,
    /// All sessions were ended.
    SignedOutEverywhere,
    /// All sessions of the person of a card were ended.
    AllSessionsClosed,
    /// A case was answered by letter.
    CaseAnswered,
    /// A case changed while its page was open.
    CaseChanged,
    /// Display settings were saved.
    DisplaySaved,
    /// The form's token had grown old; what was entered is kept.
    StaleForm,
    /// The deed was done before, at this time: «в 14:05».
    Repeated {
        /// When.
        time: String,
    },
}

impl Banner {
    /// Class: `info`, `success` or `warning`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SessionEnded | Self::SignInFirst | Self::PasswordEnds { .. } | Self::Repeated { .. } => {
                "info"
            }
            Self::PasswordChanged
            | Self::SessionClosed
            | Self::SignedOutEverywhere
            | Self::AllSessionsClosed
            | Self::DisplaySaved
            | Self::CaseAnswered => "success",
            Self::EsiaUnavailable { .. }
            | Self::LinkSoon { .. }
            | Self::LastDay
            | Self::StaleForm
            | Self::CaseChanged => "warning",
        }
    }

    /// Name of the icon.
    pub fn icon(&self) -> &'static str {
        match self.kind() {
            "success" => "check-circle",
            "warning" => "alert",
            _ => "info",
        }
    }

    /// Whether it reports a deed just done and lives for one page; readers announce it.
    pub fn is_flash(&self) -> bool {
        self.kind() == "success"
    }
}
