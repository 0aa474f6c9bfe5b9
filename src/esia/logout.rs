//! The end of ESIA's own session in the browser.

use url::Url;

use super::endpoints::Endpoints;

/// The address that ends ESIA's session. The parameter is `redirect_url`, unlike everywhere else; ESIA
/// sends the browser back only to a registered domain.
pub(super) fn logout_url(endpoints: &Endpoints, client_id: &str, return_to: &Url) -> Url {
    let mut url = endpoints.logout();
    url.query_pairs_mut().append_pair("client_id", client_id).append_pair("redirect_url", return_to.as_str());
    url
}
