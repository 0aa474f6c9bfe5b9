//! Views of the operators, for their administrators.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::helpdesk::Desk;
use crate::web::page::Page;

/// `/helpdesk/operators`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/operators/list.html")]
pub struct OperatorListPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Operators of this page, those at work first.
    pub operators: Vec<OperatorRow>,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// A line of the list.
pub struct OperatorRow {
    /// The operator's page; none for oneself.
    pub address: Option<String>,
    /// Name.
    pub name: String,
    /// Login.
    pub login: String,
    /// Role in words.
    pub role: &'static str,
    /// Name of the area.
    pub area: String,
    /// Since when disabled: «1 марта 2026 года».
    pub disabled: Option<String>,
}

/// `/helpdesk/operators/new`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/operators/new.html")]
pub struct NewOperatorPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Name entered before an error.
    pub name: String,
    /// Login entered before an error.
    pub login: String,
    /// E-mail entered before an error.
    pub email: String,
    /// Role and area.
    pub rights: RightsFields,
}

/// `/helpdesk/operators/{id}`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/operators/operator.html")]
pub struct OperatorPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// The operator's address.
    pub address: String,
    /// The operator.
    pub operator: OperatorRow,
    /// E-mail.
    pub email: Option<String>,
    /// A sign-in also needs a linked account of Gosuslugi.
    pub needs_esia: bool,
    /// Role and area to give.
    pub rights: RightsFields,
    /// A change was just saved.
    pub saved: bool,
}

/// A password to be handed over, once.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/operators/password.html")]
pub struct OneTimePasswordPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Login.
    pub login: String,
    /// The password.
    pub password: String,
}

/// The fields of role and area.
pub struct RightsFields {
    /// Roles.
    pub roles: Vec<RoleOption>,
    /// Regions and municipalities; none for an administrator of one organisation.
    pub areas: Vec<AreaOption>,
    /// Name of an organisation as entered.
    pub organisation: String,
    /// Organisations of such a name, to choose from.
    pub found: Vec<FoundOrganisation>,
}

/// A role to choose.
pub struct RoleOption {
    /// Value sent.
    pub value: &'static str,
    /// In words.
    pub word: &'static str,
    /// Chosen already.
    pub selected: bool,
}

/// An area to choose.
pub struct AreaOption {
    /// Value sent.
    pub value: String,
    /// Name.
    pub name: String,
    /// Chosen already.
    pub selected: bool,
}

/// An organisation to choose.
pub struct FoundOrganisation {
    /// Value sent.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Settlement and municipality.
    pub place: String,
}
