//! ESIA's signing certificates, installed by hand: ESIA publishes no key set, and one that could be
//! fetched would be one that can be swapped.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::SecondsFormat;
use const_oid::db::rfc5912::RSA_ENCRYPTION;
use jsonwebtoken::{Algorithm, DecodingKey};
use x509_cert::Certificate;

use super::certificate_file::read_certificates;
use super::certificate_validity::{TIME_TO_RENEW, period};
use super::setup_error::EsiaSetupError;
use crate::config::esia::TokenAlgorithm;
use crate::gost::{self, PublicKey};
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::metrics;

impl TokenAlgorithm {
    /// The exact `alg` of a token's header.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Gost2012 => "GOST3410_2012_256",
        }
    }
}

/// The keys that may have signed a token, all for one algorithm. It is chosen for our system on ESIA's
/// side, so it is pinned here and never taken from a token. Several keys are valid at once, because ESIA
/// changes its certificate about once a year.
pub(super) struct TrustedKeys {
    algorithm: TokenAlgorithm,
    keys: Vec<TrustedKey>,
}

struct TrustedKey {
    /// The name of its certificate in the header field `x5t#St256`.
    certificate_hash: String,
    key: VerifyingKey,
}

enum VerifyingKey {
    Rsa(Box<DecodingKey>),
    Gost(Box<PublicKey>),
}

impl TrustedKeys {
    /// Reads the certificates, and logs and measures how long each is valid. An expired one is still used:
    /// ESIA signs with a certificate until it changes it, and only the operator may stop trusting it.
    /// Without a `pinned` algorithm the certificates must agree on one.
    pub(super) fn read(
        files: &[PathBuf],
        pinned: Option<TokenAlgorithm>,
        clock: &Clock,
    ) -> Result<Self, EsiaSetupError> {
        let mut keys = Vec::new();
        for file in files {
            for certificate in read_certificates(file)? {
                let key = VerifyingKey::of(certificate.parsed());
                let key = key.map_err(|reason| EsiaSetupError::file(file, reason))?;
                note_validity(Role::Esia(keys.len() + 1), certificate.parsed(), clock.now());
                keys.push(TrustedKey { certificate_hash: certificate.hash(), key });
            }
        }
        let algorithm = pinned.map_or_else(|| common_algorithm(&keys), Ok)?;
        let (keys, others): (Vec<_>, Vec<_>) =
            keys.into_iter().partition(|trusted| trusted.key.algorithm() == algorithm);
        for other in others {
            let hash = other.certificate_hash;
            tracing::warn!(
                hash,
                algorithm = algorithm.name(),
                "a trusted certificate for another algorithm is not used"
            );
        }
        if keys.is_empty() {
            return Err(EsiaSetupError::Setting(format!(
                "esia.trusted_certificate_files: no certificate of ESIA for {} is configured",
                algorithm.name()
            )));
        }
        Ok(Self { algorithm, keys })
    }

    /// The one algorithm these keys are for.
    pub(super) fn algorithm(&self) -> TokenAlgorithm {
        self.algorithm
    }

    /// Whether one of the keys made `signature` (base64url) over `message`; if the token names a
    /// certificate, whether that one's key did.
    pub(super) fn verify(&self, message: &[u8], signature: &str, certificate_hash: Option<&str>) -> bool {
        self.keys
            .iter()
            .filter(|trusted| {
                certificate_hash.is_none_or(|hash| hash.eq_ignore_ascii_case(&trusted.certificate_hash))
            })
            .any(|trusted| trusted.key.verify(message, signature))
    }
}

/// The algorithm of all keys, if they have one in common.
fn common_algorithm(keys: &[TrustedKey]) -> Result<TokenAlgorithm, EsiaSetupError> {
    let first = keys.first().map(|trusted| trusted.key.algorithm());
    let first = first.ok_or_else(|| {
        EsiaSetupError::Setting(
            "esia.trusted_certificate_files: no certificate of ESIA is configured".to_owned(),
        )
    })?;
    if keys.iter().all(|trusted| trusted.key.algorithm() == first) {
        Ok(first)
    } else {
        Err(EsiaSetupError::Setting(
            "esia.token_algorithm: the trusted certificates are for RS256 and for GOST3410_2012_256; say which of \
             the two ESIA was told to sign our tokens with"
                .to_owned(),
        ))
    }
}

impl VerifyingKey {
    fn of(certificate: &Certificate) -> Result<Self, String> {
        let info = &certificate.tbs_certificate.subject_public_key_info;
        match info.algorithm.oid {
            RSA_ENCRYPTION => {
                let key = DecodingKey::from_rsa_der(info.subject_public_key.raw_bytes());
                Ok(Self::Rsa(Box::new(key)))
            }
            gost::KEY_ALGORITHM => {
                let key = PublicKey::from_certificate(certificate).map_err(|error| error.to_string())?;
                Ok(Self::Gost(Box::new(key)))
            }
            _ => Err("holds neither an RSA key nor one of GOST R 34.10-2012".to_owned()),
        }
    }

    fn algorithm(&self) -> TokenAlgorithm {
        match self {
            Self::Rsa(_) => TokenAlgorithm::Rs256,
            Self::Gost(_) => TokenAlgorithm::Gost2012,
        }
    }

    fn verify(&self, message: &[u8], signature: &str) -> bool {
        match self {
            Self::Rsa(key) => jsonwebtoken::crypto::verify(signature, message, key, Algorithm::RS256)
                .is_ok_and(|is_valid| is_valid),
            Self::Gost(key) => URL_SAFE_NO_PAD
                .decode(signature)
                .ok()
                .and_then(|octets| <[u8; 64]>::try_from(octets).ok())
                .is_some_and(|octets| key.verify(message, &octets)),
        }
    }
}

/// Whose certificate it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// Ours at ESIA.
    Own,
    /// One of ESIA's, by its place in the settings.
    Esia(usize),
}

/// Says until when a certificate is valid, as a warning in its last month and after, and as a metric.
pub(super) fn note_validity(role: Role, certificate: &Certificate, now: Timestamp) {
    let name = match role {
        Role::Own => "own".to_owned(),
        Role::Esia(number) => format!("esia-{number}"),
    };
    let (first, last) = period(certificate);
    metrics::note_certificate(&name, last.timestamp());
    let days_left = (last.timestamp() - now.timestamp()).div_euclid(86_400);
    let text = |moment: Timestamp| moment.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (from, until) = (text(first), text(last));
    if days_left < TIME_TO_RENEW.num_days() || first > now {
        tracing::warn!(certificate = name, from, until, days_left, "certificate not valid, or not for long");
    } else {
        tracing::info!(certificate = name, from, until, days_left, "certificate");
    }
}
