//! `/consent`: which data go to whom; asked once per person, client and set of data.

use actix_web::web::{self, Bytes};
use actix_web::{Error, HttpRequest, HttpResponse};

use super::Stand;
use super::authorize::{next_step, refusal_address};
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::session::{Visitor, found, see_other};
use super::sign_in::read_form;
use super::view::{ConsentPage, ProblemPage};

/// `GET /consent`.
pub(super) async fn show(request: HttpRequest, stand: web::Data<Stand>) -> HttpResponse {
    let query = Parameters::parse(request.query_string().as_bytes());
    let visitor = Visitor::of(&request, &stand);
    let id = query.get("request");
    let trip = stand.state.find_trip(id, visitor.key(), stand.now());
    let response = match (trip, visitor.signed_in()) {
        (None, _) => ProblemPage::request_over().respond(),
        (Some(_), None) => found(&next_step(&stand, &visitor, id)),
        (Some(trip), Some(signed_in)) => ConsentPage {
            client_name: stand.client_name(&trip),
            person: signed_in.persona.full_name(),
            data: trip.scope.in_words(),
            request: id.to_owned(),
            form_token: visitor.form_token().to_owned(),
        }
        .respond(),
    };
    visitor.remember(response)
}

/// `POST /consent`.
pub(super) async fn submit(
    request: HttpRequest,
    stand: web::Data<Stand>,
    body: Result<Bytes, Error>,
) -> HttpResponse {
    let form = read_form(body);
    let visitor = Visitor::of(&request, &stand);
    if !visitor.sent(&form) {
        return visitor.remember(ProblemPage::stale_form().respond());
    }
    let (id, now) = (form.get("request"), stand.now());
    let Some(trip) = stand.state.find_trip(id, visitor.key(), now) else {
        return visitor.remember(ProblemPage::request_over().respond());
    };
    let next = match (form.get("decision"), visitor.signed_in()) {
        ("allow", Some(signed_in)) => {
            stand.state.remember_consent(signed_in.persona, &trip, now);
            next_step(&stand, &visitor, id)
        }
        ("refuse", _) => match stand.state.close_trip(id, visitor.key(), now) {
            Some(trip) => refusal_address(&trip.redirect_uri, &Refusal::Denied, &trip.state),
            None => next_step(&stand, &visitor, id),
        },
        _ => next_step(&stand, &visitor, id),
    };
    visitor.remember(see_other(&next))
}
