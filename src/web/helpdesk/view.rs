//! Views of the helpdesk's own frame: sign-in and start page.

use askama::Template;
use askama_web::WebTemplate;

use super::cases::view::CaseLine;
use super::{Desk, Place, Section};
use crate::web::page::Page;
use crate::web::paths;

impl Section {
    /// Its words in the navigation.
    pub fn words(self) -> &'static str {
        match self {
            Self::Start => "Начало",
            Self::People => "Поиск",
            Self::Audit => "Журнал",
            Self::Operators => "Операторы",
            Self::Account => "Моя учётная запись",
            Self::Approvals => "Согласования",
            Self::Codes => "Коды привязки",
            Self::Cases => "Обращения",
            Self::Lists => "Отвязать списком",
        }
    }
}

/// `/helpdesk/login`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/login.html")]
pub struct OperatorLoginPage {
    /// Common part; `csrf` here is bound to the entrance cookie.
    pub page: Page,
    /// Page to go to after signing in.
    pub next: Place,
    /// Login entered before an error.
    pub login: String,
    /// Operators of the demo; empty outside it.
    pub demo_logins: Vec<DemoOperatorLogin>,
}

/// A login of the demo.
pub struct DemoOperatorLogin {
    /// Login.
    pub login: &'static str,
    /// Who it is.
    pub who: String,
    /// Password of all of them. From the demo's own code: a page that held it would carry it into every
    /// build (`docs/security.md`, T62).
    pub password: &'static str,
}

/// `/helpdesk`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/home.html")]
pub struct HelpdeskHomePage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// The operator's cases; none for who works on none.
    pub own: Option<OwnCases>,
    /// Requests of colleagues; none for who decides about none.
    pub approvals: Option<Counted>,
}

/// What the start page says about cases.
pub struct OwnCases {
    /// The first of the operator's own.
    pub lines: Vec<CaseLine>,
    /// Whether there are more of them.
    pub more: bool,
    /// Cases of the area that nobody has taken.
    pub new: Counted,
}

/// A number that is counted so far and no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted(usize);

impl Counted {
    /// One more than is said exactly.
    pub const LIMIT: i64 = 100;

    /// A number counted up to the limit.
    pub fn up_to(number: usize) -> Self {
        Self(number)
    }

    /// «12», «больше 99».
    pub fn words(self) -> String {
        if self.0 < 100 { self.0.to_string() } else { "больше 99".into() }
    }
}

#[cfg(test)]
mod tests {
    use super::Counted;

    #[test]
    fn a_number_is_said_as_far_as_it_was_counted() {
        let cases = [(0, "0"), (99, "99"), (100, "больше 99")];
        for (number, words) in cases {
            assert_eq!(Counted::up_to(number).words(), words);
        }
    }
}
