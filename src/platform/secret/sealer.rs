//! Authenticated encryption of database cells.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::SecretError;
use crate::platform::random;

/// First byte of a sealed value: its form. Which key it is under, only opening tells.
const FORM: u8 = 1;

/// Authenticated encryption (AES-256-GCM) of database cells.
///
/// A sealed value is `form (1) ‖ nonce (12, random) ‖ ciphertext ‖ tag (16)`. While the master key is being
/// changed there are two keys: both open, one seals.
pub struct Sealer {
    current: LessSafeKey,
    previous: Option<LessSafeKey>,
}

/// Which of the two keys a value is sealed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedUnder {
    /// The one that seals.
    Current,
    /// The one before it.
    Previous,
}

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
    pub(super) fn new(current: &[u8; 32], previous: Option<&[u8; 32]>) -> Self {
        Self { current: cipher(current), previous: previous.map(cipher) }
    }

    /// Encrypts `plaintext` for one cell.
    #[allow(clippy::expect_used, reason = "sealing fails only above 64 GiB")]
    pub fn seal(&self, cell: Cell<'_>, plaintext: &[u8]) -> Vec<u8> {
        let nonce = random::bytes::<NONCE_LEN>();
        let mut sealed = plaintext.to_vec();
        self.current
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(cell.associated_data()),
                &mut sealed,
            )
            .expect("a database cell is far below the bound");
        [&[FORM], nonce.as_slice(), sealed.as_slice()].concat()
    }

    /// Decrypts a value sealed for the same cell.
    ///
    /// # Errors
    /// Neither key, another cell, or changed bytes.
    pub fn open(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<Vec<u8>, SecretError> {
        self.open_telling(cell, sealed).map(|(plaintext, _)| plaintext)
    }

    /// The same, and which key it was sealed under.
    ///
    /// # Errors
    /// As [`Sealer::open`].
    pub fn open_telling(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<(Vec<u8>, SealedUnder), SecretError> {
        if let Some(plaintext) = open_with(&self.current, cell, sealed) {
            return Ok((plaintext, SealedUnder::Current));
        }
        let previous = self.previous.as_ref().and_then(|key| open_with(key, cell, sealed));
        previous.map(|plaintext| (plaintext, SealedUnder::Previous)).ok_or(SecretError::Sealed)
    }

    /// The value under the current key; `None` if it is so already.
    ///
    /// # Errors
    /// As [`Sealer::open`].
    pub fn reseal(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<Option<Vec<u8>>, SecretError> {
        let (plaintext, under) = self.open_telling(cell, sealed)?;
        let plaintext = zeroize::Zeroizing::new(plaintext);
        Ok((under == SealedUnder::Previous).then(|| self.seal(cell, &plaintext)))
    }

    /// Whether values under an earlier key may be met.
    pub(super) fn has_previous(&self) -> bool {
        self.previous.is_some()
    }
}

#[allow(clippy::expect_used, reason = "the key has the algorithm's length by its type")]
fn cipher(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a 32-byte key fits AES-256"))
}

fn open_with(key: &LessSafeKey, cell: Cell<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
    let (&form, rest) = sealed.split_first()?;
    let (nonce, ciphertext) = rest.split_at_checked(NONCE_LEN)?;
    if form != FORM {
        return None;
    }
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut buffer = ciphertext.to_vec();
    let length = key.open_in_place(nonce, Aad::from(cell.associated_data()), &mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}
