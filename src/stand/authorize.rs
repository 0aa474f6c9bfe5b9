//! `GET /aas/oauth2/ac` and `/v2/ac`: checks the request, then leads the person through sign-in and consent.

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::admission::{self, PersonFilter};
use super::client::Client;
use super::fault::{self, CallbackFault, Fault};
use super::parameters::Parameters;
use super::persona::Persona;
use super::pkce::Challenge;
use super::refusal::Refusal;
use super::session::{Visitor, found};
use super::signed_request::{self, Api, Step};
use super::state::{Grant, SignedIn, Trip};
use super::view::ProblemPage;
use super::{Stand, client_secret};
use crate::platform::random;

/// `scope` is mandatory too, but its absence has a code of its own.
const MANDATORY: &[&str] = &["client_secret", "response_type", "state", "timestamp", "access_type"];

/// The legacy authorize address.
pub(super) async fn legacy(request: HttpRequest, stand: web::Data<Stand>) -> HttpResponse {
    authorize(&request, &stand, Api::Legacy)
}

/// The current authorize address.
pub(super) async fn current(request: HttpRequest, stand: web::Data<Stand>) -> HttpResponse {
    authorize(&request, &stand, Api::Current)
}

fn authorize(request: &HttpRequest, stand: &Stand, api: Api) -> HttpResponse {
    let parameters = Parameters::parse(request.query_string().as_bytes());
    let client = match trusted_client(stand, &parameters) {
        Ok(client) => client,
        // Nobody is sent to an address that no registered client vouches for.
        Err(refusal) => return ProblemPage::refused(&refusal).respond(),
    };
    let redirect_uri = parameters.get("redirect_uri");
    let checked = check(stand, client, api, &parameters);
    match checked.and_then(|trip| Ok((trip, automatic(stand, &parameters)?))) {
        Ok((trip, Some(persona))) => found(&answer_at_once(stand, trip, persona)),
        Ok((trip, None)) => begin(stand, request, trip),
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

fn check(stand: &Stand, client: &Client, api: Api, parameters: &Parameters) -> Result<Trip, Refusal> {
    parameters.refuse_repeated()?;
    parameters.require(MANDATORY)?;
    if parameters.get("response_type") != "code" {
        return Err(Refusal::ResponseType);
    }
    if !matches!(parameters.get("access_type"), "online" | "offline") {
        return Err(Refusal::Malformed("access_type"));
    }
    let (filter, challenge) = (PersonFilter::read(parameters)?, Challenge::read(parameters)?);
    if !is_list_of_permissions(parameters.get("permissions")) {
        return Err(Refusal::Malformed("permissions"));
    }
    let signed = signed_request::check(stand, client, api, Step::Authorize, parameters)?;
    if stand.rules.refuse_repeated_requests {
        let key = [client.id.as_str(), &signed.state, parameters.get("timestamp")].map(str::to_owned);
        let [client_id, state, timestamp] = key;
        let until = stand.now() + stand.rules.clock_tolerance * 2;
        if stand.state.is_repeated((client_id, state, timestamp), until, stand.now()) {
            return Err(Refusal::Malformed("state"));
        }
    }
    Ok(Trip {
        client_id: client.id.clone(),
        scope: signed.scope,
        organisations: signed.organisations,
        state: signed.state,
        redirect_uri: parameters.get("redirect_uri").to_owned(),
        filter,
        challenge,
        offline: parameters.get("access_type") == "offline",
    })
}

/// Consents of the digital profile: a JSON list in base64url. The stand has none to give, so it only looks
/// at the form.
fn is_list_of_permissions(encoded: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(client_secret::canonical_base64(encoded));
    let list = bytes.ok().and_then(|bytes| serde_json::from_slice::<Vec<serde_json::Value>>(&bytes).ok());
    encoded.is_empty() || list.is_some()
}

/// Who is taken to be signed in and to agree: whom the request names, where that is allowed, or the panel.
fn automatic(stand: &Stand, parameters: &Parameters) -> Result<Option<&'static Persona>, Refusal> {
    match parameters.get("login_hint") {
        hint if stand.rules.take_login_hints && !hint.is_empty() => {
            Persona::find_by_login(hint).map(Some).ok_or(Refusal::Malformed("login_hint"))
        }
        _ => Ok(stand.switches.automatic()),
    }
}

fn answer_at_once(stand: &Stand, trip: Trip, persona: &'static Persona) -> String {
    let persona = stand.switches.leveled(persona);
    let signed_in = SignedIn { persona, at: stand.now(), sid: random::uuid().to_string() };
    answer_address(stand, trip, signed_in)
}

fn begin(stand: &Stand, request: &HttpRequest, trip: Trip) -> HttpResponse {
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
    // Who is not let in need not agree to anything first.
    let is_let_in = admission::check(&trip, signed_in.persona).is_ok();
    if is_let_in && !stand.state.has_consent(signed_in.persona, &trip, now) {
        return format!("/consent?request={id}");
    }
    // Closed by a second tab in this very moment: it answers, not we.
    let closed = match stand.switches.fault() {
        Some(Fault::Callback(CallbackFault::AnswersTwice)) => Some(trip),
        _ => stand.state.close_trip(id, visitor.key(), now),
    };
    closed.map_or_else(over, |trip| answer_address(stand, trip, signed_in.clone()))
}

/// The way back: with a code, or with a refusal of this person.
fn answer_address(stand: &Stand, trip: Trip, signed_in: SignedIn) -> String {
    match admission::check(&trip, signed_in.persona) {
        Ok(()) => code_address(stand, trip, signed_in),
        Err(refusal) => refusal_address(&trip.redirect_uri, &refusal, &trip.state),
    }
}

/// The way back with a code.
fn code_address(stand: &Stand, trip: Trip, signed_in: SignedIn) -> String {
    let now = stand.now();
    let grant = Grant { trip, signed_in };
    let code = stand.mint(&grant.trip.client_id, None).code(&grant);
    if !stand.rules.remember_consent {
        stand.state.forget_consents(grant.signed_in.persona, now);
    }
    let mut pairs = vec![("code", code.clone()), ("state", grant.trip.state.clone())];
    match stand.switches.fault() {
        Some(Fault::Callback(fault)) => fault.spoil(&mut pairs),
        Some(Fault::CallbackRefuses(code)) => {
            fault::callback::refuse(&mut pairs, code.oauth_error(), Some(code.description()));
        }
        _ => {}
    }
    let address = with_query(&grant.trip.redirect_uri, &pairs);
    stand.state.insert_code(code, grant, stand.rules.code_lifetime, now);
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
