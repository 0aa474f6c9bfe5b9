//! `/demo/mail`: the letters that the demo wrote into its folder.

use actix_web::web::{Data, Path};

use super::view::{LetterRow, MailLetterPage, MailListPage};
use crate::app::DemoExtras;
use crate::config::Settings;
use crate::mail::mailbox::{self, StoredLetter};
use crate::russian;
use crate::web::error_page::PageError;
use crate::web::extract::Visitor;
use crate::web::respond::{PageResult, page};
use crate::web::site::Site;

/// GET `/demo/mail`.
pub async fn list(visitor: Visitor, site: Data<Site>, demo: Data<DemoExtras>) -> PageResult {
    let folder = demo.mail_folder.clone();
    let letters = read(move || mailbox::list(&folder)).await?;
    let rows = letters.into_iter().map(|letter| LetterRow {
        address: format!("/demo/mail/{}", letter.name),
        at: russian::moment(letter.date, site.offset_minutes()),
        subject: letter.subject,
        to: letter.to,
    });
    page(&MailListPage { page: visitor.page(&site), letters: rows.collect() })
}

/// GET `/demo/mail/{name}`.
pub async fn letter(
    name: Path<String>,
    visitor: Visitor,
    site: Data<Site>,
    demo: Data<DemoExtras>,
    settings: Data<Settings>,
) -> PageResult {
    let (folder, name) = (demo.mail_folder.clone(), name.into_inner());
    let found: Option<StoredLetter> = read(move || mailbox::read(&folder, &name)).await?;
    let letter = found.ok_or(PageError::NotFound)?;
    let links = links(&letter.text, site.public_origin());
    page(&MailLetterPage {
        page: visitor.page(&site),
        subject: letter.subject,
        from: settings.mail.from.clone(),
        to: letter.to,
        at: russian::moment(letter.date, site.offset_minutes()),
        text: letter.text,
        links,
    })
}

async fn read<T: Send + 'static>(
    f: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, PageError> {
    match actix_web::web::block(f).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            tracing::error!(%error, "the folder of letters cannot be read");
            Err(PageError::Internal)
        }
        Err(_) => Err(PageError::Internal),
    }
}

/// Our own addresses in a letter, as paths.
fn links(text: &str, origin: &str) -> Vec<String> {
    let words = text.split_whitespace().filter_map(|word| word.strip_prefix(origin));
    words.filter(|path| path.starts_with('/')).map(|path| path.trim_end_matches('.').to_owned()).collect()
}
