//! The outer form of ESIA's tokens: three parts, header checked by our own type, signature by the pinned
//! algorithm, and only then the claims are read.
//!
//! The library is not asked to decode: its header type knows no GOST, and its claim checks let pass what
//! `docs/security.md` T11 and T12 forbid.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::error::Reason;
use super::keys::TrustedKeys;
use super::strict_json;

/// A token is one to two kilobytes.
const MAX_TOKEN: usize = 16 * 1024;

/// What a token is for, by `sbt` of its header.
#[derive(Clone, Copy, Debug)]
pub(super) enum TokenUse {
    Id,
    Access,
}

/// The members of a header that decide. Others (`ver`, `typ`, and whatever brings a key along: `jwk`,
/// `x5c`, `jku`) have no say.
#[derive(Deserialize)]
struct Header {
    alg: String,
    sbt: String,
    /// Which of the trusted certificates signed; it can only narrow the choice.
    #[serde(rename = "x5t#St256")]
    certificate_hash: Option<String>,
}

/// Checks form, header and signature; gives the claims.
pub(super) fn verify(token: &str, token_use: TokenUse, keys: &TrustedKeys) -> Result<Value, Reason> {
    if token.len() > MAX_TOKEN {
        return Err(Reason::NotJws);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Reason::NotJws)?;
    let (header, claims) = message.split_once('.').ok_or(Reason::NotJws)?;
    let header = read_header(header, token_use, keys)?;
    if !keys.verify(message.as_bytes(), signature, header.certificate_hash.as_deref()) {
        return Err(Reason::Signature);
    }
    decode(claims)
}

fn read_header(part: &str, token_use: TokenUse, keys: &TrustedKeys) -> Result<Header, Reason> {
    let header = decode(part)?;
    // Extensions that must be understood: we understand none.
    let has_extensions = header.get("crit").is_some();
    let header: Header = serde_json::from_value(header).map_err(|_| Reason::Header)?;
    let expected_use = match token_use {
        TokenUse::Id => "id",
        TokenUse::Access => "access",
    };
    let allowed = header.alg == keys.algorithm().name() && header.sbt == expected_use;
    if allowed && !has_extensions { Ok(header) } else { Err(Reason::Header) }
}

fn decode(part: &str) -> Result<Value, Reason> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Reason::NotJws)?;
    strict_json::parse(&bytes).map_err(|_| Reason::NotJws)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::platform::clock::Clock;

    fn keys(certificate: &str) -> TrustedKeys {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(certificate);
        TrustedKeys::read(&[file], None, &Clock::system()).unwrap()
    }

    #[test]
    fn t82_no_text_breaks_the_token_reader_and_none_is_believed() {
        let keys = [keys("esia/esia.crt.pem"), keys("gost/xa.crt.pem")];
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let header =
            r#"(\{"alg":"(RS256|GOST3410_2012_256)","sbt":"id"(\}|.{0,20})|\{\PC{0,40}\}|\PC{0,20})"#;
        let compact = (header, r"(\{\PC{0,40}\}|\PC{0,20})", "[A-Za-z0-9_=-]{0,400}").prop_map(
            move |(header, claims, signature): (String, String, String)| {
                format!("{}.{}.{signature}", encoded(&header), encoded(&claims))
            },
        );
        let token = prop_oneof![compact, r"\PC{0,80}", r"[A-Za-z0-9_.=-]{0,200}"];
        proptest!(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)), |(token in token)| {
            for keys in &keys {
                prop_assert!(verify(&token, TokenUse::Id, keys).is_err());
                prop_assert!(verify(&token, TokenUse::Access, keys).is_err());
            }
        });
    }
}
