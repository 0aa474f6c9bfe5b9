//! Views of a fresh proof.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::helpdesk::{Desk, Place};
use crate::web::page::Page;

/// `/helpdesk/prove`, and the answer to a form that came with too old a proof.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/prove/prove.html")]
pub struct OperatorProvePage {
    /// Common part.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Whose proof.
    pub login: String,
    /// Whether a code is asked for.
    pub has_factor: bool,
    /// Whether the operator has to come in through Gosuslugi besides.
    pub needs_esia: bool,
    /// The page to come back to.
    pub next: Place,
    /// The form that waits, encrypted; empty if there is none.
    pub kept: String,
}

/// After the proof: the form that waited, ready to be sent.
#[derive(Template, WebTemplate)]
#[template(path = "pages/helpdesk/prove/go_on.html")]
pub struct OperatorGoOnPage {
    /// Common part, with the token of the session as it is now.
    pub page: Page,
    /// Header and navigation.
    pub desk: Desk,
    /// Where the form goes.
    pub form_action: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
    /// Where «Отмена» leads.
    pub back: String,
}
