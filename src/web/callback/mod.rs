//! `/esia/go/{ticket}` and `/esia/callback`: the two ends of a trip. Neither renders a page of its own.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};

use crate::federation::Federation;
use crate::federation::complete::{Landing, Returning};
use crate::platform::metrics;
use crate::web::error_page::PageError;
use crate::web::extract::{Linker, SignedIn, Visitor, request_facts};
use crate::web::paths::{self, Next};
use crate::web::respond::{PageResult, redirect, with_cookie};
use crate::web::sign_in::esia::{TripCeiling, depart};
use crate::web::site::Site;

/// GET `/esia/go/{ticket}`: «Продолжить». A browser that only looks ahead consumes nothing; from another
/// site the person lands on the page with the button.
pub async fn go(
    request: HttpRequest,
    ticket: Path<String>,
    linker: Linker,
    site: Data<Site>,
    ceiling: Data<TripCeiling>,
    federation: Data<Federation>,
) -> PageResult {
    if request_facts::is_prefetch(&request) {
        return Err(PageError::Unavailable);
    }
    if request_facts::is_cross_site(&request) {
        return Ok(redirect(paths::LINK));
    }
    ceiling.check(&request, &site)?;
    let Linker(SignedIn { session, profile, .. }) = linker;
    depart(federation.begin_link(&session, profile.id, &ticket).await, &site)
}

/// GET `/esia/callback`: always sends on.
pub async fn back(
    request: HttpRequest,
    visitor: Visitor,
    site: Data<Site>,
    federation: Data<Federation>,
) -> PageResult {
    let returning = Returning {
        session: visitor.session.as_ref().map(|(session, _)| session.clone()),
        browser: visitor.browser(),
        meta: visitor.meta.clone(),
    };
    let cookie = |name: &str| site.cookies.token(&request, name);
    // A look-up that failed says nothing about the person: whatever it was, it is worth another try.
    let landing = federation.complete(request.query_string(), cookie, returning).await.map_err(|error| {
        tracing::error!(%error, "a trip to ESIA could not be completed");
        PageError::Unavailable
    })?;
    metrics::note_outcome(&label(&landing));
    let mut response = match landing {
        Landing::Confirm { reference } => redirect(&paths::confirm(&reference)),
        Landing::Linked { reference } => redirect(&paths::linked(&reference)),
        Landing::SignedIn { token, choose, next_page } => {
            let path = if choose { paths::LOGIN_PROFILE } else { Next::from_name(&next_page).path() };
            with_cookie(redirect(path), &site.cookies.session(&token))
        }
        Landing::Outcome { code, reference } => redirect(&paths::outcome(code.shown(), reference.as_deref())),
        Landing::Home => redirect(paths::HOME),
    };
    // Whatever came of the trip, the person may be signed in there: sign-out has to say so.
    response = with_cookie(response, &site.cookies.at_esia());
    if visitor.browser_is_new {
        response = with_cookie(response, &site.cookies.browser(&visitor.browser));
    }
    Ok(response)
}

/// Label of the landing for the metrics; operators see the code that the person is not shown.
fn label(landing: &Landing) -> String {
    match landing {
        Landing::Confirm { .. } => "confirm".into(),
        Landing::Linked { .. } => "linked".into(),
        Landing::SignedIn { .. } => "signed_in".into(),
        Landing::Outcome { code, .. } => code.number().to_string(),
        Landing::Home => "repeated".into(),
    }
}
