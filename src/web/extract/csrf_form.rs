//! A POST form whose token is the visitor's own.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::{Data, Form};
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::Visitor;
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
pub(super) struct WithToken<T> {
    #[serde(default)]
    pub(super) csrf: String,
    #[serde(flatten)]
    pub(super) fields: T,
}

/// Waits for a form, but not for ever.
pub(super) async fn arrive<T>(
    form: impl Future<Output = Result<Form<WithToken<T>>, actix_web::Error>>,
) -> Result<WithToken<T>, PageError> {
    let arrived = tokio::time::timeout(FORM_TIME, form).await.map_err(|_| PageError::TooSlow)?;
    let form = arrived.map_err(|error| match error.as_response_error().status_code().as_u16() {
        413 => PageError::TooLarge,
        _ => PageError::BadRequest,
    })?;
    Ok(form.into_inner())
}

impl<T: DeserializeOwned + 'static> FromRequest for CsrfForm<T> {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = Form::<WithToken<T>>::from_request(request, payload);
        let visitor = Visitor::from_request(request, &mut Payload::None);
        let request = request.clone();
        Box::pin(async move {
            let site = request.app_data::<Data<Site>>().ok_or(PageError::Internal)?;
            let WithToken { csrf, fields } = arrive(form).await?;
            let visitor = visitor.await?;
            if visitor.owns_form(site, &csrf) {
                Ok(Self { visitor, fields })
            } else {
                Err(PageError::StaleForm)
            }
        })
    }
}
