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
    /// What we ask for of organisations; `v3` only.
    #[serde(default)]
    pub scope_org: Vec<String>,
    /// Which accounts ESIA shall let in at all; `v3` only.
    #[serde(default)]
    pub person_filter: Option<PersonFilter>,
    /// What signs our requests.
    #[serde(default)]
    pub signer: SignerKind,
    /// Our certificate, PEM or DER.
    pub certificate_file: PathBuf,
    /// Its private key, PKCS#8, PEM or DER, for the signers `rsa` and `gost`.
    #[serde(default)]
    pub private_key_file: Option<PathBuf>,
    /// Program and arguments of the signer `command`.
    #[serde(default)]
    pub signer_command: Vec<String>,
    /// Address of the signer `http`.
    #[serde(default)]
    pub signer_url: Option<Url>,
    /// File with the bearer token for the signer `http`.
    #[serde(default)]
    pub signer_token_file: Option<PathBuf>,
    /// Time for one signature of the signers `command` and `http`.
    #[serde(default = "default_signer_timeout", with = "humantime_serde")]
    pub signer_timeout: Duration,
    /// Whether the signers `command` and `http` give the octets in CryptoPro's order.
    #[serde(default)]
    pub signer_reverse_bytes: bool,
    /// ESIA's signing certificates, PEM or DER; several are valid at once.
    pub trusted_certificate_files: Vec<PathBuf>,
    /// What ESIA signs our tokens with; left out, it follows from the certificates.
    #[serde(default)]
    pub token_algorithm: Option<TokenAlgorithm>,
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
    V1,
    /// `/aas/oauth2/v2/ac` + `/aas/oauth2/v3/te`, bare GOST signature.
    #[default]
    V3,
}

/// What signs our requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignerKind {
    /// RSA with SHA-256 in this process; `v1` only.
    Rsa,
    /// GOST R 34.10-2012 in this process.
    #[default]
    Gost,
    /// A program on this machine.
    Command,
    /// A signing service.
    Http,
}

/// Which accounts may enter at ESIA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonFilter {
    /// Confirmed accounts only; shuts children out.
    ConfAcc,
    /// Accounts of children only.
    AccKid,
    /// All but accounts of children.
    AccNotKid,
}

/// What tokens are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum TokenAlgorithm {
    /// RSA with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// GOST R 34.10-2012 with Streebog-256.
    #[serde(rename = "GOST3410_2012_256")]
    Gost2012,
}

impl EsiaSettings {
    /// Whether the settings fit together.
    ///
    /// # Errors
    /// The first that does not, and what to do.
    pub fn check(&self) -> Result<(), String> {
        let refuse = |reason: &str| Err(reason.to_owned());
        match self.signer {
            SignerKind::Rsa if self.api == EsiaApi::V3 => {
                refuse("esia.signer: `rsa` serves `esia.api = \"v1\"` only; v3 takes GOST signatures alone")
            }
            SignerKind::Rsa | SignerKind::Gost if self.private_key_file.is_none() => {
                refuse("esia.private_key_file: the signers `rsa` and `gost` need the key")
            }
            SignerKind::Command if self.signer_command.is_empty() => {
                refuse("esia.signer_command: the signer `command` needs a program")
            }
            SignerKind::Http if self.signer_url.is_none() => {
                refuse("esia.signer_url: the signer `http` needs the address of the service")
            }
            _ if self.api == EsiaApi::V1 && !self.scope_org.is_empty() => {
                refuse("esia.scope_org: `esia.api = \"v1\"` has no such parameter")
            }
            _ if self.api == EsiaApi::V1 && self.person_filter.is_some() => {
                refuse("esia.person_filter: `esia.api = \"v1\"` has no such parameter")
            }
            _ => Ok(()),
        }
    }

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

fn default_signer_timeout() -> Duration {
    Duration::from_secs(5)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(lines: &str) -> EsiaSettings {
        let text = format!(
            "base_url = \"https://esia.example\"\nclient_id = \"TESTIS\"\ncertificate_file = \"own.crt\"\n\
             trusted_certificate_files = []\n{lines}"
        );
        let file = config::File::from_str(&text, config::FileFormat::Toml);
        config::Config::builder().add_source(file).build().unwrap().try_deserialize().unwrap()
    }

    #[test]
    fn what_does_not_fit_together_is_named() {
        for (lines, key) in [
            ("", "esia.private_key_file"),
            ("signer = \"rsa\"\nprivate_key_file = \"k\"", "esia.signer"),
            ("signer = \"rsa\"\napi = \"v1\"", "esia.private_key_file"),
            ("signer = \"command\"", "esia.signer_command"),
            ("signer = \"http\"", "esia.signer_url"),
            ("api = \"v1\"\nprivate_key_file = \"k\"\nscope_org = [\"org_ogrn\"]", "esia.scope_org"),
            ("api = \"v1\"\nprivate_key_file = \"k\"\nperson_filter = \"conf_acc\"", "esia.person_filter"),
        ] {
            let reason = settings(lines).check().unwrap_err();
            assert!(reason.starts_with(&format!("{key}: ")), "{lines}: {reason}");
        }
        for lines in [
            "private_key_file = \"k\"\nperson_filter = \"acc_not_kid\"\nscope_org = [\"org_ogrn\"]",
            "signer = \"rsa\"\napi = \"v1\"\nprivate_key_file = \"k\"",
            "signer = \"gost\"\napi = \"v1\"\nprivate_key_file = \"k\"",
            "signer = \"command\"\nsigner_command = [\"sign\"]",
            "signer = \"http\"\nsigner_url = \"https://signer.example/\"",
        ] {
            assert_eq!(settings(lines).check(), Ok(()), "{lines}");
        }
    }
}
