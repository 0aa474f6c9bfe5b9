//! SNILS, the pension-insurance number: 11 digits, the last two a control sum.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A SNILS whose control sum is right. `Debug` shows no digit.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Snils(String);

/// Why a text is no SNILS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSnils {
    /// Not 11 digits with the usual separators.
    #[error("a SNILS has 11 digits")]
    Form,
    /// The control sum does not fit the number.
    #[error("the control sum of the SNILS is wrong")]
    ControlSum,
}

impl Snils {
    /// Reads `000-000-000 00`, the bare digits, or any mixture of spaces and hyphens between them.
    ///
    /// # Errors
    /// Not 11 digits, or a wrong control sum.
    pub fn parse(text: &str) -> Result<Self, InvalidSnils> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}' | '–')).collect();
        if digits.len() != 11 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidSnils::Form);
        }
        if control_sum(&digits) == digits[9..] { Ok(Self(digits)) } else { Err(InvalidSnils::ControlSum) }
    }

    /// A SNILS made from nine digits by computing its control sum (demo people, tests).
    pub fn with_control_sum(number: u32) -> Self {
        let nine = format!("{:09}", number % 1_000_000_000);
        let sum = control_sum(&nine);
        Self(nine + &sum)
    }

    /// The 11 digits.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// `000-000-000 00`, as people and ESIA write it.
    pub fn formatted(&self) -> String {
        let d = &self.0;
        format!("{}-{}-{} {}", &d[..3], &d[3..6], &d[6..9], &d[9..])
    }

    /// `***-***-*89 12`: enough to recognise one's own number, not enough to learn another's.
    pub fn masked(&self) -> String {
        format!("***-***-*{} {}", &self.0[7..9], &self.0[9..])
    }
}

/// The control sum of the first nine digits: weights 9…1, modulo 101, with 100 and 101 written as 00.
fn control_sum(digits: &str) -> String {
    let sum: u32 =
        digits.bytes().take(9).zip((1..=9).rev()).map(|(d, weight)| u32::from(d - b'0') * weight).sum();
    format!("{:02}", sum % 101 % 100)
}

impl fmt::Debug for Snils {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Snils(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn t19_a_wrong_control_sum_is_no_snils() {
        for (text, expected) in [
            ("112-233-445 95", Ok("11223344595")),
            ("11223344595", Ok("11223344595")),
            ("112 233 445-95", Ok("11223344595")),
            ("087-654-303 00", Ok("08765430300")),
            ("112-233-445 96", Err(InvalidSnils::ControlSum)),
            ("112-233-445 9", Err(InvalidSnils::Form)),
            ("112-233-445 955", Err(InvalidSnils::Form)),
            ("11223344五95", Err(InvalidSnils::Form)),
            ("", Err(InvalidSnils::Form)),
        ] {
            assert_eq!(Snils::parse(text).as_ref().map(Snils::digits).map_err(|e| *e), expected, "{text}");
        }
    }

    #[test]
    fn masks_and_formats() {
        let snils = Snils::parse("11223344595").unwrap();
        assert_eq!(snils.formatted(), "112-233-445 95");
        assert_eq!(snils.masked(), "***-***-*45 95");
        assert_eq!(format!("{snils:?}"), "Snils(…)");
    }

    proptest! {
        #[test]
        fn every_nine_digits_make_exactly_one_snils(number in 0u32..1_000_000_000, wrong in 0u32..100) {
            let snils = Snils::with_control_sum(number);
            prop_assert_eq!(Snils::parse(&snils.formatted()), Ok(snils.clone()));
            let other = format!("{}{wrong:02}", &snils.digits()[..9]);
            prop_assert_eq!(Snils::parse(&other).is_ok(), other == snils.digits());
        }

        #[test]
        fn t82_no_text_breaks_the_parser(text in "\\PC{0,40}") {
            let _ = Snils::parse(&text).map(|snils| snils.formatted());
        }
    }
}
