//! RSA with SHA-256 in this process: the training stand and older test environments.

use std::fmt;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use const_oid::db::rfc5912::{ID_SHA_256, RSA_ENCRYPTION};
use der::asn1::Any;
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;

use super::SignError;
use crate::esia::pem_file::{read_certificates, read_private_key};
use crate::esia::setup_error::EsiaSetupError;

/// An RSA key and its certificate. `Debug` shows neither.
pub(in crate::esia) struct RsaSigner {
    key: KeyPair,
    certificate: Certificate,
}

impl RsaSigner {
    pub(super) fn read(key_file: &Path, certificate_file: &Path) -> Result<Self, EsiaSetupError> {
        let key = KeyPair::from_pkcs8(&read_private_key(key_file)?)
            .map_err(|reason| EsiaSetupError::file(key_file, format_args!("no usable RSA key: {reason}")))?;
        // The first certificate of the file is ours; a chain may follow it.
        let certificate = read_certificates(certificate_file)?.swap_remove(0);
        let signer = Self { key, certificate };
        signer.check_pair().map_err(|reason| EsiaSetupError::file(certificate_file, reason))?;
        Ok(signer)
    }

    /// One signature made and verified at the start costs a millisecond and finds a key that belongs to
    /// another certificate before the first person meets it.
    fn check_pair(&self) -> Result<(), &'static str> {
        let info = &self.certificate.tbs_certificate.subject_public_key_info;
        if info.algorithm.oid != RSA_ENCRYPTION {
            return Err("the certificate holds no RSA key");
        }
        let probe = b"self-test";
        let signature = self.sign(probe).map_err(|_| "the private key cannot sign")?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, info.subject_public_key.raw_bytes())
            .verify(probe, &signature)
            .map_err(|_| "the certificate does not belong to the private key, or the key is below 2048 bits")
    }

    pub(super) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| SignError)?;
        Ok(signature)
    }
}

impl fmt::Debug for RsaSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaSigner(…)")
    }
}

pub(super) fn digest(message: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message).as_ref().to_vec()
}

/// RFC 5754 wants SHA-256 without parameters in CMS.
pub(super) fn digest_algorithm() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None }
}

/// RFC 3370 names the key's algorithm here and wants its NULL parameter.
pub(super) fn signature_algorithm() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: RSA_ENCRYPTION, parameters: Some(Any::null()) }
}
