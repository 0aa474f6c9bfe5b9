//! A form with a file, of an operator's own. Read as it comes, within bounds: text fields are small, the file
//! is kept up to its size and only counted beyond, so that the page can say what is wrong with it instead of a
//! broken connection (`docs/security.md`, T51 and T69).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{OnDuty, OperatorForm};
use crate::platform::table_file::TableLimits;
use crate::sign_in::form_token::FormOwner;
use crate::web::error_page::PageError;
use crate::web::site::Site;

/// Bytes of a whole form with a file at most; a larger one is not even read.
pub const MAX_UPLOAD: usize = 32 * 1024 * 1024;
/// Bytes of a text field.
const MAX_TEXT: usize = 16 * 1024;
/// Text fields of a form.
const MAX_FIELDS: usize = 16;
/// How long a form may take to arrive: ten megabytes over a line of a megabit.
const UPLOAD_TIME: Duration = Duration::from_secs(120);

/// How many files are held at once; what bounds the memory for all of them.
#[derive(Clone, Debug)]
pub struct UploadPlaces(Arc<Semaphore>);

impl UploadPlaces {
    /// So many.
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places)))
    }
}

/// The file of a form.
pub enum UploadedFile {
    /// None was chosen.
    Missing,
    /// Larger than a list may be; nothing of it is kept.
    TooLarge,
    /// As it came.
    Whole(Vec<u8>),
}

/// A form with a file. Its place is taken until the handler is done with it.
pub struct UploadForm {
    /// Who sent it.
    pub on_duty: OnDuty,
    /// The text fields.
    pub fields: BTreeMap<String, String>,
    /// The file.
    pub file: UploadedFile,
    _place: OwnedSemaphorePermit,
}

impl std::fmt::Debug for UploadForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UploadForm(…)")
    }
}

impl FromRequest for UploadForm {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let places = request.app_data::<Data<UploadPlaces>>().ok_or(PageError::Internal)?;
            let place = Arc::clone(&places.0).try_acquire_owned().map_err(|_| PageError::Unavailable)?;
            if !is_multipart(&request) {
                let form = OperatorForm::<BTreeMap<String, String>>::from_request(&request, &mut payload);
                let OperatorForm { on_duty, fields } = form.await?;
                return Ok(Self { on_duty, fields, file: UploadedFile::Missing, _place: place });
            }
            // Nothing of the body is read for somebody who may not send it.
            let on_duty = OnDuty::from_request(&request, &mut Payload::None).await?;
            let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
            let owner = FormOwner::Operator(&on_duty.session.token_digest);
            let parts = Multipart::new(request.headers(), payload);
            let read = receive(parts, |token| site.form_tokens.verify(owner, token));
            let read = tokio::time::timeout(UPLOAD_TIME, read).await;
            let (fields, file) = read.map_err(|_| PageError::TooSlow)??;
            Ok(Self { on_duty, fields, file, _place: place })
        })
    }
}

fn is_multipart(request: &HttpRequest) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"))
}

/// Reads the parts in their order. The token comes before the file, or nothing of the file is kept.
async fn receive(
    mut parts: Multipart,
    is_ours: impl Fn(&str) -> bool,
) -> Result<(BTreeMap<String, String>, UploadedFile), PageError> {
    let (mut fields, mut file, mut proven) = (BTreeMap::new(), UploadedFile::Missing, false);
    let mut left = MAX_UPLOAD;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| PageError::BadRequest)?;
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.content_disposition().is_some_and(|part| part.get_filename().is_some());
        if is_file && !proven {
            return Err(PageError::StaleForm);
        }
        if is_file {
            file = match take(&mut part, TableLimits::LIST.bytes, &mut left).await? {
                None => UploadedFile::TooLarge,
                Some(bytes) if bytes.is_empty() => UploadedFile::Missing,
                Some(bytes) => UploadedFile::Whole(bytes),
            };
            continue;
        }
        let text = take(&mut part, MAX_TEXT, &mut left).await?.ok_or(PageError::TooLarge)?;
        let text = String::from_utf8(text).map_err(|_| PageError::BadRequest)?;
        if name == "csrf" {
            proven = is_ours(&text);
        } else if fields.len() < MAX_FIELDS {
            fields.insert(name, text);
        }
    }
    if proven { Ok((fields, file)) } else { Err(PageError::StaleForm) }
}

/// A part, or none if it is larger than `bound`: then it is read to its end and forgotten.
async fn take(part: &mut Field, bound: usize, left: &mut usize) -> Result<Option<Vec<u8>>, PageError> {
    let mut bytes = Some(Vec::new());
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| PageError::BadRequest)?;
        *left = left.checked_sub(chunk.len()).ok_or(PageError::TooLarge)?;
        bytes = bytes.filter(|bytes| bytes.len() + chunk.len() <= bound);
        if let Some(bytes) = &mut bytes {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(bytes)
}
