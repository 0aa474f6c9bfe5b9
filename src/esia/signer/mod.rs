//! What proves that a request is ours: a signature with the key of our registered certificate.
//!
//! A kind of signer is a file here and a variant; `cms.rs` asks it for the algorithms to name and for
//! octets, and knows nothing else of it.

mod rsa;

use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;

use super::setup_error::EsiaSetupError;
use crate::config::esia::{EsiaSettings, SignerKind};

/// The configured signer.
#[derive(Debug)]
pub(super) enum Signer {
    Rsa(rsa::RsaSigner),
}

/// The signature could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SignError;

impl Signer {
    /// Reads key and certificate, and checks that they belong together by verifying a signature.
    pub(super) fn new(settings: &EsiaSettings) -> Result<Self, EsiaSetupError> {
        match settings.signer {
            SignerKind::Rsa => {
                rsa::RsaSigner::read(&settings.private_key_file, &settings.certificate_file).map(Self::Rsa)
            }
        }
    }

    /// Our certificate.
    pub(super) fn certificate(&self) -> &Certificate {
        match self {
            Self::Rsa(signer) => signer.certificate(),
        }
    }

    /// How the message digest is to be named.
    pub(super) fn digest_algorithm(&self) -> AlgorithmIdentifierOwned {
        match self {
            Self::Rsa(_) => rsa::digest_algorithm(),
        }
    }

    /// How the signature is to be named.
    pub(super) fn signature_algorithm(&self) -> AlgorithmIdentifierOwned {
        match self {
            Self::Rsa(_) => rsa::signature_algorithm(),
        }
    }

    /// The digest that goes with the signature.
    pub(super) fn digest(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(_) => rsa::digest(message),
        }
    }

    /// Signs the message.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match self {
            Self::Rsa(signer) => signer.sign(message),
        }
    }
}
