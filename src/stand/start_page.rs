//! `/`: what this place is, and who can sign in here.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Stand;
use super::session::Visitor;
use super::view::{ProblemPage, StartPage};

/// The start page.
pub(super) async fn show(request: HttpRequest, stand: web::Data<Stand>) -> HttpResponse {
    let visitor = Visitor::of(&request, &stand);
    let page = StartPage {
        person: visitor.signed_in().map(|signed_in| signed_in.persona.full_name()),
        systems: stand.clients.iter().map(|client| client.name.clone()).collect(),
        form_token: visitor.form_token().to_owned(),
    };
    visitor.remember(page.respond())
}

/// Every address that is not the stand's.
pub(super) async fn not_found(request: HttpRequest) -> HttpResponse {
    if request.path().starts_with("/rs/") {
        return super::rest::not_found();
    }
    ProblemPage::not_found().respond()
}
