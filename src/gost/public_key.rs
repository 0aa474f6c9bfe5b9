//! Keys that verify.

use std::fmt;

use crypto_bigint::U256;
use der::Decode as _;
use spki::SubjectPublicKeyInfoOwned;
use x509_cert::Certificate;

use super::group::{Affine, Halves};
use super::key_error::KeyError;
use super::parameter_set::ParameterSet;
use super::{key_der, message_digest};

/// A public key: an element of its group, which is checked when it is made.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    set: ParameterSet,
    point: Affine,
}

impl PublicKey {
    /// The key of a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// It is no key of this standard, or none that can verify.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_spki(&SubjectPublicKeyInfoOwned::from_der(der).map_err(|_| KeyError::Form)?)
    }

    /// The key of a certificate. Nothing else of the certificate is looked at.
    ///
    /// # Errors
    /// As [`from_spki_der`](Self::from_spki_der).
    pub fn from_certificate_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_certificate(&Certificate::from_der(der).map_err(|_| KeyError::Form)?)
    }

    /// The key of a certificate that has been read.
    ///
    /// # Errors
    /// As [`from_spki_der`](Self::from_spki_der).
    pub fn from_certificate(certificate: &Certificate) -> Result<Self, KeyError> {
        Self::from_spki(&certificate.tbs_certificate.subject_public_key_info)
    }

    fn from_spki(info: &SubjectPublicKeyInfoOwned) -> Result<Self, KeyError> {
        let (set, octets) = key_der::read_spki(info)?;
        let (x, y) = octets.split_at(32);
        let point = Affine { x: U256::from_le_slice(x), y: U256::from_le_slice(y) };
        if set.group().contains(&point) { Ok(Self { set, point }) } else { Err(KeyError::Range) }
    }

    /// A point that has been computed here.
    pub(super) fn from_point(set: ParameterSet, point: Affine) -> Self {
        Self { set, point }
    }

    /// The SubjectPublicKeyInfo of the key.
    ///
    /// # Errors
    /// None is known; DER is written by a library that could fail.
    pub fn to_spki_der(&self) -> der::Result<Vec<u8>> {
        let mut octets = [0; 64];
        octets[..32].copy_from_slice(self.point.x.to_le_bytes().as_ref());
        octets[32..].copy_from_slice(self.point.y.to_le_bytes().as_ref());
        key_der::write_spki(self.set, &octets)
    }

    /// The set the key belongs to.
    pub fn parameter_set(&self) -> ParameterSet {
        self.set
    }

    /// Whether `signature` (s, then r, big-endian) over `message` was made with the private key.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let (s, r) = signature.split_at(32);
        let halves = Halves { r: U256::from_be_slice(r), s: U256::from_be_slice(s) };
        self.set.group().verify(&self.point, &message_digest(message), &halves)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?})", self.set)
    }
}
