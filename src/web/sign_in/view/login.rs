//! The sign-in page, its lists and search, and the linking-only door.

use askama::Template;
use askama_web::WebTemplate;

use crate::russian::{self, Plural};
use crate::web::page::Page;

/// `/login` and `/login/authority`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/login.html")]
pub struct LoginPage {
    /// Common part; `csrf` here is bound to the entrance cookie.
    pub page: Page,
    /// Which tab.
    pub tab: Tab,
    /// Which ways in are open, and which comes first.
    pub phase: Phase,
    /// Where the form goes: the tab's path with the chosen levels as query, so that they survive an error.
    pub form_action: String,
    /// How the organisation is known.
    pub organisation: Organisation,
    /// Name of the page to go to after signing in, which lists and tabs carry on; empty for none.
    pub next: &'static str,
    /// Login entered before an error.
    pub login: String,
    /// «Чужой компьютер» was ticked.
    pub shared_computer: bool,
    /// Operators hand out linking codes.
    pub linking_codes: bool,
    /// Demo logins to try; empty outside the demo.
    pub demo_logins: Vec<DemoLogin>,
}

impl LoginPage {
    fn lists_path(&self) -> &'static str {
        self.tab.path()
    }

    fn next(&self) -> &'static str {
        self.next
    }
}

/// The two tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// «Образовательная организация».
    Organisation,
    /// «Орган управления».
    Authority,
}

impl Tab {
    /// Address of the tab.
    pub fn path(self) -> &'static str {
        match self {
            Self::Organisation => "/login",
            Self::Authority => "/login/authority",
        }
    }
}

/// Phase of the roll-out as the sign-in page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Password and Gosuslugi.
    Both,
    /// Gosuslugi first.
    Prefer,
    /// Only Gosuslugi.
    Only {
        /// First such day: «18 ноября 2023 года».
        since: String,
        /// The linking-only door is open.
        linking_door: bool,
    },
}

/// The organisation of the form.
pub enum Organisation {
    /// To be chosen from lists, one above the other.
    Lists(Vec<LevelList>),
    /// Known from the cookie, a search result or the address.
    Known {
        /// Its id, sent as field `organisation`.
        id: String,
        /// Short name.
        name: String,
        /// Settlement.
        settlement: String,
    },
}

/// One of the cascading selects.
pub struct LevelList {
    /// Which.
    pub level: Level,
    /// The level above must be chosen first; there are no entries yet.
    pub waits: bool,
    /// Entries.
    pub entries: Vec<Entry>,
}

/// Levels from the region down to the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Регион.
    Region,
    /// Городской округ / Муниципальный район.
    Municipality,
    /// Населённый пункт.
    Settlement,
    /// Тип ОО.
    Kind,
    /// Образовательная организация.
    Organisation,
    /// Орган управления: the last level of the second tab.
    Authority,
}

impl Level {
    /// Name of the field and of the level in `/options`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Municipality => "municipality",
            Self::Settlement => "settlement",
            Self::Kind => "kind",
            Self::Organisation | Self::Authority => "organisation",
        }
    }

    /// Whether the select belongs to the sign-in form itself: its value is what is sent.
    pub fn is_last(self) -> bool {
        matches!(self, Self::Organisation | Self::Authority)
    }

    /// The label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Region => "Регион",
            Self::Municipality => "Городской округ / Муниципальный район",
            Self::Settlement => "Населённый пункт",
            Self::Kind => "Тип ОО",
            Self::Organisation => "Образовательная организация",
            Self::Authority => "Орган управления",
        }
    }

    /// Label of the level above; empty for the first.
    pub fn above_label(self) -> &'static str {
        match self {
            Self::Region => "",
            Self::Municipality => Self::Region.label(),
            Self::Settlement | Self::Authority => Self::Municipality.label(),
            Self::Kind => Self::Settlement.label(),
            Self::Organisation => Self::Kind.label(),
        }
    }

    /// One, few and many of what the list holds, for «Загружено: 27 организаций» of the script.
    pub fn counted_forms(self) -> &'static str {
        match self {
            Self::Region => "регион|региона|регионов",
            Self::Municipality => "муниципалитет|муниципалитета|муниципалитетов",
            Self::Settlement => "населённый пункт|населённых пункта|населённых пунктов",
            Self::Kind => "тип|типа|типов",
            Self::Organisation => "организация|организации|организаций",
            Self::Authority => "орган управления|органа управления|органов управления",
        }
    }
}

/// One entry of a select.
#[derive(Clone)]
pub struct Entry {
    /// Value sent.
    pub value: String,
    /// Text shown.
    pub text: String,
    /// Chosen already.
    pub selected: bool,
}

/// A login of the demo.
pub struct DemoLogin {
    /// Login.
    pub login: String,
    /// Who it is.
    pub who: String,
    /// Password of all of them. From the demo's own code: a page that held it would carry it into every
    /// build (`docs/security.md`, T62).
    pub password: &'static str,
}

/// `/options`: the entries of one select as a fragment for the script.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/options.html")]
pub struct OptionsFragment {
    /// Entries; with exactly one the handler marks it selected.
    pub entries: Vec<Entry>,
}

/// `/orgs`: search by name or number.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/organisation_search.html")]
pub struct OrganisationSearchPage {
    /// Common part.
    pub page: Page,
    /// What was looked for; empty before the first search.
    pub query: String,
    /// What was found, best first.
    pub found: Vec<FoundOrganisation>,
    /// Only the first of many are shown.
    pub more: bool,
}

impl OrganisationSearchPage {
    fn heading(&self) -> String {
        russian::counted(self.found.len() as u64, Plural::RESULT)
    }
}

/// An organisation found.
pub struct FoundOrganisation {
    /// The sign-in page with this organisation chosen.
    pub address: String,
    /// Short name.
    pub name: String,
    /// Settlement and municipality.
    pub place: String,
}

/// `/login/link`: after the cut-over, a way in that opens nothing but linking.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in/link_door.html")]
pub struct LinkDoorPage {
    /// Common part.
    pub page: Page,
    /// Where the password form goes, with the chosen levels as query.
    pub form_action: String,
    /// How the organisation is known.
    pub organisation: Organisation,
    /// Login entered before an error.
    pub login: String,
    /// The password opens the door: it opens nothing else any more, and the region leaves it that.
    pub by_password: bool,
    /// Days a linking code lives, if codes are accepted: «7 дней».
    pub code_life: Option<String>,
}

impl LinkDoorPage {
    fn lists_path(&self) -> &'static str {
        "/login/link"
    }

    fn next(&self) -> &'static str {
        ""
    }
}
