//! The stand's signing key and its certificate.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use der::{Decode, DecodePem, SecretDocument};
use serde_json::Value;
use x509_cert::Certificate;

use super::credentials::{self, ClientCredentials, CredentialsError};

/// Why a key or a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// The file holds something else.
    #[error("{0}: not a {1}")]
    Content(PathBuf, &'static str),
    /// The stand's own key cannot be made.
    #[error(transparent)]
    Make(#[from] CredentialsError),
}

/// Signs the stand's tokens.
pub(super) struct SigningKey {
    pair: RsaKeyPair,
    certificate_pem: Vec<u8>,
    files: ClientCredentials,
}

impl SigningKey {
    /// Reads the key in `dir`, making it at the first start. Works with files: not for an async thread.
    pub fn load(dir: &Path) -> Result<Self, KeyError> {
        let files = credentials::ensure_stand(dir)?;
        let pem = read(&files.private_key_file)?;
        let foreign = || KeyError::Content(files.private_key_file.clone(), "PKCS#8 RSA key");
        let text = std::str::from_utf8(&pem).map_err(|_| foreign())?;
        let (_, der) = SecretDocument::from_pem(text).map_err(|_| foreign())?;
        let pair = RsaKeyPair::from_pkcs8(der.as_bytes()).map_err(|_| foreign())?;
        let certificate_pem = read(&files.certificate_file)?;
        Ok(Self { pair, certificate_pem, files })
    }

    /// The certificate, as it is published.
    pub fn certificate_pem(&self) -> &[u8] {
        &self.certificate_pem
    }

    /// Where the certificate lies.
    pub fn certificate_file(&self) -> &Path {
        &self.files.certificate_file
    }

    /// A compact JWS (RS256). Slashes are escaped, as the real provider does: nobody may compare raw text.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string().replace('/', "\\/"));
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        #[allow(clippy::expect_used, reason = "fails only without memory or for a key below its own hash")]
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .expect("an RSA key of 2048 bits signs");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Reads a certificate, PEM or DER. Works with files: not for an async thread.
pub(super) fn read_certificate(path: &Path) -> Result<Certificate, KeyError> {
    let bytes = read(path)?;
    Certificate::from_pem(&bytes)
        .or_else(|_| Certificate::from_der(&bytes))
        .map_err(|_| KeyError::Content(path.to_owned(), "certificate"))
}

fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    fs::read(path).map_err(|e| KeyError::File(path.to_owned(), e))
}
