//! Views of what operators hand out.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::helpdesk::Desk;
use crate::web::page::Page;

/// For whom something is handed out, and the form that asks for it.
pub struct IssueForm {
    /// The person's card.
    pub card: String,
    /// Full name.
    pub name: String,
    /// Class or post, and organisation.
    pub place: String,
    /// Why not, in words.
    pub obstacle: Option<&'static str>,
    /// Where the form goes.
    pub action: String,
    /// The form's own random value.
    pub token: String,
    /// What it rests on, as entered before an error.
    pub basis: String,
}

/// `/helpdesk/profiles/{id}/code`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/issue/code.html")]
pub struct CodePage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// For whom, and the form.
    pub person: IssueForm,
    /// Until when an earlier code works.
    pub earlier: Option<String>,
}

/// The codes, once: for one person or a list.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/issue/slips.html")]
pub struct SlipsPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// The name of the one person; none for a list.
    pub single: Option<String>,
    /// Short name of the organisation.
    pub organisation: String,
    /// Until when the codes work.
    pub until: String,
    /// Address of the door, as a person types it.
    pub address: String,
    /// Where to go on.
    pub next: String,
    /// The slips.
    pub slips: Vec<SlipView>,
}

/// One slip.
pub struct SlipView {
    /// Full name.
    pub name: String,
    /// Class or post; empty for none.
    pub post: String,
    /// Login.
    pub login: String,
    /// The code in groups of four.
    pub code: String,
}

/// The same form sent again.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/issue/before.html")]
pub struct IssuedBeforePage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// When it was answered: «в 14:05».
    pub time: String,
    /// Where another one is handed out.
    pub again: String,
}

/// `/helpdesk/profiles/{id}/password`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/issue/password.html")]
pub struct PasswordPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// For whom, and the form.
    pub person: IssueForm,
}

/// The password, once.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/issue/password_issued.html")]
pub struct PasswordIssuedPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Full name.
    pub name: String,
    /// Login.
    pub login: String,
    /// The password.
    pub password: String,
    /// Until when it works.
    pub until: String,
    /// Where to go on.
    pub next: String,
}

/// `/helpdesk/codes`, where the organisation is still to be named.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/issue/organisation.html")]
pub struct CodesOrganisationPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// What was searched.
    pub query: String,
    /// What was found in the operator's area.
    pub found: Vec<FoundPlace>,
}

/// An organisation found.
pub struct FoundPlace {
    /// The page of its codes.
    pub address: String,
    /// Short name.
    pub name: String,
    /// Settlement and municipality.
    pub place: String,
}

/// `/helpdesk/codes` of one organisation: who.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/issue/group.html")]
pub struct CodesGroupPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// To another organisation, for whom there are several.
    pub back: Option<&'static str>,
    /// Id of the organisation.
    pub organisation_id: String,
    /// Its short name.
    pub organisation: String,
    /// Codes that one answer may hold.
    pub at_once: u32,
    /// Classes and posts.
    pub posts: Vec<OptionView>,
    /// Roles.
    pub roles: Vec<OptionView>,
    /// Logins entered before.
    pub logins: String,
}

/// An entry of a select.
pub struct OptionView {
    /// Value.
    pub value: String,
    /// Words.
    pub text: String,
    /// Chosen.
    pub selected: bool,
}

/// `/helpdesk/codes`: who gets one and who does not.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/issue/preview.html")]
pub struct CodesPreviewPage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Back to the choice.
    pub back: String,
    /// Id of the organisation.
    pub organisation_id: String,
    /// Its short name.
    pub organisation: String,
    /// Codes that one answer may hold.
    pub at_once: u32,
    /// How many get one.
    pub able: usize,
    /// How many do not.
    pub unable: usize,
    /// There are more people than one answer may hold.
    pub more: bool,
    /// Logins that nobody has, with commas between them.
    pub unknown: String,
    /// The people.
    pub rows: Vec<PreviewRow>,
    /// Ids of those who get one.
    pub ids: String,
    /// The form's own random value.
    pub form_token: String,
    /// What it rests on, as entered before an error.
    pub basis: String,
}

/// A person of the preview.
pub struct PreviewRow {
    /// Full name.
    pub name: String,
    /// Class or post; empty for none.
    pub post: String,
    /// Login.
    pub login: String,
    /// Why not, in words.
    pub obstacle: Option<&'static str>,
    /// An earlier code is voided.
    pub earlier: bool,
}
