//! RSA with SHA-256 in this process: the training stand and older test environments.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;

use super::SignError;

/// An RSA key. `Debug` shows nothing of it.
pub(super) struct RsaKey(KeyPair);

impl RsaKey {
    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, String> {
        KeyPair::from_pkcs8(der).map(Self).map_err(|reason| format!("no usable RSA key: {reason}"))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| SignError::Failed("RSA"))?;
        Ok(signature)
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaKey(…)")
    }
}
