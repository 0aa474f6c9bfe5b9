//! «Войти через Госуслуги»: `/login/esia`, a link that begins a sign-in.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::selection::serde_urlencoded;
use crate::error_code::OutcomeCode;
use crate::federation::Federation;
use crate::federation::begin::{BeginError, Departure};
use crate::sign_in::AddressCeiling;
use crate::web::error_page::PageError;
use crate::web::extract::{Visitor, request_facts};
use crate::web::paths::{self, Next};
use crate::web::respond::{PageResult, redirect, remember_browser, with_cookie};
use crate::web::site::Site;

/// Trips to ESIA that one network address may begin in a minute; a type of its own, so that actix finds it.
#[derive(Clone, Debug)]
pub struct TripCeiling(pub AddressCeiling);

impl TripCeiling {
    /// Counts one trip.
    ///
    /// # Errors
    /// 429, with the time to wait.
    pub fn check(&self, request: &HttpRequest, site: &Site) -> Result<(), PageError> {
        let address = request_facts::address(request, site).ok_or(PageError::BadRequest)?;
        self.0.check(address).map_err(|wait| PageError::TooMany(wait.as_secs().max(1)))
    }
}

#[derive(Debug, Default, Deserialize)]
struct Query {
    #[serde(default)]
    shared_computer: String,
    #[serde(default)]
    next: String,
}

/// GET: stores the trip and sends the browser to ESIA. A browser that only looks ahead starts nothing.
pub async fn begin(
    request: HttpRequest,
    visitor: Visitor,
    site: Data<Site>,
    ceiling: Data<TripCeiling>,
    federation: Data<Federation>,
) -> PageResult {
    if request_facts::is_prefetch(&request) {
        return Err(PageError::Unavailable);
    }
    let query: Query = serde_urlencoded(request.query_string())?;
    ceiling.check(&request, &site)?;
    let next = Next::from_name(&query.next).name();
    let departure = federation.begin_sign_in(!query.shared_computer.is_empty(), next).await;
    depart(departure, &site).map(|response| remember_browser(response, &site, &visitor))
}

/// Sends the browser off with the trip's own cookie.
pub fn depart(departure: Result<Departure, BeginError>, site: &Site) -> PageResult {
    match departure {
        Ok(departure) => {
            let mut response = redirect(departure.url.as_str());
            *response.status_mut() = StatusCode::FOUND;
            let cookie = site.cookies.attempt(&departure.cookie_name, &departure.cookie, departure.life);
            Ok(with_cookie(response, &cookie))
        }
        Err(BeginError::EsiaDown) => Ok(redirect(&paths::outcome(OutcomeCode::Unavailable, None))),
        Err(BeginError::BadTicket) => Ok(redirect(paths::LINK)),
        Err(BeginError::Esia(error)) => {
            tracing::error!(%error, "a request to ESIA could not be signed");
            Err(PageError::Internal)
        }
        Err(BeginError::Store(error)) => Err(error.into()),
    }
}
