//! Letters of the demo, which leave for nobody's mailbox.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::page::Page;

/// `/demo/mail`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/demo/mail_list.html")]
pub struct MailListPage {
    /// Common part, with `demo` on.
    pub page: Page,
    /// Letters, newest first.
    pub letters: Vec<LetterRow>,
}

/// One line of the list.
pub struct LetterRow {
    /// Its page.
    pub address: String,
    /// Subject.
    pub subject: String,
    /// Recipient.
    pub to: String,
    /// When.
    pub at: String,
}

/// `/demo/mail/{id}`.
#[derive(Template, WebTemplate)]
#[template(path = "pages/demo/mail_letter.html")]
pub struct MailLetterPage {
    /// Common part, with `demo` on.
    pub page: Page,
    /// Subject.
    pub subject: String,
    /// Sender.
    pub from: String,
    /// Recipient.
    pub to: String,
    /// When.
    pub at: String,
    /// The text version.
    pub text: String,
    /// Addresses of this service in the text, as paths: links to press.
    pub links: Vec<String>,
}
