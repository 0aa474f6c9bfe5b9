//! `GET /idp/ext/Logout`: ends the provider's session in this browser.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Stand;
use super::parameters::Parameters;
use super::session::{Visitor, found};
use super::view::SignedOutPage;

/// The logout address. Back to the relying party only when the address is registered for it.
pub(super) async fn logout(request: HttpRequest, stand: web::Data<Stand>) -> HttpResponse {
    let query = Parameters::parse(request.query_string().as_bytes());
    let visitor = Visitor::of(&request, &stand);
    let visitor = visitor.renewed(stand.state.sign_out(visitor.key(), stand.now()));
    let back = query.get("redirect_url");
    let once = !query.is_repeated("client_id") && !query.is_repeated("redirect_url");
    let client = stand.find_client(query.get("client_id")).filter(|_| once);
    let response = match client {
        // Through the parser: the header holds no character a browser would read otherwise.
        Some(client) if client.may_redirect_to(back) => {
            url::Url::parse(back).map_or_else(|_| SignedOutPage.respond(), |url| found(url.as_str()))
        }
        _ => SignedOutPage.respond(),
    };
    visitor.remember(response)
}
