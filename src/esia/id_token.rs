//! The id_token: who signed in, and at which level.

use serde::Deserialize;
use serde_json::Value;

use super::claims::{AttemptTimes, CommonClaims, Expected};
use super::error::Reason;
use super::jws::{self, TokenUse};
use super::keys::TrustedKeys;
use crate::identity::Subject;

/// What an id_token vouches for.
#[derive(Clone, Debug)]
pub(super) struct SignedIn {
    pub(super) subject: Subject,
    /// `is_tru` is JSON `true`; missing or of another type counts as not.
    pub(super) is_trusted: bool,
    /// `lvl`, where ESIA sends it.
    pub(super) level: Option<String>,
}

/// `aud` must be a string, so that a second audience cannot hide in a list.
#[derive(Deserialize)]
struct Claims {
    #[serde(flatten)]
    common: CommonClaims,
    aud: String,
    sub: Value,
    #[serde(rename = "urn:esia:sbj")]
    account: Account,
}

#[derive(Deserialize)]
struct Account {
    #[serde(rename = "urn:esia:sbj:typ")]
    kind: String,
    #[serde(rename = "urn:esia:sbj:oid")]
    oid: Value,
    #[serde(rename = "urn:esia:sbj:is_tru")]
    is_trusted: Option<Value>,
    #[serde(rename = "urn:esia:sbj:lvl")]
    level: Option<Value>,
}

/// Checks signature and claims.
pub(super) fn verify(
    token: &str,
    keys: &TrustedKeys,
    expected: &Expected,
    times: AttemptTimes,
) -> Result<SignedIn, Reason> {
    let claims: Claims = serde_json::from_value(jws::verify(token, TokenUse::Id, keys)?)
        .map_err(|_| Reason::Claim("(form)"))?;
    claims.common.check(expected, times)?;
    if claims.aud != expected.client_id {
        return Err(Reason::Claim("aud"));
    }
    let subject = Subject::from_json(&claims.sub).map_err(|_| Reason::Claim("sub"))?;
    let account_oid =
        Subject::from_json(&claims.account.oid).map_err(|_| Reason::Claim("urn:esia:sbj:oid"))?;
    if account_oid != subject {
        return Err(Reason::ForeignSubject);
    }
    if claims.account.kind != "P" {
        return Err(Reason::NotAPerson);
    }
    Ok(SignedIn {
        subject,
        is_trusted: claims.account.is_trusted == Some(Value::Bool(true)),
        level: claims.account.level.map(|level| level.as_str().unwrap_or("(no text)").to_owned()),
    })
}
