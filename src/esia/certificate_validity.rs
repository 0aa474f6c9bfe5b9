//! How long the certificates of the settings are valid, for who looks after the installation.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration};
use x509_cert::Certificate;
use x509_cert::time::Time;

use super::certificate_file::read_certificates;
use super::setup_error::EsiaSetupError;
use crate::config::esia::EsiaSettings;
use crate::platform::clock::Timestamp;

/// A certificate is ordered, registered and installed in less.
pub const TIME_TO_RENEW: Duration = Duration::days(30);

/// A certificate of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateValidity {
    /// Where it lies.
    pub file: PathBuf,
    /// Ours; otherwise one of those that ESIA signs with.
    pub is_ours: bool,
    /// First moment.
    pub from: Timestamp,
    /// Last moment.
    pub until: Timestamp,
}

/// Ours, then all that ESIA may sign with. Reads files: not for an async thread.
///
/// # Errors
/// A file that holds no certificate.
pub fn certificates(settings: &EsiaSettings) -> Result<Vec<CertificateValidity>, EsiaSetupError> {
    let mut found = read(&settings.certificate_file, true)?;
    // A chain may follow ours.
    found.truncate(1);
    for file in &settings.trusted_certificate_files {
        found.extend(read(file, false)?);
    }
    Ok(found)
}

fn read(file: &Path, is_ours: bool) -> Result<Vec<CertificateValidity>, EsiaSetupError> {
    let certificates = read_certificates(file)?;
    let periods = certificates.iter().map(|certificate| period(certificate.parsed()));
    Ok(periods
        .map(|(from, until)| CertificateValidity { file: file.to_owned(), is_ours, from, until })
        .collect())
}

/// The first and the last moment of a certificate.
pub(super) fn period(certificate: &Certificate) -> (Timestamp, Timestamp) {
    let validity = &certificate.tbs_certificate.validity;
    (moment(validity.not_before), moment(validity.not_after))
}

fn moment(time: Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).unwrap_or(Timestamp::MAX_UTC)
}
