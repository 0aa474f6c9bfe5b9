//! The linking code that an operator hands out: twelve random digits, read aloud in groups of four
//! (`docs/sign-in.md`).

use std::fmt;

use zeroize::Zeroizing;

use crate::platform::random;
use crate::platform::secret::{Digest, Keys};

/// Digits of a code.
pub const DIGITS: usize = 12;

/// Above this a random number is thrown away: the rest divides evenly into all codes.
const EVEN: u64 = u64::MAX - u64::MAX % CODES;
/// How many codes there are.
const CODES: u64 = 1_000_000_000_000;

/// A code as the person holds it. Wiped when dropped; `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkingCode(Zeroizing<String>);

impl LinkingCode {
    /// A fresh random code; each of the 10¹² is as likely as any other.
    pub fn generate() -> Self {
        loop {
            let number = u64::from_be_bytes(random::bytes());
            if number < EVEN {
                return Self(Zeroizing::new(format!("{:0DIGITS$}", number % CODES)));
            }
        }
    }

    /// Reads what somebody typed: twelve digits, with whatever spaces and dashes between them.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut digits = Zeroizing::new(String::with_capacity(DIGITS));
        for c in typed.chars() {
            match c {
                '0'..='9' if digits.len() < DIGITS => digits.push(c),
                c if c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}') => {}
                _ => return None,
            }
        }
        (digits.len() == DIGITS).then_some(Self(digits))
    }

    /// «1234 5678 9012», for the page that shows it once.
    pub fn in_groups(&self) -> String {
        format!("{} {} {}", &self.0[..4], &self.0[4..8], &self.0[8..])
    }

    /// What is stored of it. Keyed, because whoever has the table would try all 10¹² codes against a plain
    /// hash within hours; with the profile's uid, because a code opens one profile only.
    pub fn digest(&self, keys: &Keys, uid: &str) -> Digest {
        Digest::of(&keys.codes.code(&[uid.as_bytes(), self.0.as_bytes()]))
    }

    /// Whether it is the stored code of a profile, under either key while the master key is being changed.
    pub fn is(&self, keys: &Keys, uid: &str, stored: &Digest) -> bool {
        keys.codes
            .accepted_codes(&[uid.as_bytes(), self.0.as_bytes()])
            .fold(false, |found, code| found | (Digest::of(&code) == *stored))
    }
}

impl fmt::Debug for LinkingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkingCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::platform::secret::MasterKey;

    #[test]
    fn t58_codes_are_twelve_random_digits() {
        let codes: HashSet<String> = (0..10_000).map(|_| LinkingCode::generate().in_groups()).collect();
        assert_eq!(codes.len(), 10_000, "a code came twice");
        for code in &codes {
            assert_eq!(code.len(), 14);
            assert_eq!(code.chars().filter(char::is_ascii_digit).count(), DIGITS, "{code}");
        }
        for place in [0, 1, 6, 13] {
            let digits: HashSet<u8> = codes.iter().map(|code| code.as_bytes()[place]).collect();
            assert_eq!(digits.len(), 10, "place {place} never takes some digit");
        }
    }

    #[test]
    fn t58_a_code_is_read_however_it_is_written() {
        let code = LinkingCode::parse("123456789012").unwrap();
        assert_eq!(code.in_groups(), "1234 5678 9012");
        for typed in
            ["1234 5678 9012", " 1234-5678-9012 ", "1234\u{a0}5678\u{2013}9012", "1 2 3 4 5 6 7 8 9 0 1 2"]
        {
            assert!(LinkingCode::parse(typed) == Some(code.clone()), "{typed:?}");
        }
        for typed in [
            "",
            "12345678901",
            "1234567890123",
            "1234 5678 901O",
            "１２３４５６７８９０１２",
            "1234.5678.9012",
            "+12345678901",
        ] {
            assert!(LinkingCode::parse(typed).is_none(), "{typed:?}");
        }
    }

    #[test]
    fn t58_what_is_stored_depends_on_key_and_profile() {
        let (old, new) = (MasterKey::from_bytes([7; 32]), MasterKey::from_bytes([8; 32]));
        let (before, changing, after) = (old.derive(), new.derive_beside(Some(&old)), new.derive());
        let code = LinkingCode::parse("123456789012").unwrap();
        let stored = code.digest(&before, "uid");
        assert!(code.is(&before, "uid", &stored) && code.is(&changing, "uid", &stored));
        assert!(!code.is(&after, "uid", &stored));
        assert!(!code.is(&before, "other", &stored));
        assert!(!LinkingCode::parse("123456789013").unwrap().is(&before, "uid", &stored));
        assert_ne!(stored, Digest::of(b"123456789012"));
        assert_eq!(format!("{code:?}"), "LinkingCode(…)");
    }

    proptest! {
        #[test]
        fn t82_whatever_is_typed_is_a_code_of_twelve_digits_or_none(typed in "\\PC{0,40}") {
            if let Some(code) = LinkingCode::parse(&typed) {
                prop_assert!(LinkingCode::parse(&code.in_groups()) == Some(code));
                prop_assert_eq!(typed.chars().filter(char::is_ascii_digit).count(), DIGITS);
            }
        }

        #[test]
        fn t82_every_code_is_read_back(number in 0..CODES) {
            let code = LinkingCode::parse(&format!("{number:012}"));
            prop_assert!(code.is_some_and(|code| LinkingCode::parse(&code.in_groups()) == Some(code)));
        }
    }
}
