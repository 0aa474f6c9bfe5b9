//! ESIA's signing certificates, installed by hand: ESIA publishes no key set, and one that could be
//! fetched would be one that can be swapped.

use std::path::PathBuf;

use const_oid::db::rfc5912::RSA_ENCRYPTION;
use jsonwebtoken::{Algorithm, DecodingKey};
use x509_cert::Certificate;

use super::pem_file::read_certificates;
use super::setup_error::EsiaSetupError;
use crate::platform::clock::{Clock, Timestamp};

/// The algorithm that tokens must be signed with. It is chosen for our system on ESIA's side, so it is
/// pinned here and never taken from a token.
#[derive(Clone, Copy, Debug)]
pub(super) enum TokenAlgorithm {
    Rs256,
}

impl TokenAlgorithm {
    /// The exact `alg` of a token's header.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
        }
    }
}

/// The keys that may have signed a token. Several are valid at once, because ESIA changes its
/// certificate about once a year.
pub(super) struct TrustedKeys {
    algorithm: TokenAlgorithm,
    keys: Vec<DecodingKey>,
}

impl TrustedKeys {
    /// Reads the certificates and logs how long each is valid. An expired one is still used: ESIA signs
    /// with a certificate until it changes it, and only the operator may stop trusting it.
    pub(super) fn read(files: &[PathBuf], clock: &Clock) -> Result<Self, EsiaSetupError> {
        let mut keys = Vec::new();
        for file in files {
            for certificate in read_certificates(file)? {
                match rsa_key(&certificate) {
                    Some(key) => {
                        log_validity("ESIA's signing certificate", &certificate, clock.now());
                        keys.push(key);
                    }
                    None => tracing::warn!(
                        file = %file.display(),
                        "a trusted certificate without an RSA key is not used for RS256"
                    ),
                }
            }
        }
        if keys.is_empty() {
            return Err(EsiaSetupError::Setting(
                "esia.trusted_certificate_files: no RSA certificate of ESIA is configured".to_owned(),
            ));
        }
        Ok(Self { algorithm: TokenAlgorithm::Rs256, keys })
    }

    /// The one algorithm these keys are for.
    pub(super) fn algorithm(&self) -> TokenAlgorithm {
        self.algorithm
    }

    /// Whether one of the keys made `signature` (base64url) over `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &str) -> bool {
        let algorithm = match self.algorithm {
            TokenAlgorithm::Rs256 => Algorithm::RS256,
        };
        self.keys.iter().any(|key| {
            jsonwebtoken::crypto::verify(signature, message, key, algorithm).is_ok_and(|is_valid| is_valid)
        })
    }
}

fn rsa_key(certificate: &Certificate) -> Option<DecodingKey> {
    let info = &certificate.tbs_certificate.subject_public_key_info;
    (info.algorithm.oid == RSA_ENCRYPTION)
        .then(|| DecodingKey::from_rsa_der(info.subject_public_key.raw_bytes()))
}

/// Says until when a certificate is valid, as a warning in its last month and after.
pub(super) fn log_validity(what: &str, certificate: &Certificate, now: Timestamp) {
    let validity = &certificate.tbs_certificate.validity;
    let days_left = (unix_seconds(&validity.not_after) - now.timestamp()).div_euclid(86_400);
    let (from, until) = (validity.not_before.to_string(), validity.not_after.to_string());
    if days_left < 30 || unix_seconds(&validity.not_before) > now.timestamp() {
        tracing::warn!(what, from, until, days_left, "certificate not valid, or not for long");
    } else {
        tracing::info!(what, from, until, days_left, "certificate");
    }
}

fn unix_seconds(time: &x509_cert::time::Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}
