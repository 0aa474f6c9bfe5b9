//! The access token: opaque by OAuth, but a signed token here, so that it can be held against the id_token.

use serde::Deserialize;
use serde_json::Value;

use super::claims::{AttemptTimes, CommonClaims, Expected};
use super::error::Reason;
use super::jws::{self, TokenUse};
use super::keys::TrustedKeys;
use crate::identity::Subject;

/// It has no `aud` and no `sub`; `client_id` and `urn:esia:sbj_id` stand in their places.
#[derive(Deserialize)]
struct Claims {
    #[serde(flatten)]
    common: CommonClaims,
    client_id: String,
    #[serde(rename = "urn:esia:sbj_id")]
    subject: Value,
}

/// Checks signature and claims, and that it is for us and for the person who signed in.
pub(super) fn verify(
    token: &str,
    signed_in: Subject,
    keys: &TrustedKeys,
    expected: &Expected,
    times: AttemptTimes,
) -> Result<(), Reason> {
    let claims: Claims = serde_json::from_value(jws::verify(token, TokenUse::Access, keys)?)
        .map_err(|_| Reason::Claim("(form)"))?;
    claims.common.check(expected, times)?;
    if claims.client_id != expected.client_id {
        return Err(Reason::Claim("client_id"));
    }
    match Subject::from_json(&claims.subject) {
        Ok(subject) if subject == signed_in => Ok(()),
        Ok(_) => Err(Reason::ForeignSubject),
        Err(_) => Err(Reason::Claim("urn:esia:sbj_id")),
    }
}
