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
    read(jws::verify(token, TokenUse::Id, keys)?, expected, times)
}

/// Checks the claims of a token whose signature is good.
fn read(claims: Value, expected: &Expected, times: AttemptTimes) -> Result<SignedIn, Reason> {
    let claims: Claims = serde_json::from_value(claims).map_err(|_| Reason::Claim("(form)"))?;
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use serde_json::json;

    use super::super::any_json::any_json;
    use super::*;
    use crate::identity::Issuer;
    use crate::platform::clock::Timestamp;

    /// The first five must be what they are, whatever else is there.
    const FIELDS: [&str; 10] = [
        "/iss",
        "/aud",
        "/sub",
        "/urn:esia:sbj/urn:esia:sbj:oid",
        "/urn:esia:sbj/urn:esia:sbj:typ",
        "/urn:esia:sbj",
        "/iat",
        "/exp",
        "/urn:esia:sbj/urn:esia:sbj:is_tru",
        "/urn:esia:sbj/urn:esia:sbj:lvl",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]
        #[test]
        fn t82_a_claim_of_another_kind_is_refused_and_nobody_else_is_read(
            at in 0..FIELDS.len(), value in any_json(),
        ) {
            let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
            let seconds = now.timestamp();
            let mut claims = json!({
                "iss": "http://esia.example/", "aud": "TESTIS", "sub": 1_000_000_001,
                "iat": seconds, "nbf": seconds, "exp": seconds + 60,
                "urn:esia:sbj": {
                    "urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": 1_000_000_001,
                    "urn:esia:sbj:is_tru": null, "urn:esia:sbj:lvl": "PR",
                },
            });
            let expected = Expected {
                issuer: Issuer::new("http://esia.example/"),
                client_id: "TESTIS".to_owned(),
                clock_skew: Duration::from_secs(60),
            };
            let field = claims.pointer_mut(FIELDS[at]).unwrap();
            let is_changed = std::mem::replace(field, value.clone()) != value;
            if let Ok(read) = read(claims, &expected, AttemptTimes { begun_at: now, now }) {
                prop_assert!(at >= 5 || !is_changed, "{} is {value}", FIELDS[at]);
                prop_assert_eq!(read.subject.number(), 1_000_000_001);
                prop_assert_eq!(read.is_trusted, value == json!(true) && FIELDS[at].ends_with("is_tru"));
            }
        }
    }
}
