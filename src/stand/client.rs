//! Relying parties that the stand knows.

use std::path::PathBuf;

use url::Url;
use x509_cert::Certificate;

use super::keys::{self, KeyError, TokenAlgorithm};
use super::scope::DEFAULT_GRANTED;
use crate::gost::{self, PublicKey};
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
    /// How its tokens are signed.
    pub token_algorithm: TokenAlgorithm,
}

impl RegisteredClient {
    /// A client that is granted everything the stand has data for, with tokens signed by RSA.
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
            token_algorithm: TokenAlgorithm::Rs256,
        }
    }
}

/// What a client's requests are checked with.
pub(super) enum ClientKey {
    /// The key is in the certificate.
    Rsa,
    Gost(PublicKey),
}

/// A registered client with its certificate read.
pub(super) struct Client {
    pub id: String,
    pub name: String,
    pub token_algorithm: TokenAlgorithm,
    certificate: Certificate,
    certificate_hash: String,
    key: ClientKey,
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

impl Client {
    /// Reads the certificate: not for an async thread.
    pub fn load(registered: RegisteredClient) -> Result<Self, ClientError> {
        let origins = registered.redirect_origins.iter().map(|text| {
            origin_of(text).filter(|_| !text.contains('*')).ok_or_else(|| ClientError::Origin(text.clone()))
        });
        let (certificate, der) = keys::read_certificate(&registered.certificate_file)?;
        let key = match PublicKey::from_certificate(&certificate) {
            Ok(key) => ClientKey::Gost(key),
            Err(gost::KeyError::Algorithm) => ClientKey::Rsa,
            Err(_) => {
                let file = registered.certificate_file;
                return Err(KeyError::Content(file, "certificate with a usable key").into());
            }
        };
        Ok(Self {
            origins: origins.collect::<Result<_, _>>()?,
            certificate_hash: keys::thumbprint(&der),
            certificate,
            key,
            id: registered.client_id,
            name: registered.name,
            token_algorithm: registered.token_algorithm,
            granted: registered.granted_scopes,
        })
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Streebog-256 of the certificate's DER, 64 upper-case hexadecimal digits.
    pub fn certificate_hash(&self) -> &str {
        &self.certificate_hash
    }

    pub fn key(&self) -> &ClientKey {
        &self.key
    }

    /// What it may ask for.
    pub fn granted(&self) -> &[String] {
        &self.granted
    }

    /// Whether its certificate is valid.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        let validity = &self.certificate.tbs_certificate.validity;
        let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
        let now = u64::try_from(now.timestamp()).unwrap_or_default();
        seconds(validity.not_before) <= now && now <= seconds(validity.not_after)
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
}

/// `scheme://host:port` of a web address, nothing for other schemes.
fn origin_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        fn t82_no_text_breaks_the_address(text in "\\PC{0,40}") {
            let _ = origin_of(&text);
        }
    }
}
