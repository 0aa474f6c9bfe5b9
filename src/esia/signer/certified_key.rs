//! The public key of our certificate: it judges signatures and gives the algorithms their names.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use const_oid::db::rfc5912::{ID_SHA_256, RSA_ENCRYPTION};
use der::asn1::Any;
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;

use crate::gost::{self, PublicKey};

/// A key with the one digest that we use with it.
#[derive(Debug)]
pub(in crate::esia) enum CertifiedKey {
    /// RSA with SHA-256; the DER of an RSAPublicKey.
    Rsa(Vec<u8>),
    /// GOST R 34.10-2012 with Streebog-256.
    Gost(PublicKey),
}

impl CertifiedKey {
    /// The key of a certificate.
    pub(super) fn of(certificate: &Certificate) -> Result<Self, String> {
        let info = &certificate.tbs_certificate.subject_public_key_info;
        match info.algorithm.oid {
            RSA_ENCRYPTION => Ok(Self::Rsa(info.subject_public_key.raw_bytes().to_vec())),
            gost::KEY_ALGORITHM => {
                PublicKey::from_certificate(certificate).map(Self::Gost).map_err(|error| error.to_string())
            }
            _ => Err("the certificate holds neither an RSA key nor one of GOST R 34.10-2012".to_owned()),
        }
    }

    pub(super) fn is_gost(&self) -> bool {
        matches!(self, Self::Gost(_))
    }

    /// Whether the signature is that of our key. RSA keys below 2048 bits verify nothing.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(key) => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(message, signature).is_ok()
            }
            Self::Gost(key) => signature.try_into().is_ok_and(|signature| key.verify(message, signature)),
        }
    }

    /// The digest that goes with the signature.
    pub(in crate::esia) fn digest(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(_) => digest(&SHA256, message).as_ref().to_vec(),
            Self::Gost(_) => gost::streebog256(message).to_vec(),
        }
    }

    /// How the digest is named in CMS. RFC 5754 wants SHA-256 without parameters; OpenSSL's engine writes
    /// Streebog so too.
    pub(in crate::esia) fn digest_algorithm(&self) -> AlgorithmIdentifierOwned {
        let oid = match self {
            Self::Rsa(_) => ID_SHA_256,
            Self::Gost(_) => gost::STREEBOG_256,
        };
        AlgorithmIdentifierOwned { oid, parameters: None }
    }

    /// How the signature is named in CMS: by the key's algorithm. RFC 3370 wants a NULL behind that of RSA.
    pub(in crate::esia) fn signature_algorithm(&self) -> AlgorithmIdentifierOwned {
        match self {
            Self::Rsa(_) => AlgorithmIdentifierOwned { oid: RSA_ENCRYPTION, parameters: Some(Any::null()) },
            Self::Gost(_) => AlgorithmIdentifierOwned { oid: gost::KEY_ALGORITHM, parameters: None },
        }
    }
}
