//! The key of a link: issuer and ESIA `oid` (`docs/esia.md`, tokens).

use std::fmt;

use serde::Deserialize;

/// ESIA's `oid` of a person: a positive integer up to 2⁶³−1. One person keeps it for life.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject(i64);

/// The text or number is not an `oid` in canonical decimal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a subject identifier")]
pub struct InvalidSubject;

impl Subject {
    /// From the number as stored.
    ///
    /// # Errors
    /// Zero or negative.
    pub fn from_number(number: i64) -> Result<Self, InvalidSubject> {
        if number > 0 { Ok(Self(number)) } else { Err(InvalidSubject) }
    }

    /// From canonical decimal digits: no sign, space, leading zero or foreign digit.
    ///
    /// # Errors
    /// Any other form, or a number above 2⁶³−1.
    pub fn parse(digits: &str) -> Result<Self, InvalidSubject> {
        let canonical = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        if !canonical {
            return Err(InvalidSubject);
        }
        digits.parse().map_err(|_| InvalidSubject).and_then(Self::from_number)
    }

    /// From a JSON value: an integer, or the same digits in a string.
    ///
    /// # Errors
    /// Any other JSON: a fraction, an exponent, a boolean, null, an array, an object.
    pub fn from_json(value: &serde_json::Value) -> Result<Self, InvalidSubject> {
        match value {
            serde_json::Value::Number(number) => {
                number.as_i64().ok_or(InvalidSubject).and_then(Self::from_number)
            }
            serde_json::Value::String(digits) => Self::parse(digits),
            _ => Err(InvalidSubject),
        }
    }

    /// The number, for the store and for ESIA's addresses.
    pub fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Debug for Subject {
    /// The `oid` identifies a person, so it stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(…)")
    }
}

/// The `iss` of one ESIA environment, compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(transparent)]
pub struct Issuer(String);

impl Issuer {
    /// The issuer as configured.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as ESIA writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn t13_only_canonical_positive_integers_are_subjects() {
        for bad in [
            "",
            "0",
            "-1",
            "+1",
            "01",
            " 1",
            "1 ",
            "1.0",
            "1e3",
            "１２",
            "9223372036854775808",
            "18446744073709551617",
        ] {
            assert!(Subject::parse(bad).is_err(), "{bad:?}");
        }
        for bad in [
            json!(0),
            json!(-5),
            json!(1.0),
            json!(1e3),
            json!(true),
            json!(null),
            json!([1]),
            json!({"a": 1}),
        ] {
            assert!(Subject::from_json(&bad).is_err(), "{bad}");
        }
        let huge: serde_json::Value = serde_json::from_str("18446744073709551617").unwrap();
        assert!(Subject::from_json(&huge).is_err());
        assert_eq!(Subject::from_json(&json!(1_000_000_001)), Subject::from_json(&json!("1000000001")));
    }

    proptest! {
        #[test]
        fn t13_a_subject_keeps_its_exact_number(number in 1i64..) {
            let subject = Subject::from_number(number).unwrap();
            prop_assert_eq!(subject.number(), number);
            prop_assert_eq!(Subject::parse(&number.to_string()).unwrap(), subject);
            prop_assert_eq!(Subject::from_json(&json!(number)).unwrap(), subject);
        }

        #[test]
        fn t13_any_text_is_refused_or_read_exactly(text in "\\PC{0,24}") {
            if let Ok(subject) = Subject::parse(&text) {
                prop_assert_eq!(subject.number().to_string(), text);
            }
        }
    }
}
