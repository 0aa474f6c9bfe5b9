//! The one-time code of the callback.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// ESIA's codes are signed tokens of one to two kilobytes; nothing near this bound is one.
const MAX_LENGTH: usize = 8 * 1024;

/// The `code` of a callback: opaque to us, worth an identity for four minutes. `Debug` shows nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct AuthorizationCode(String);

/// The text cannot be a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an authorization code")]
pub struct InvalidCode;

impl AuthorizationCode {
    /// Takes the parameter as it came: visible ASCII, at least one character and at most 8 KiB.
    ///
    /// # Errors
    /// Any other text.
    pub fn parse(text: &str) -> Result<Self, InvalidCode> {
        let fits = (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidCode) }
    }

    /// The code for the token request.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn t07_empty_huge_and_unprintable_texts_are_no_codes() {
        assert!(AuthorizationCode::parse("eyJ0eXAi.abc-_.def").is_ok());
        assert!(AuthorizationCode::parse(&"x".repeat(MAX_LENGTH)).is_ok());
        for bad in ["", " ", "a b", "a\r\nb", "код", "a\0", &"x".repeat(MAX_LENGTH + 1)] {
            assert!(AuthorizationCode::parse(bad).is_err(), "{}", bad.len());
        }
    }

    #[test]
    fn t22_debug_shows_no_code() {
        let code = AuthorizationCode::parse("secret").unwrap();
        assert_eq!(format!("{code:?}"), "AuthorizationCode(…)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]
        #[test]
        fn t82_any_text_is_kept_exactly_or_refused(text in "\\PC{0,60}") {
            if let Ok(code) = AuthorizationCode::parse(&text) {
                prop_assert_eq!(code.expose(), text);
            }
        }
    }
}
