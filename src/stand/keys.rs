//! The stand's signing keys and their certificates.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use der::{Decode, SecretDocument};
use x509_cert::Certificate;

use super::credentials::{self, ClientCredentials, CredentialsError};
use super::fault::tokens::{Draft, Signing};
use crate::gost;
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

/// How tokens are signed: chosen for each relying party, as on the provider's portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAlgorithm {
    /// RSA with SHA-256.
    Rs256,
    /// GOST R 34.10-2012 with Streebog-256.
    Gost,
}

impl TokenAlgorithm {
    /// `alg` of the tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Gost => "GOST3410_2012_256",
        }
    }
}

/// Signs the stand's tokens.
pub(super) struct SigningKeys {
    rsa: KeyPair<RsaKeyPair>,
    gost: KeyPair<gost::SigningKey>,
}

/// A key with its certificate, and a stranger: a key for tokens that must not be believed, whose
/// certificate is published nowhere.
struct KeyPair<K> {
    key: K,
    stranger: OnceLock<K>,
    published: Published,
}

/// A certificate that tokens are verified with.
pub(super) struct Published {
    pub pem: Vec<u8>,
    pub der: Vec<u8>,
    pub file: PathBuf,
    /// `x5t#St256`.
    pub thumbprint: String,
}

impl Published {
    fn read(files: ClientCredentials) -> Result<Self, KeyError> {
        let file = files.certificate_file;
        let (_, der) = read_certificate(&file)?;
        Ok(Self { pem: read(&file)?, thumbprint: thumbprint(&der), der, file })
    }
}

impl SigningKeys {
    /// Reads the keys in `dir`, making them at the first start. Works with files: not for an async thread.
    pub fn load(dir: &Path) -> Result<Self, KeyError> {
        let rsa = credentials::ensure_stand(dir)?;
        let gost = credentials::ensure_stand_gost(dir)?;
        Ok(Self {
            rsa: KeyPair {
                key: read_rsa(&rsa.private_key_file)?,
                stranger: OnceLock::new(),
                published: Published::read(rsa)?,
            },
            gost: KeyPair {
                key: read_gost(&gost.private_key_file)?,
                stranger: OnceLock::new(),
                published: Published::read(gost)?,
            },
        })
    }

    /// The certificate of this algorithm's tokens.
    pub fn published(&self, algorithm: TokenAlgorithm) -> &Published {
        match algorithm {
            TokenAlgorithm::Rs256 => &self.rsa.published,
            TokenAlgorithm::Gost => &self.gost.published,
        }
    }

    /// A compact JWS. Slashes are escaped, as the real provider does: nobody may compare raw text.
    pub fn sign(&self, algorithm: TokenAlgorithm, draft: &Draft) -> String {
        let part = |text: String| URL_SAFE_NO_PAD.encode(text.replace('/', "\\/"));
        let claims = draft.claims.to_string().replacen('{', &format!("{{{}", draft.prefix), 1);
        let signed = format!("{}.{}", part(draft.header.to_string()), part(claims));
        let signature = match draft.signing {
            Signing::Right => self.signature(algorithm, false, &signed),
            Signing::Stranger => self.signature(algorithm, true, &signed),
            Signing::Spoiled => spoiled(self.signature(algorithm, false, &signed)),
            Signing::Absent => Vec::new(),
            Signing::Hmac => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, &self.published(algorithm).pem);
                hmac::sign(&secret, signed.as_bytes()).as_ref().to_vec()
            }
            Signing::Opaque => return random::uuid().to_string(),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn signature(&self, algorithm: TokenAlgorithm, by_stranger: bool, message: &str) -> Vec<u8> {
        match algorithm {
            TokenAlgorithm::Rs256 => {
                let key =
                    if by_stranger { self.rsa.stranger.get_or_init(rsa_stranger) } else { &self.rsa.key };
                rsa_signature(key, message)
            }
            TokenAlgorithm::Gost => {
                let key =
                    if by_stranger { self.gost.stranger.get_or_init(gost_stranger) } else { &self.gost.key };
                key.sign(message.as_bytes()).to_vec()
            }
        }
    }
}

/// Streebog-256 of a certificate's DER in upper-case hexadecimal digits.
pub(super) fn thumbprint(der: &[u8]) -> String {
    hex::encode_upper(gost::streebog256(der))
}

/// Made when the fault is first shown: a start shall not wait for it, one person of a training may.
#[allow(clippy::expect_used, reason = "fails only without memory or randomness")]
fn rsa_stranger() -> RsaKeyPair {
    RsaKeyPair::generate(KeySize::Rsa2048).expect("an RSA key can be made")
}

#[allow(clippy::expect_used, reason = "fails only without randomness")]
fn gost_stranger() -> gost::SigningKey {
    gost::SigningKey::generate(gost::ParameterSet::CryptoProXchA).expect("a GOST key can be made")
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
    let der = read_pem(path, "PKCS#8 RSA key")?;
    RsaKeyPair::from_pkcs8(der.as_bytes()).map_err(|_| KeyError::Content(path.to_owned(), "PKCS#8 RSA key"))
}

fn read_gost(path: &Path) -> Result<gost::SigningKey, KeyError> {
    let der = read_pem(path, "PKCS#8 GOST key")?;
    gost::SigningKey::from_pkcs8_der(der.as_bytes())
        .map_err(|_| KeyError::Content(path.to_owned(), "PKCS#8 GOST key"))
}

fn read_pem(path: &Path, what: &'static str) -> Result<SecretDocument, KeyError> {
    let foreign = || KeyError::Content(path.to_owned(), what);
    let pem = read(path)?;
    let text = std::str::from_utf8(&pem).map_err(|_| foreign())?;
    Ok(SecretDocument::from_pem(text).map_err(|_| foreign())?.1)
}

/// Reads a certificate, PEM or DER, and gives its DER too. Works with files: not for an async thread.
pub(super) fn read_certificate(path: &Path) -> Result<(Certificate, Vec<u8>), KeyError> {
    let bytes = read(path)?;
    let der = match der::pem::decode_vec(&bytes) {
        Ok((_, der)) => der,
        Err(_) => bytes,
    };
    let certificate = Certificate::from_der(&der);
    Ok((certificate.map_err(|_| KeyError::Content(path.to_owned(), "certificate"))?, der))
}

fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    fs::read(path).map_err(|e| KeyError::File(path.to_owned(), e))
}
