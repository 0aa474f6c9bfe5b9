//! The stand's signing key and its certificate.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use der::{Decode, DecodePem, SecretDocument};
use x509_cert::Certificate;

use super::credentials::{self, ClientCredentials, CredentialsError};
use super::fault::tokens::{Draft, Signing};
use crate::platform::random;

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
    /// For tokens that must not be believed; its certificate is published nowhere.
    stranger: RsaKeyPair,
    certificate_pem: Vec<u8>,
    files: ClientCredentials,
}

impl SigningKey {
    /// Reads the key in `dir`, making it at the first start. Works with files: not for an async thread.
    pub fn load(dir: &Path) -> Result<Self, KeyError> {
        let files = credentials::ensure_stand(dir)?;
        let pair = read_rsa(&files.private_key_file)?;
        let stranger = read_rsa(&credentials::ensure_stranger(dir)?.private_key_file)?;
        let certificate_pem = read(&files.certificate_file)?;
        Ok(Self { pair, stranger, certificate_pem, files })
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
    pub fn sign(&self, draft: &Draft) -> String {
        let part = |text: String| URL_SAFE_NO_PAD.encode(text.replace('/', "\\/"));
        let claims = draft.claims.to_string().replacen('{', &format!("{{{}", draft.prefix), 1);
        let signed = format!("{}.{}", part(draft.header.to_string()), part(claims));
        let signature = match draft.signing {
            Signing::Right => rsa_signature(&self.pair, &signed),
            Signing::Stranger => rsa_signature(&self.stranger, &signed),
            Signing::Spoiled => spoiled(rsa_signature(&self.pair, &signed)),
            Signing::Absent => Vec::new(),
            Signing::Hmac => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, &self.certificate_pem);
                hmac::sign(&secret, signed.as_bytes()).as_ref().to_vec()
            }
            Signing::Opaque => return random::uuid().to_string(),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn rsa_signature(pair: &RsaKeyPair, message: &str) -> Vec<u8> {
    let mut signature = vec![0; pair.public_modulus_len()];
    #[allow(clippy::expect_used, reason = "fails only without memory or for a key below its own hash")]
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .expect("an RSA key of 2048 bits signs");
    signature
}

/// Right length, wrong number.
fn spoiled(mut signature: Vec<u8>) -> Vec<u8> {
    signature.iter_mut().skip(1).for_each(|byte| *byte ^= 0x5a);
    signature
}

fn read_rsa(path: &Path) -> Result<RsaKeyPair, KeyError> {
    let foreign = || KeyError::Content(path.to_owned(), "PKCS#8 RSA key");
    let pem = read(path)?;
    let text = std::str::from_utf8(&pem).map_err(|_| foreign())?;
    let (_, der) = SecretDocument::from_pem(text).map_err(|_| foreign())?;
    RsaKeyPair::from_pkcs8(der.as_bytes()).map_err(|_| foreign())
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
