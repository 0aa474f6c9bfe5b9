//! The second factor: one-time codes by time (RFC 6238), as authenticator apps compute them: SHA-1, six
//! digits, thirty seconds.

use std::fmt;

use aws_lc_rs::hmac;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::platform::clock::Timestamp;
use crate::platform::random;

/// Seconds of a step.
const STEP_SECONDS: i64 = 30;
/// Digits of a code.
const DIGITS: usize = 6;
/// Bytes of a secret: the length of the digest, as RFC 4226 advises.
const SECRET_BYTES: usize = 20;

/// What an operator's app and we both know. Wiped when dropped; `Debug` shows nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret([u8; SECRET_BYTES]);

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// A fresh one.
    pub fn generate() -> Self {
        Self(random::bytes())
    }

    /// Reads the bytes of one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Its bytes, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// In base32 (RFC 4648), for typing into an app.
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(base32(&self.0))
    }

    /// The address that an app reads, as text or from a picture.
    pub fn to_uri(&self, issuer: &str, login: &str) -> Zeroizing<String> {
        let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (issuer, login) = (encode(issuer), encode(login));
        let secret = self.to_base32();
        Zeroizing::new(format!("otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}", *secret))
    }

    /// The step whose code was typed: that of `now` or one of its neighbours, and later than `used`, the last
    /// one taken. Takes the same time whatever was typed.
    pub fn step_of(&self, typed: &str, now: Timestamp, used: Option<i64>) -> Option<i64> {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let current = now.timestamp().div_euclid(STEP_SECONDS);
        let mut found = (Choice::from(0), 0);
        for step in current - 1..=current + 1 {
            let fresh = Choice::from(u8::from(used.is_none_or(|used| step > used)));
            let fits = self.code(step).as_bytes().ct_eq(typed.as_bytes()) & fresh;
            found.1 = i64::conditional_select(&found.1, &step, fits);
            found.0 |= fits;
        }
        bool::from(found.0).then_some(found.1)
    }

    /// The code of a step.
    pub fn code(&self, step: i64) -> Zeroizing<String> {
        let number = self.number(step) % 10_u32.pow(DIGITS as u32);
        Zeroizing::new(format!("{number:0DIGITS$}"))
    }

    /// The truncated number of RFC 4226, 5.3.
    fn number(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let offset = usize::from(bytes.last().copied().unwrap_or_default() & 0x0f);
        let four = bytes.get(offset..offset + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
        u32::from_be_bytes(four) & 0x7fff_ffff
    }
}

/// RFC 4648 without padding.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut buffer, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(buffer >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(buffer << (5 - bits) & 31) as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn t41_the_vectors_of_rfc_6238() {
        // The RFC has eight digits; six are their end.
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = seconds / 30;
            assert_eq!(format!("{:08}", secret().number(step) % 100_000_000), code, "{seconds}");
            assert_eq!(*secret().code(step), code[2..], "{seconds}");
            assert_eq!(secret().step_of(&code[2..], at(seconds), None), Some(step), "{seconds}");
        }
    }

    #[test]
    fn t41_the_vectors_of_rfc_4226() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(*secret().code(step), code, "{step}");
        }
    }

    #[test]
    fn t41_one_step_to_either_side_counts_and_each_step_once() {
        let now = at(1_800_000_015);
        let step = 60_000_000;
        for (offset, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = secret().code(step + offset);
            assert_eq!(secret().step_of(&code, now, None).is_some(), accepted, "{offset}");
        }
        let code = secret().code(step);
        assert_eq!(secret().step_of(&code, now, Some(step - 1)), Some(step));
        assert_eq!(secret().step_of(&code, now, Some(step)), None, "a replayed code");
        assert_eq!(secret().step_of(&secret().code(step - 1), now, Some(step)), None, "an earlier one");
        assert_eq!(secret().step_of(&secret().code(step + 1), now, Some(step)), Some(step + 1));
    }

    #[test]
    fn spaces_are_read_over_and_other_text_is_no_code() {
        let now = at(59);
        assert_eq!(secret().step_of(" 287 082\u{a0}", now, None), Some(1));
        for wrong in ["", "28708", "2870820", "２８７０８２", "94287082", "abcdef", "-87082"] {
            assert_eq!(secret().step_of(wrong, now, None), None, "{wrong}");
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert_eq!(*secret().to_base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn the_address_for_apps_holds_issuer_login_and_secret() {
        assert_eq!(
            *secret().to_uri("journal.example", "Иванова"),
            "otpauth://totp/journal%2Eexample:%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=journal%2Eexample"
        );
        assert_eq!(format!("{:?}", secret()), "TotpSecret(…)");
    }
}
