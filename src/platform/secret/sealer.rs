//! Authenticated encryption of database cells.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::SecretError;
use crate::platform::random;

/// Identifies the key in a sealed value, so that a rotation can tell old from new.
const KEY_ID: u8 = 1;

/// Authenticated encryption (AES-256-GCM) of database cells.
///
/// A sealed value is `key id (1) ‖ nonce (12, random) ‖ ciphertext ‖ tag (16)`.
pub struct Sealer(LessSafeKey);

/// The place a sealed value belongs to; it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Stable public id of the row.
    pub row: &'a str,
}

impl Cell<'_> {
    fn associated_data(&self) -> Vec<u8> {
        [self.table, self.column, self.row].join("\u{1f}").into_bytes()
    }
}

impl Sealer {
    #[allow(clippy::expect_used, reason = "the key has the algorithm's length by its type")]
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a 32-byte key fits AES-256")))
    }

    /// Encrypts `plaintext` for one cell.
    #[allow(clippy::expect_used, reason = "sealing fails only above 64 GiB")]
    pub fn seal(&self, cell: Cell<'_>, plaintext: &[u8]) -> Vec<u8> {
        let nonce = random::bytes::<NONCE_LEN>();
        let mut sealed = plaintext.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(cell.associated_data()),
                &mut sealed,
            )
            .expect("a database cell is far below the bound");
        [&[KEY_ID], nonce.as_slice(), sealed.as_slice()].concat()
    }

    /// Decrypts a value sealed for the same cell.
    ///
    /// # Errors
    /// Another key, another cell, or changed bytes.
    pub fn open(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<Vec<u8>, SecretError> {
        let (&key_id, rest) = sealed.split_first().ok_or(SecretError::Sealed)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE_LEN).ok_or(SecretError::Sealed)?;
        if key_id != KEY_ID {
            return Err(SecretError::Sealed);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SecretError::Sealed)?;
        let mut buffer = ciphertext.to_vec();
        let length = self
            .0
            .open_in_place(nonce, Aad::from(cell.associated_data()), &mut buffer)
            .map_err(|_| SecretError::Sealed)?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}
