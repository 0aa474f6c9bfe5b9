//! Codes that are shown once and good for one use: for a lost second factor, stored as digests, and as first
//! passwords.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::platform::random;
use crate::platform::secret::Digest;

/// How many an operator gets.
pub const RECOVERY_CODES: usize = 10;

/// Letters and digits that are not taken for each other: 32 of them, five bits each.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz123456789";
/// Eighty bits: a plain digest of so many cannot be turned back.
const CHARACTERS: usize = 16;

/// A code, in groups of four: `k7dm-x2pa-9fqs-h3tb`. Wiped when dropped; `Debug` shows nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct OneTimeCode(String);

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(…)")
    }
}

impl OneTimeCode {
    /// A fresh one.
    pub fn generate() -> Self {
        let bytes = random::bytes::<CHARACTERS>();
        let mut text = String::with_capacity(CHARACTERS + 3);
        for (at, byte) in bytes.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(byte % 32)]));
        }
        Self(text)
    }

    /// The codes that an operator is shown once.
    pub fn generate_set() -> Vec<Self> {
        (0..RECOVERY_CODES).map(|_| Self::generate()).collect()
    }

    /// The text to show.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be stored of it.
    pub fn digest(&self) -> Digest {
        digest_of(&self.0)
    }

    /// The digest of a typed code; `None` unless it has the form of one.
    pub fn read(typed: &str) -> Option<Digest> {
        let plain: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let plain = plain.to_ascii_lowercase();
        let known = plain.len() == CHARACTERS && plain.bytes().all(|byte| ALPHABET.contains(&byte));
        known.then(|| digest_of(&plain))
    }
}

fn digest_of(text: &str) -> Digest {
    let plain: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
    Digest::of(&plain)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed_and_nothing_else_is() {
        let code = OneTimeCode::generate();
        let shown = code.expose().to_owned();
        assert_eq!(shown.len(), 19);
        for typed in [shown.clone(), shown.to_uppercase(), shown.replace('-', ""), shown.replace('-', " ")] {
            assert_eq!(OneTimeCode::read(&typed), Some(code.digest()), "{typed}");
        }
        for typed in ["", "123456", &shown[..18], &format!("{shown}a"), "kkkk-kkkk-kkkk-kkk0"] {
            assert_eq!(OneTimeCode::read(typed), None, "{typed}");
        }
        assert_eq!(format!("{code:?}"), "OneTimeCode(…)");
    }

    #[test]
    fn ten_different_codes_make_a_set() {
        let set: BTreeSet<String> =
            OneTimeCode::generate_set().iter().map(|code| code.expose().to_owned()).collect();
        assert_eq!(set.len(), RECOVERY_CODES);
    }
}
