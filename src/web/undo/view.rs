//! Views of «Это был не я». They name nobody: the address may be in strange hands.

use askama::Template;
use askama_web::WebTemplate;

use crate::linking::undo::UndoResult;
use crate::web::page::Page;

/// `/undo/{token}`, before the confirmation.
#[derive(Template, WebTemplate)]
#[template(path = "pages/undo/confirm.html")]
pub struct UndoPage {
    /// Common part.
    pub page: Page,
    /// Where the form goes.
    pub action: String,
    /// Whether there is a link to freeze.
    pub link_is_active: bool,
}

/// After it, now or before.
#[derive(Template, WebTemplate)]
#[template(path = "pages/undo/done.html")]
pub struct UndoDonePage {
    /// Common part.
    pub page: Page,
    /// What came of it.
    pub result: UndoResult,
    /// Number of the case.
    pub case: Option<String>,
}

/// The address stands for nothing.
#[derive(Template, WebTemplate)]
#[template(path = "pages/undo/unknown.html")]
pub struct UndoUnknownPage {
    /// Common part.
    pub page: Page,
}
