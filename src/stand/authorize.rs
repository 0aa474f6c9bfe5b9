//! `GET /aas/oauth2/ac`: checks the request, then leads the person through sign-in and consent.

use actix_web::{HttpRequest, HttpResponse, web};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::fault::{self, CallbackFault, Fault};
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::session::{Visitor, found};
use super::state::{Grant, SignedIn, Trip};
use super::tokens::Mint;
use super::view::ProblemPage;
use super::{Stand, client::Client};
use crate::platform::random;

/// `scope` is mandatory too, but its absence has a code of its own.
const MANDATORY: &[&str] = &["client_secret", "response_type", "state", "timestamp", "access_type"];

/// The authorize address.
pub(super) async fn authorize(request: HttpRequest, stand: web::Data<Stand>) -> HttpResponse {
    let parameters = Parameters::parse(request.query_string().as_bytes());
    let client = match trusted_client(&stand, &parameters) {
        Ok(client) => client,
        // Nobody is sent to an address that no registered client vouches for.
        Err(refusal) => return ProblemPage::refused(&refusal).respond(),
    };
    let redirect_uri = parameters.get("redirect_uri");
    match check(&stand, client, &parameters) {
        Ok(trip) => begin(&stand, &request, trip),
        Err(refusal) => {
            tracing::info!(code = refusal.code(), "authorize request refused");
            found(&refusal_address(redirect_uri, &refusal, parameters.get("state")))
        }
    }
}

fn trusted_client<'a>(stand: &'a Stand, parameters: &Parameters) -> Result<&'a Client, Refusal> {
    parameters.require(&["client_id"])?;
    let client = stand.find_client(parameters.get("client_id")).ok_or(Refusal::UnknownClient)?;
    parameters.require(&["redirect_uri"])?;
    if client.may_redirect_to(parameters.get("redirect_uri")) {
        Ok(client)
    } else {
        Err(Refusal::RedirectAddress)
    }
}

fn check(stand: &Stand, client: &Client, parameters: &Parameters) -> Result<Trip, Refusal> {
    parameters.require(MANDATORY)?;
    if parameters.get("response_type") != "code" {
        return Err(Refusal::ResponseType);
    }
    if !matches!(parameters.get("access_type"), "online" | "offline") {
        return Err(Refusal::Malformed("access_type"));
    }
    let signed = client.check(parameters, stand.now(), stand.clock_tolerance)?;
    Ok(Trip {
        client_id: client.id.clone(),
        scope: signed.scope,
        state: signed.state,
        redirect_uri: parameters.get("redirect_uri").to_owned(),
    })
}

fn begin(stand: &Stand, request: &HttpRequest, trip: Trip) -> HttpResponse {
    if let Some(persona) = stand.switches.automatic() {
        let signed_in = SignedIn { persona, at: stand.now(), sid: random::uuid().to_string() };
        return found(&code_address(stand, trip, signed_in));
    }
    let visitor = Visitor::of(request, stand);
    let id = stand.state.open_trip(visitor.key(), trip, stand.now());
    let next = next_step(stand, &visitor, &id);
    visitor.remember(found(&next))
}

/// Where a person with an open request goes next: sign-in, consent, or back with a code.
pub(super) fn next_step(stand: &Stand, visitor: &Visitor, id: &str) -> String {
    let now = stand.now();
    // The consent page without a request tells that the request is over. An id that was not found is not
    // ours and goes into no address.
    let over = || "/consent".to_owned();
    let Some(trip) = stand.state.find_trip(id, visitor.key(), now) else { return over() };
    let Some(signed_in) = visitor.signed_in() else { return format!("/login?request={id}") };
    if !stand.state.has_consent(signed_in.persona, &trip, now) {
        return format!("/consent?request={id}");
    }
    // Closed by a second tab in this very moment: it answers, not we.
    let closed = match stand.switches.fault() {
        Some(Fault::Callback(CallbackFault::AnswersTwice)) => Some(trip),
        _ => stand.state.close_trip(id, visitor.key(), now),
    };
    closed.map_or_else(over, |trip| code_address(stand, trip, signed_in.clone()))
}

/// The way back with a code.
fn code_address(stand: &Stand, trip: Trip, signed_in: SignedIn) -> String {
    let now = stand.now();
    let Trip { client_id, scope, state, redirect_uri } = trip;
    let grant = Grant { client_id, scope, state, redirect_uri, signed_in };
    let mint = Mint { issuer: &stand.issuer, key: &stand.key, now, fault: None };
    let code = mint.code(&grant);
    let mut pairs = vec![("code", code.clone()), ("state", grant.state.clone())];
    match stand.switches.fault() {
        Some(Fault::Callback(fault)) => fault.spoil(&mut pairs),
        Some(Fault::CallbackRefuses(code)) => {
            fault::callback::refuse(&mut pairs, code.oauth_error(), Some(code.description()));
        }
        _ => {}
    }
    let address = with_query(&grant.redirect_uri, &pairs);
    stand.state.insert_code(code, grant, now);
    address
}

/// The way back with a refusal.
pub(super) fn refusal_address(redirect_uri: &str, refusal: &Refusal, state: &str) -> String {
    let description = refusal.description();
    let mut pairs = vec![("error", refusal.oauth_error().to_owned()), ("error_description", description)];
    if !state.is_empty() {
        pairs.push(("state", state.to_owned()));
    }
    with_query(redirect_uri, &pairs)
}

fn with_query(address: &str, pairs: &[(&str, String)]) -> String {
    // Through the parser, so that the header holds no character a browser would read otherwise.
    let mut address = Url::parse(address).map_or_else(|_| "/".to_owned(), String::from);
    let mut joint = if address.contains('?') { '&' } else { '?' };
    for (name, value) in pairs {
        let value = byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20");
        address.push(joint);
        address.push_str(&format!("{name}={value}"));
        joint = '&';
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_appended_to_what_the_address_has() {
        assert_eq!(
            with_query("http://a.example/cb", &[("code", "x".to_owned()), ("s", "1".to_owned())]),
            "http://a.example/cb?code=x&s=1"
        );
        assert_eq!(
            with_query("http://a.example/cb?t=1", &[("code", "x+ y".to_owned())]),
            "http://a.example/cb?t=1&code=x%2B%20y"
        );
    }
}
