//! A POST form whose token is its sender's own.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::{Data, Form};
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::Visitor;
use crate::sign_in::form_token::FormOwner;
use crate::web::error_page::PageError;
use crate::web::site::Site;

/// How long a form may take to arrive.
const FORM_TIME: Duration = Duration::from_secs(10);

/// A form's fields. Extracting it checks the token against the visitor; the handler takes who that is
/// from here, so that the two cannot differ.
#[derive(Debug)]
pub struct CsrfForm<T> {
    /// Who sent it.
    pub visitor: Visitor,
    /// The fields.
    pub fields: T,
}

/// The fields with the token beside them.
#[derive(serde::Deserialize)]
struct WithToken<T> {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    fields: T,
}

/// Waits for a form, but not for ever, and gives its fields if its token is the owner's.
pub(super) async fn receive<T: DeserializeOwned + 'static>(
    request: &HttpRequest,
    payload: &mut Payload,
    site: &Site,
    owner: Option<FormOwner<'_>>,
) -> Result<T, PageError> {
    let form = Form::<WithToken<T>>::from_request(request, payload);
    let arrived = tokio::time::timeout(FORM_TIME, form).await.map_err(|_| PageError::TooSlow)?;
    let form = arrived.map_err(|error| match error.as_response_error().status_code().as_u16() {
        413 => PageError::TooLarge,
        _ => PageError::BadRequest,
    })?;
    let WithToken { csrf, fields } = form.into_inner();
    if owner.is_some_and(|owner| site.form_tokens.verify(owner, &csrf)) {
        Ok(fields)
    } else {
        Err(PageError::StaleForm)
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for CsrfForm<T> {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
            let visitor = Visitor::from_request(&request, &mut Payload::None).await?;
            let browser = visitor.browser.digest();
            let fields = receive(&request, &mut payload, site, visitor.form_owner(&browser)).await?;
            Ok(Self { visitor, fields })
        })
    }
}
