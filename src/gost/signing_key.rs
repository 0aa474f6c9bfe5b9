//! Keys that sign.

use std::fmt;

use crypto_bigint::{CtLt, U256};
use zeroize::Zeroizing;

use super::group::Halves;
use super::key_error::KeyError;
use super::nonce::Nonces;
use super::parameter_set::ParameterSet;
use super::public_key::PublicKey;
use super::{key_der, message_digest};
use crate::platform::random;

/// A private key with its public one. Wiped when dropped; `Debug` shows nothing of it.
pub struct SigningKey {
    set: ParameterSet,
    secret: Zeroizing<U256>,
    public: PublicKey,
}

impl SigningKey {
    /// The key of a PKCS#8 structure, unencrypted.
    ///
    /// # Errors
    /// It is no key of this standard, or its number is out of range.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let (set, octets) = key_der::read_pkcs8(der)?;
        Self::new(set, Zeroizing::new(U256::from_le_slice(octets.as_ref())))
    }

    /// A new key.
    ///
    /// # Errors
    /// None is known: numbers out of range are drawn again.
    pub fn generate(set: ParameterSet) -> Result<Self, KeyError> {
        let order = set.group().order();
        let mut draw = Nonces::new(&U256::ZERO, &U256::ZERO, &random::bytes());
        Self::new(set, draw.next_below(&order))
    }

    fn new(set: ParameterSet, secret: Zeroizing<U256>) -> Result<Self, KeyError> {
        let is_in_range = secret.ct_lt(&set.group().order()) & !secret.is_zero();
        let point = is_in_range.to_bool().then(|| set.group().public_point(&secret)).flatten();
        let public = PublicKey::from_point(set, point.ok_or(KeyError::Range)?);
        Ok(Self { set, secret, public })
    }

    /// The PKCS#8 structure of the key, unencrypted.
    ///
    /// # Errors
    /// None is known; DER is written by a library that could fail.
    pub fn to_pkcs8_der(&self) -> der::Result<Zeroizing<Vec<u8>>> {
        let octets = Zeroizing::new(<[u8; 32]>::from(self.secret.to_le_bytes()));
        key_der::write_pkcs8(self.set, &octets)
    }

    /// The key that verifies what this one signs.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The signature of `message`: s, then r, each 32 octets, big-endian. Another one at each call.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let digest = message_digest(message);
        let group = self.set.group();
        let order = group.order();
        let mut nonces = Nonces::new(&self.secret, &digest, &random::bytes());
        loop {
            // One nonce in 2²⁵⁵ gives a zero, which the standard throws away.
            if let Some(Halves { r, s }) = group.sign(&self.secret, &digest, &nonces.next_below(&order)) {
                let mut signature = [0; 64];
                signature[..32].copy_from_slice(s.to_be_bytes().as_ref());
                signature[32..].copy_from_slice(r.to_be_bytes().as_ref());
                return signature;
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?})", self.set)
    }
}
