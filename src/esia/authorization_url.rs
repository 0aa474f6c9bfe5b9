//! The address that sends a person to ESIA.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth2::{CsrfToken, Scope};
use url::Url;

use super::client_secret::Proof;
use super::token::OAuthClient;
use crate::config::esia::PersonFilter;

/// What is asked for, in every attempt the same.
#[derive(Clone, Debug)]
pub(super) struct Wishes {
    pub(super) scopes: Vec<String>,
    pub(super) scope_org: String,
    pub(super) person_filter: Option<PersonFilter>,
}

impl Wishes {
    /// Whether one of these scopes is among what is asked for.
    pub(super) fn asks_for(&self, scopes: &[&str]) -> bool {
        self.scopes.iter().any(|scope| scopes.contains(&scope.as_str()))
    }
}

/// The authorize address of one attempt. The scopes stand in the order that was signed.
pub(super) fn authorization_url(oauth: &OAuthClient, wishes: &Wishes, proof: Proof) -> Url {
    let Proof { timestamp, state, client_secret, certificate_hash } = proof;
    let mut request = oauth
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(wishes.scopes.iter().cloned().map(Scope::new))
        // No refresh token is wanted: tokens are used and dropped.
        .add_extra_param("access_type", "online")
        .add_extra_param("timestamp", timestamp)
        .add_extra_param("client_secret", client_secret);
    if let Some(hash) = certificate_hash {
        request = request.add_extra_param("client_certificate_hash", hash);
    }
    if !wishes.scope_org.is_empty() {
        request = request.add_extra_param("scope_org", wishes.scope_org.clone());
    }
    if let Some(filter) = wishes.person_filter {
        request = request.add_extra_param("person_filter", STANDARD.encode(name(filter)));
    }
    request.url().0
}

fn name(filter: PersonFilter) -> &'static str {
    match filter {
        PersonFilter::ConfAcc => "conf_acc",
        PersonFilter::AccKid => "acc_kid",
        PersonFilter::AccNotKid => "acc_not_kid",
    }
}
