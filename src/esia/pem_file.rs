//! Keys and certificates from files, PEM or DER.

use std::path::Path;

use der::Decode as _;
use x509_cert::Certificate;
use zeroize::Zeroizing;

use super::setup_error::EsiaSetupError;

const PEM_MARK: &[u8] = b"-----BEGIN ";

/// All certificates of a file: one in DER, one or more in PEM.
pub(super) fn read_certificates(path: &Path) -> Result<Vec<Certificate>, EsiaSetupError> {
    let content = read(path)?;
    let certificates = if is_pem(&content) {
        Certificate::load_pem_chain(&content)
    } else {
        Certificate::from_der(&content).map(|certificate| vec![certificate])
    };
    match certificates {
        Ok(list) if !list.is_empty() => Ok(list),
        Ok(_) => Err(EsiaSetupError::file(path, "no certificate in the file")),
        Err(error) => Err(EsiaSetupError::file(path, format_args!("no readable certificate: {error}"))),
    }
}

/// A private key in PKCS#8, unencrypted, as DER.
pub(super) fn read_private_key(path: &Path) -> Result<Zeroizing<Vec<u8>>, EsiaSetupError> {
    let content = read(path)?;
    if !is_pem(&content) {
        return Ok(content);
    }
    match der::pem::decode_vec(&content) {
        Ok(("PRIVATE KEY", key)) => Ok(Zeroizing::new(key)),
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
