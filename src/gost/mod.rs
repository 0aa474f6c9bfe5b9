//! Signatures of GOST R 34.10-2012 (256 bits) with the digest of GOST R 34.11-2012 ("Streebog").
//!
//! A primitive, as RSA is one of aws-lc-rs: no library offers it in a state to rely on, so it is built here
//! on the constant-time numbers of `crypto-bigint`, and both the client of ESIA and the training stand
//! stand on it. Who judges it, and how nonces are made: `docs/adr/0008-gost-signatures.md`.
//!
//! A signature is 64 octets: s, then r, each big-endian. The digest is read as a little-endian number.
//! CryptoPro's programs write all 64 octets the other way round; whoever calls them turns them.

mod curve;
mod group;
mod key_der;
mod key_error;
mod nonce;
mod parameter_set;
mod point;
mod public_key;
mod signing_key;
#[cfg(test)]
mod vector_tests;

use const_oid::ObjectIdentifier;
use crypto_bigint::U256;
use streebog::{Digest as _, Streebog256};

pub use key_error::KeyError;
pub use parameter_set::ParameterSet;
pub use public_key::PublicKey;
pub use signing_key::SigningKey;

/// A key of GOST R 34.10-2012 with 256 bits; also the name of its signatures in CMS.
pub const KEY_ALGORITHM: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.643.7.1.1.1.1");

/// A signature of such a key over Streebog-256, as certificates name it.
pub const SIGNATURE_ALGORITHM: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.643.7.1.1.3.2");

/// The digest Streebog-256.
pub const STREEBOG_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.643.7.1.1.2.2");

/// The digest of GOST R 34.11-2012 with 256 bits, in the order in which it is written.
pub fn streebog256(message: &[u8]) -> [u8; 32] {
    Streebog256::digest(message).into()
}

/// What is signed: the digest as a number.
fn message_digest(message: &[u8]) -> U256 {
    U256::from_le_slice(&streebog256(message))
}
