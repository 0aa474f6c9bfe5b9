//! What proves that a request is ours: a signature with the key of our registered certificate.
//!
//! A source of signatures is a file here and a variant. It gives bare octets and is not believed: no
//! signature leaves before our certificate has verified it, which finds a foreign key, octets in the wrong
//! order and an expired container of keys in the moment they appear.

mod certified_key;
mod command;
mod http;
mod rsa;

use x509_cert::Certificate;

pub(super) use certified_key::CertifiedKey;

use super::certificate_file::{CertificateFile, read_certificates, read_private_key};
use super::setup_error::EsiaSetupError;
use crate::config::esia::{EsiaApi, EsiaSettings, SignerKind};
use crate::gost::SigningKey;

/// What a self-test signs.
const PROBE: &[u8] = b"self-test";

/// Signatures that a program or a service is asked for at once.
const AT_ONCE: usize = 4;

/// The configured signer.
#[derive(Debug)]
pub(super) struct Signer {
    certificate: CertificateFile,
    key: CertifiedKey,
    source: Source,
    /// The octets come in the opposite order, as CryptoPro's programs write them.
    is_reversed: bool,
}

/// Where signatures come from.
#[derive(Debug)]
enum Source {
    Rsa(rsa::RsaKey),
    Gost(Box<SigningKey>),
    Command(command::CommandSource),
    Http(http::HttpSource),
}

/// The signature could not be had. Holds nothing of what was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// What should sign refuses or breaks.
    #[error("the signature cannot be made: {0}")]
    Failed(&'static str),
    /// What should sign is not there, or not in time.
    #[error("the signer does not answer: {0}")]
    Unavailable(&'static str),
    /// It signed, and not with our certificate's key.
    #[error("the signature does not verify with our certificate: another key, or octets in another order")]
    Foreign,
}

impl SignError {
    /// Whether it may be over in a while without anybody changing a setting.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl Signer {
    /// Reads key and certificate. A key in this process is tried at once; it costs a millisecond and finds
    /// one that belongs to another certificate before the first person meets it.
    pub(super) fn new(settings: &EsiaSettings) -> Result<Self, EsiaSetupError> {
        settings.check().map_err(EsiaSetupError::Setting)?;
        // The first certificate of the file is ours; a chain may follow it.
        let file = &settings.certificate_file;
        let certificate = read_certificates(file)?.swap_remove(0);
        let key =
            CertifiedKey::of(certificate.parsed()).map_err(|error| EsiaSetupError::file(file, error))?;
        if settings.api == EsiaApi::V3 && !key.is_gost() {
            return Err(EsiaSetupError::file(file, "`esia.api = \"v3\"` needs a certificate of a GOST key"));
        }
        let source = Source::new(settings)?;
        let is_external = matches!(source, Source::Command(_) | Source::Http(_));
        let is_reversed = is_external && settings.signer_reverse_bytes;
        let signer = Self { certificate, key, source, is_reversed };
        signer.check_pair().map_err(|error| EsiaSetupError::file(file, error))?;
        Ok(signer)
    }

    fn check_pair(&self) -> Result<(), SignError> {
        let signature = match &self.source {
            Source::Rsa(key) => key.sign(PROBE)?,
            Source::Gost(key) => key.sign(PROBE).to_vec(),
            Source::Command(_) | Source::Http(_) => return Ok(()),
        };
        if self.key.verify(PROBE, &signature) { Ok(()) } else { Err(SignError::Foreign) }
    }

    /// Makes one signature, whatever its source, and throws it away.
    pub(super) async fn self_test(&self) -> Result<(), SignError> {
        self.sign(PROBE).await.map(drop)
    }

    /// Our certificate.
    pub(super) fn certificate(&self) -> &Certificate {
        self.certificate.parsed()
    }

    /// Streebog-256 of our certificate, as ESIA's v3 addresses name it.
    pub(super) fn certificate_hash(&self) -> String {
        self.certificate.hash()
    }

    /// Our public key, which decides on algorithms and their names.
    pub(super) fn key(&self) -> &CertifiedKey {
        &self.key
    }

    /// Signs the message and verifies the signature.
    pub(super) async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = match &self.source {
            // Less than a millisecond: as much as handing it to another thread and back would cost.
            Source::Rsa(key) => key.sign(message)?,
            Source::Gost(key) => key.sign(message).to_vec(),
            Source::Command(command) => command.sign(message).await?,
            Source::Http(service) => service.sign(message).await?,
        };
        if self.is_reversed {
            signature.reverse();
        }
        if self.key.verify(message, &signature) { Ok(signature) } else { Err(SignError::Foreign) }
    }
}

impl Source {
    fn new(settings: &EsiaSettings) -> Result<Self, EsiaSetupError> {
        match settings.signer {
            SignerKind::Rsa => {
                let (file, der) = read_private_key(settings)?;
                rsa::RsaKey::from_pkcs8(&der)
                    .map(Self::Rsa)
                    .map_err(|error| EsiaSetupError::file(file, error))
            }
            SignerKind::Gost => {
                let (file, der) = read_private_key(settings)?;
                let key = SigningKey::from_pkcs8_der(&der);
                key.map(|key| Self::Gost(Box::new(key))).map_err(|error| EsiaSetupError::file(file, error))
            }
            SignerKind::Command => command::CommandSource::new(settings).map(Self::Command),
            SignerKind::Http => http::HttpSource::new(settings).map(Self::Http),
        }
    }
}
