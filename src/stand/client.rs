//! Relying parties that the stand knows, and the checks every signed request of theirs passes.

use std::path::PathBuf;

use chrono::{DateTime, Duration, Utc};
use url::Url;
use uuid::Uuid;
use x509_cert::Certificate;

use super::client_secret;
use super::keys::{self, KeyError};
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::scope::{DEFAULT_GRANTED, ScopeSet};
use crate::platform::clock::Timestamp;

/// A relying party as an operator registers it.
#[derive(Clone, Debug)]
pub struct RegisteredClient {
    /// Its mnemonic.
    pub client_id: String,
    /// What people read: who asks for their data.
    pub name: String,
    /// Its certificate, PEM or DER; requests are checked against this one alone.
    pub certificate_file: PathBuf,
    /// `scheme://host:port` of the addresses people may be sent back to.
    pub redirect_origins: Vec<String>,
    /// What it may ask for.
    pub granted_scopes: Vec<String>,
}

impl RegisteredClient {
    /// A client that is granted everything the stand has data for.
    pub fn new(
        client_id: impl Into<String>,
        name: impl Into<String>,
        certificate_file: impl Into<PathBuf>,
        redirect_origins: Vec<String>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            name: name.into(),
            certificate_file: certificate_file.into(),
            redirect_origins,
            granted_scopes: DEFAULT_GRANTED.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }
}

/// A registered client with its certificate read.
pub(super) struct Client {
    pub id: String,
    pub name: String,
    certificate: Certificate,
    origins: Vec<String>,
    granted: Vec<String>,
}

/// Why a client cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Its certificate cannot be read.
    #[error(transparent)]
    Certificate(#[from] KeyError),
    /// Not `scheme://host:port`.
    #[error("not an origin (scheme://host:port): {0:?}")]
    Origin(String),
}

/// What a signed request said, once checked.
pub(super) struct Signed {
    pub scope: ScopeSet,
    pub state: String,
}

impl Client {
    /// Reads the certificate: not for an async thread.
    pub fn load(registered: RegisteredClient) -> Result<Self, ClientError> {
        let origins = registered.redirect_origins.iter().map(|text| {
            origin_of(text).filter(|_| !text.contains('*')).ok_or_else(|| ClientError::Origin(text.clone()))
        });
        Ok(Self {
            origins: origins.collect::<Result<_, _>>()?,
            certificate: keys::read_certificate(&registered.certificate_file)?,
            id: registered.client_id,
            name: registered.name,
            granted: registered.granted_scopes,
        })
    }

    /// The registered origins, for the `form-action` of our pages.
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// May people be sent to this address?
    pub fn may_redirect_to(&self, address: &str) -> bool {
        let clean = Url::parse(address).is_ok_and(|url| {
            url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
        });
        clean && origin_of(address).is_some_and(|origin| self.origins.contains(&origin))
    }

    /// The checks that the authorize and the token request share, in the order of their codes' meaning:
    /// form first, then rights, then time, then the signature over `scope + timestamp + client_id + state`.
    pub fn check(
        &self,
        parameters: &Parameters,
        now: Timestamp,
        tolerance: Duration,
    ) -> Result<Signed, Refusal> {
        let state = parameters.get("state");
        if state.len() != 36 || Uuid::try_parse(state).is_err() {
            return Err(Refusal::Malformed("state"));
        }
        if parameters.is_repeated("scope") {
            return Err(Refusal::Malformed("scope"));
        }
        let scope = ScopeSet::parse(parameters.get("scope"));
        if scope.is_empty() {
            return Err(Refusal::NoScope);
        }
        if !scope.all_known() {
            return Err(Refusal::UnknownScope);
        }
        if !scope.within(&self.granted) {
            return Err(Refusal::ScopeNotGranted);
        }
        let timestamp = parameters.get("timestamp");
        let made = parse_timestamp(timestamp).ok_or(Refusal::Missing(vec!["timestamp"]))?;
        if (now - made).abs() > tolerance {
            return Err(Refusal::Time);
        }
        let message = [parameters.get("scope"), timestamp, &self.id, state].concat();
        client_secret::verify(parameters.get("client_secret"), message.as_bytes(), &self.certificate)?;
        Ok(Signed { scope, state: state.to_owned() })
    }
}

/// `scheme://host:port` of a web address, nothing for other schemes.
fn origin_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.origin().ascii_serialization())
}

/// `yyyy.MM.dd HH:mm:ss Z` with a numeric zone without colon, nothing looser.
fn parse_timestamp(text: &str) -> Option<DateTime<Utc>> {
    const SHAPE: &str = "0000.00.00 00:00:00 +0000";
    let fits = |(given, shape): (u8, u8)| match shape {
        b'0' => given.is_ascii_digit(),
        b'+' => matches!(given, b'+' | b'-'),
        other => given == other,
    };
    if text.len() != SHAPE.len() || !text.bytes().zip(SHAPE.bytes()).all(fits) {
        return None;
    }
    DateTime::parse_from_str(text, "%Y.%m.%d %H:%M:%S %z").ok().map(|time| time.to_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_timestamp_has_exactly_one_form() {
        let read = parse_timestamp("2026.01.02 03:04:05 +0300").unwrap();
        assert_eq!(read.to_rfc3339(), "2026-01-02T00:04:05+00:00");
        assert!(parse_timestamp("2026.01.02 03:04:05 -0500").is_some());
        for bad in [
            "",
            "2026-01-02 03:04:05 +0300",
            "2026.01.02 03:04:05 +03:00",
            "2026.01.02 03:04:05  0300",
            "2026.1.2 03:04:05 +0300",
            "2026.01.02 24:04:05 +0300",
            "2026.01.02T03:04:05 +0300",
            "2026.13.02 03:04:05 +0300",
            "2026.01.02 03:04:05 MSK+3",
        ] {
            assert_eq!(parse_timestamp(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_origin_keeps_scheme_host_and_port_apart() {
        for (address, origin) in [
            ("http://localhost:8080/esia/callback?x=1", Some("http://localhost:8080")),
            ("https://app.example:443/", Some("https://app.example")),
            ("javascript:alert(1)", None),
            ("/esia/callback", None),
            ("ftp://app.example/", None),
        ] {
            assert_eq!(origin_of(address).as_deref(), origin, "{address}");
        }
    }

    proptest! {
        #[test]
        fn t82_no_text_breaks_the_timestamp_or_the_address(text in "\\PC{0,40}") {
            let _ = origin_of(&text);
            if let Some(time) = parse_timestamp(&text) {
                prop_assert_eq!(text.len(), 25);
                prop_assert!(time.timestamp_subsec_nanos() == 0);
            }
        }

        #[test]
        fn every_moment_is_read_back(seconds in 0i64..4_000_000_000, zone in -12i32..=14) {
            let zone = chrono::FixedOffset::east_opt(zone * 3600).unwrap();
            let time = DateTime::from_timestamp(seconds, 0).unwrap();
            let text = time.with_timezone(&zone).format("%Y.%m.%d %H:%M:%S %z").to_string();
            prop_assert_eq!(parse_timestamp(&text), Some(time));
        }
    }
}
