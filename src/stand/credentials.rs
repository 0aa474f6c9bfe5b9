//! Keys and certificates of the training: made once, kept in a folder, marked so that nobody takes them
//! for real ones.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use der::pem::LineEnding;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, date_time_ymd,
};
use zeroize::Zeroizing;

use super::certificate;
use crate::gost::{self, ParameterSet, SigningKey};

/// Organisation name in the subject of every certificate made here. Who runs the real service refuses
/// certificates that bear it (`docs/security.md`, T62).
pub const ORGANISATION_MARKER: &str = "Privyazka training stand";

/// Where a relying party's certificate and key lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCredentials {
    /// X.509, PEM.
    pub certificate_file: PathBuf,
    /// PKCS#8, PEM, mode 0600.
    pub private_key_file: PathBuf,
}

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The name would not make a file name.
    #[error("a client id holds only latin letters, digits, '_' and '-': {0:?}")]
    Name(String),
    /// The folder or a file cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// The key or the certificate cannot be made.
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// A GOST key cannot be made.
    #[error("cannot make a GOST key: {0}")]
    Gost(#[from] gost::KeyError),
    /// The certificate of a GOST key cannot be written.
    #[error("cannot write a GOST certificate: {0}")]
    Der(#[from] der::Error),
}

/// The certificate and the RSA key of a relying party in `dir`; made at the first call, then kept.
///
/// Reads and writes files, so an async caller runs it in `spawn_blocking`.
///
/// # Errors
/// The name is unfit, the folder cannot be used, or no key can be made.
pub fn ensure_client(dir: &Path, client_id: &str) -> Result<ClientCredentials, CredentialsError> {
    ensure(dir, &format!("client-{}", checked(client_id)?), client_id, make_rsa)
}

/// The same with a GOST key of this parameter set, in files of their own.
///
/// # Errors
/// As [`ensure_client`].
pub fn ensure_client_gost(
    dir: &Path,
    client_id: &str,
    set: ParameterSet,
) -> Result<ClientCredentials, CredentialsError> {
    ensure(dir, &format!("client-{}-{set:?}", checked(client_id)?), client_id, |name| make_gost(name, set))
}

fn checked(client_id: &str) -> Result<&str, CredentialsError> {
    let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_fit = !client_id.is_empty() && client_id.chars().all(fit);
    if is_fit { Ok(client_id) } else { Err(CredentialsError::Name(client_id.to_owned())) }
}

/// The stand's own signing key.
pub(super) fn ensure_stand(dir: &Path) -> Result<ClientCredentials, CredentialsError> {
    ensure(dir, "stand", "Training stand token signing", make_rsa)
}

/// The stand's own GOST key, under the name of the curve that the provider's keys have.
pub(super) fn ensure_stand_gost(dir: &Path) -> Result<ClientCredentials, CredentialsError> {
    let make = |name: &str| make_gost(name, ParameterSet::CryptoProXchA);
    ensure(dir, "stand-gost", "Training stand token signing", make)
}

/// Certificate and key, both PEM.
type Made = (String, Zeroizing<String>);

fn make_rsa(common_name: &str) -> Result<Made, CredentialsError> {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256)?;
    let certificate = describe(common_name).self_signed(&key)?;
    Ok((certificate.pem(), Zeroizing::new(key.serialize_pem())))
}

fn make_gost(common_name: &str, set: ParameterSet) -> Result<Made, CredentialsError> {
    let key = SigningKey::generate(set)?;
    let pem =
        |label, der: &[u8]| der::pem::encode_string(label, LineEnding::LF, der).map_err(der::Error::from);
    let certificate = pem("CERTIFICATE", &certificate::self_signed(common_name, &key)?)?;
    Ok((certificate, Zeroizing::new(pem("PRIVATE KEY", &key.to_pkcs8_der()?)?)))
}

fn ensure(
    dir: &Path,
    stem: &str,
    common_name: &str,
    make: impl Fn(&str) -> Result<Made, CredentialsError>,
) -> Result<ClientCredentials, CredentialsError> {
    let paths = ClientCredentials {
        certificate_file: dir.join(format!("{stem}.crt")),
        private_key_file: dir.join(format!("{stem}.key")),
    };
    let failed = |e| CredentialsError::File(dir.to_owned(), e);
    fs::create_dir_all(dir).map_err(failed)?;
    // Two processes that start at once must not end with the key of one and the certificate of the other.
    let lock = File::create(dir.join(".lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    if paths.certificate_file.exists() && paths.private_key_file.exists() {
        return Ok(paths);
    }
    let (certificate, key) = make(common_name)?;
    replace(&paths.private_key_file, key.as_bytes(), 0o600)?;
    replace(&paths.certificate_file, certificate.as_bytes(), 0o644)?;
    Ok(paths)
}

fn describe(common_name: &str) -> CertificateParams {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "RU");
    subject.push(DnType::OrganizationName, ORGANISATION_MARKER);
    subject.push(DnType::CommonName, common_name);
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    params
}

/// Writes beside the target and renames, so that a killed process leaves no half file.
fn replace(path: &Path, content: &[u8], mode: u32) -> Result<(), CredentialsError> {
    let fresh = path.with_extension("new");
    let write = || {
        let _ = fs::remove_file(&fresh);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&fresh)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().map_err(|e| CredentialsError::File(path.to_owned(), e))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use der::{DecodePem, Encode};
    use x509_cert::Certificate;

    use super::*;

    #[test]
    fn t62_a_certificate_bears_the_mark_and_its_key_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let made = ensure_client(dir.path(), "DEMO_1").unwrap();
        let pem = fs::read(&made.certificate_file).unwrap();
        let certificate = Certificate::from_pem(&pem).unwrap();
        let subject = certificate.tbs_certificate.subject.to_string();
        assert!(subject.contains(ORGANISATION_MARKER) && subject.contains("DEMO_1"), "{subject}");
        assert!(certificate.to_der().unwrap().len() > 500);
        let mode = fs::metadata(&made.private_key_file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn credentials_are_made_once_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let read = |made: &ClientCredentials| fs::read(&made.private_key_file).unwrap();
        let first = ensure_client(dir.path(), "DEMO").unwrap();
        let key = read(&first);
        let second = ensure_client(dir.path(), "DEMO").unwrap();
        assert_eq!((first, key), (second.clone(), read(&second)));
        assert_ne!(read(&ensure_client(dir.path(), "OTHER").unwrap()), read(&second));
    }

    #[test]
    fn a_client_id_never_leaves_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        for bad in ["", "../x", "a/b", "a.b", "ключ"] {
            assert!(matches!(ensure_client(dir.path(), bad), Err(CredentialsError::Name(_))), "{bad}");
        }
    }
}
