//! The ESIA environment and our credentials in it.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::identity::Issuer;

/// `[esia]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EsiaSettings {
    /// `https://esia.gosuslugi.ru`, the official test stand, or (only under `demo`) the training stand.
    pub base_url: Url,
    /// Address of ESIA for browsers, when it differs from the one for our calls; normally left out.
    #[serde(default)]
    pub browser_url: Option<Url>,
    /// Which pair of addresses and which signature format.
    #[serde(default)]
    pub api: EsiaApi,
    /// Our mnemonic.
    pub client_id: String,
    /// Where ESIA sends the person back; default `{public_url}/esia/callback`.
    #[serde(default)]
    pub redirect_uri: Option<Url>,
    /// `iss` of the tokens; default `http://` + host of `base_url` + `/` (`docs/esia.md`, environments).
    #[serde(default)]
    pub issuer: Option<Issuer>,
    /// What we ask for, in the order that is signed.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// What signs our requests.
    #[serde(default)]
    pub signer: SignerKind,
    /// Our certificate, PEM or DER.
    pub certificate_file: PathBuf,
    /// Its private key, PKCS#8, PEM or DER.
    pub private_key_file: PathBuf,
    /// ESIA's signing certificates, PEM or DER; several are valid at once.
    pub trusted_certificate_files: Vec<PathBuf>,
    /// Extra certification authority (PEM) for the connection to ESIA.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Time to connect.
    #[serde(default = "default_connect_timeout", with = "humantime_serde")]
    pub connect_timeout: Duration,
    /// Time for one whole exchange.
    #[serde(default = "default_request_timeout", with = "humantime_serde")]
    pub request_timeout: Duration,
    /// Allowed difference of the clocks.
    #[serde(default = "default_clock_skew", with = "humantime_serde")]
    pub clock_skew: Duration,
}

/// Which pair of ESIA's addresses is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EsiaApi {
    /// `/aas/oauth2/ac` + `/aas/oauth2/te`, CMS signature.
    #[default]
    V1,
}

/// What signs our requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignerKind {
    /// RSA with SHA-256 in this process.
    #[default]
    Rsa,
}

impl EsiaSettings {
    /// The issuer we accept.
    pub fn expected_issuer(&self) -> Issuer {
        self.issuer.clone().unwrap_or_else(|| {
            let host = self.base_url.host_str().unwrap_or_default();
            match self.base_url.port() {
                Some(port) => Issuer::new(format!("http://{host}:{port}/")),
                None => Issuer::new(format!("http://{host}/")),
            }
        })
    }
}

fn default_scopes() -> Vec<String> {
    ["openid", "fullname", "birthdate", "snils", "email"].map(str::to_owned).to_vec()
}

fn default_connect_timeout() -> Duration {
    Duration::from_secs(2)
}

fn default_request_timeout() -> Duration {
    Duration::from_secs(10)
}

fn default_clock_skew() -> Duration {
    Duration::from_secs(60)
}
