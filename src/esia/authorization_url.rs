//! The address that sends a person to ESIA.

use oauth2::{CsrfToken, Scope};
use url::Url;

use super::client_secret::Proof;
use super::token::OAuthClient;

/// The authorize address of one attempt. The scopes stand in the order that was signed.
pub(super) fn authorization_url(oauth: &OAuthClient, scopes: &[String], proof: Proof) -> Url {
    let Proof { timestamp, state, client_secret } = proof;
    oauth
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(scopes.iter().cloned().map(Scope::new))
        // No refresh token is wanted: tokens are used and dropped.
        .add_extra_param("access_type", "online")
        .add_extra_param("timestamp", timestamp)
        .add_extra_param("client_secret", client_secret)
        .url()
        .0
}
