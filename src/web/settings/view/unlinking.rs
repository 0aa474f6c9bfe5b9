//! Owner's unlink.

use std::fmt;

use askama::Template;
use askama_web::WebTemplate;

use crate::web::page::Page;

/// `/settings/unlink`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/settings/unlink.html")]
pub struct UnlinkPage {
    /// Common part.
    pub page: Page,
    /// Whether it may be done.
    pub kind: UnlinkKind,
}

/// Whether the owner may unlink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnlinkKind {
    /// Yes; a field `reason` may be sent.
    Allowed,
    /// It is the last way in.
    LastWayIn {
        /// Passwords are closed since.
        since: String,
    },
    /// There is nothing linked.
    NothingLinked,
}

/// Why an owner unlinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerReason {
    /// `other_account`.
    OtherAccount,
    /// `name_changed`.
    NameChanged,
    /// `leaving`.
    Leaving,
    /// `other`.
    Other,
}

impl OwnerReason {
    /// All, as listed.
    pub const ALL: [Self; 4] = [Self::OtherAccount, Self::NameChanged, Self::Leaving, Self::Other];

    /// Value of the field `reason`.
    pub fn value(self) -> &'static str {
        match self {
            Self::OtherAccount => "other_account",
            Self::NameChanged => "name_changed",
            Self::Leaving => "leaving",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for OwnerReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherAccount => "Привязана не та учётная запись",
            Self::NameChanged => "Смена фамилии или имени",
            Self::Leaving => "Больше не работаю или не учусь здесь",
            Self::Other => "Другое",
        })
    }
}

/// After it. Every session of the profile has ended, this one too.
#[derive(Template, WebTemplate)]
#[template(path = "pages/settings/unlinked.html")]
pub struct UnlinkedPage {
    /// Common part.
    pub page: Page,
    /// Masked address of the letter; none if there is no address.
    pub email: Option<String>,
}
