//! JSON as we accept it from ESIA: UTF-8, one value, no repeated keys, at most 64 levels.
//!
//! `serde_json` alone lets the last of two equal keys win, and readers that disagree on which one counts
//! are how a checked value and a used value come to differ.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

const MAX_DEPTH: u8 = 64;

/// The bytes are no strict JSON. Says nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotStrict;

/// Reads one value and nothing after it.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, NotStrict> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { levels_left: MAX_DEPTH }.deserialize(&mut reader).map_err(|_| NotStrict)?;
    reader.end().map_err(|_| NotStrict)?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Strict {
    levels_left: u8,
}

impl Strict {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let levels_left = self.levels_left.checked_sub(1).ok_or_else(|| E::custom("too deep"))?;
        Ok(Self { levels_left })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.insert(key, members.next_value_seed(inner)?).is_some() {
                return Err(Error::custom("repeated key"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn t16_repeated_keys_depth_rests_and_bad_utf8_are_refused() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(64).as_bytes()).is_ok());
        for bad in [
            nested(65).as_bytes(),
            "[".repeat(100_000).as_bytes(),
            r#"{"a":"#.repeat(100_000).as_bytes(),
            br#"{"oid":1,"oid":2}"#,
            br#"{"oid":1,"\u006fid":2}"#,
            br#"{"a":{"b":1,"b":1}}"#,
            br#"{"a":1} {"a":1}"#,
            br#"{"a":1"#,
            b"{\"a\":\"\xff\"}",
            br#"{"a":"\ud800"}"#,
            b"\xef\xbb\xbf{}",
            b"NaN",
            b"",
            b"<html>",
        ] {
            assert_eq!(parse(bad), Err(NotStrict), "{}", String::from_utf8_lossy(&bad[..bad.len().min(30)]));
        }
    }

    #[test]
    fn t13_large_integers_keep_every_digit() {
        assert_eq!(parse(b"9007199254740993").unwrap().as_i64(), Some(9_007_199_254_740_993));
        assert_eq!(parse(b"9223372036854775807").unwrap().as_i64(), Some(i64::MAX));
        for no_integer in ["18446744073709551617", "1.0", "1e3", "-0.0"] {
            assert_eq!(parse(no_integer.as_bytes()).unwrap().as_i64(), None, "{no_integer}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]
        #[test]
        fn t82_any_bytes_are_refused_or_read_as_serde_json_reads_them(bytes in "[\\[\\]{}\":,a0-9.e\\\\ -]{0,40}") {
            if let Ok(value) = parse(bytes.as_bytes()) {
                prop_assert_eq!(value, serde_json::from_str::<Value>(&bytes).unwrap());
            }
        }
    }
}
