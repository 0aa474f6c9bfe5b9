//! View of the search.

use askama::Template;
use askama_web::WebTemplate;

use crate::russian::{self, Plural};
use crate::web::helpdesk::Desk;
use crate::web::page::Page;

/// `/helpdesk/profiles`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/search.html")]
pub struct SearchPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// What stands in the form.
    pub form: SearchForm,
    /// What was found.
    pub outcome: Outcome,
}

/// The form's fields.
#[derive(Clone, Debug, Default)]
pub struct SearchForm {
    /// The one field.
    pub text: String,
    /// Whether the area has more than one organisation to choose from.
    pub with_organisation: bool,
    /// What was typed for the organisation.
    pub organisation: String,
    /// Organisations that it may mean, if several.
    pub choices: Vec<OrganisationChoice>,
}

/// An organisation to choose.
#[derive(Clone, Debug)]
pub struct OrganisationChoice {
    /// Its id.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Settlement and municipality.
    pub place: String,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Nothing was asked yet.
    Nothing,
    /// The address is of another session or an hour old.
    Stale,
    /// Everybody who was found, perhaps nobody.
    All {
        /// What was typed.
        text: String,
        /// Who.
        people: Vec<PersonRow>,
    },
    /// A page of more than a page.
    Part {
        /// People on a page.
        size: usize,
        /// Who.
        people: Vec<PersonRow>,
        /// Address of the next page; none on the last one.
        next: Option<String>,
    },
}

/// A person of the list.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// Address of the card.
    pub address: String,
    /// Surname with initials.
    pub name: String,
    /// Short name of the organisation.
    pub organisation: String,
    /// Class or post, or the roles.
    pub detail: String,
    /// Login, masked.
    pub login: String,
    /// The link.
    pub state: State,
}

/// The state of a link in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Linked.
    Linked,
    /// Never linked.
    NotLinked,
    /// Linked, but it signs nobody in.
    OnHold,
    /// Unlinked on this date.
    Unlinked(String),
}

impl State {
    /// The words.
    pub fn words(&self) -> String {
        match self {
            Self::Linked => "Привязана".into(),
            Self::NotLinked => "Не привязана".into(),
            Self::OnHold => "Привязка приостановлена".into(),
            Self::Unlinked(date) => format!("Отвязана {date}"),
        }
    }

    /// Class of the badge.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Linked => "yes",
            Self::OnHold => "maybe",
            Self::NotLinked | Self::Unlinked(_) => "muted",
        }
    }
}

impl SearchPage {
    /// «3 результата».
    pub fn counted(&self, people: &[PersonRow]) -> String {
        russian::counted(u64::try_from(people.len()).unwrap_or_default(), Plural::RESULT)
    }
}
