//! Keys and certificates from files, PEM or DER.

use std::path::Path;

use der::Decode as _;
use x509_cert::Certificate;
use zeroize::Zeroizing;

use super::setup_error::EsiaSetupError;
use crate::config::esia::EsiaSettings;
use crate::gost;

const PEM_MARK: &[u8] = b"-----BEGIN ";
const CERTIFICATE_BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const CERTIFICATE_END: &str = "-----END CERTIFICATE-----";

/// A certificate with the octets it was read from: its hash is over those, and to write a certificate
/// anew may change them where its author was careless with DER.
#[derive(Clone, Debug)]
pub(super) struct CertificateFile {
    certificate: Certificate,
    der: Vec<u8>,
}

impl CertificateFile {
    fn from_der(der: Vec<u8>) -> der::Result<Self> {
        Ok(Self { certificate: Certificate::from_der(&der)?, der })
    }

    pub(super) fn parsed(&self) -> &Certificate {
        &self.certificate
    }

    /// Streebog-256 of the DER in upper-case hexadecimal digits, the name of a certificate at ESIA.
    pub(super) fn hash(&self) -> String {
        hex::encode_upper(gost::streebog256(&self.der))
    }
}

/// All certificates of a file, at least one: one in DER, one or more in PEM.
pub(super) fn read_certificates(path: &Path) -> Result<Vec<CertificateFile>, EsiaSetupError> {
    let content = read(path)?;
    let certificates = match std::str::from_utf8(&content) {
        Ok(text) if is_pem(&content) => pem_blocks(text)
            .map(|block| CertificateFile::from_der(der::pem::decode_vec(block.as_bytes())?.1))
            .collect(),
        _ => CertificateFile::from_der(content.to_vec()).map(|certificate| vec![certificate]),
    };
    match certificates {
        Ok(list) if !list.is_empty() => Ok(list),
        Ok(_) => Err(EsiaSetupError::file(path, "no certificate in the file")),
        Err(error) => Err(EsiaSetupError::file(path, format_args!("no readable certificate: {error}"))),
    }
}

/// The certificates of a PEM text; keys and remarks between them are passed over.
fn pem_blocks(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(CERTIFICATE_BEGIN).map(|(at, _)| {
        let rest = &text[at..];
        let end = rest.find(CERTIFICATE_END).map_or(rest.len(), |end| end + CERTIFICATE_END.len());
        &rest[..end]
    })
}

/// The configured private key in PKCS#8, unencrypted, as DER; and the file it is from.
pub(super) fn read_private_key(
    settings: &EsiaSettings,
) -> Result<(&Path, Zeroizing<Vec<u8>>), EsiaSetupError> {
    let path = settings
        .private_key_file
        .as_deref()
        .ok_or_else(|| EsiaSetupError::Setting("esia.private_key_file: missing".to_owned()))?;
    let content = read(path)?;
    if !is_pem(&content) {
        return Ok((path, content));
    }
    match der::pem::decode_vec(&content) {
        Ok(("PRIVATE KEY", key)) => Ok((path, Zeroizing::new(key))),
        Ok((label, _)) => Err(EsiaSetupError::file(
            path,
            format_args!("\"{label}\" found, \"PRIVATE KEY\" (PKCS#8) needed"),
        )),
        Err(_) => Err(EsiaSetupError::file(path, "no readable PEM")),
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, EsiaSetupError> {
    std::fs::read(path).map(Zeroizing::new).map_err(|error| EsiaSetupError::file(path, error))
}

fn is_pem(content: &[u8]) -> bool {
    content.windows(PEM_MARK.len()).any(|window| window == PEM_MARK)
}
