//! What ESIA's redirect brings back, read strictly (`docs/security.md`, T7).

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::esia::{AuthorizationCode, CallbackError, classify};

/// The callback's query, well formed.
#[derive(Debug)]
pub struct Callback {
    /// `state` exactly as it came; only its digest is ever compared.
    pub state: String,
    /// What came with it.
    pub answer: Answer,
}

/// What ESIA says.
#[derive(Debug)]
pub enum Answer {
    /// Go on with this code.
    Code(AuthorizationCode),
    /// It did not work out; already classified, the text is dropped.
    Error(CallbackError),
}

/// The query is not one that ESIA sends: a parameter is missing, repeated, empty, unknown or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed callback")]
pub struct MalformedCallback;

/// Longest query that is looked at: ESIA's codes take 1–2 KB.
const MAX_QUERY: usize = 8 * 1024;

impl Callback {
    /// Reads the raw query string.
    ///
    /// # Errors
    /// Anything but exactly one `state` with either one `code` or one `error` (and its description).
    pub fn parse(query: &str) -> Result<Self, MalformedCallback> {
        if query.len() > MAX_QUERY {
            return Err(MalformedCallback);
        }
        let mut parameters = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let known = matches!(name.as_ref(), "state" | "code" | "error" | "error_description");
            let empty = value.is_empty() && name != "error_description";
            if !known || empty || parameters.insert(name, value).is_some() {
                return Err(MalformedCallback);
            }
        }
        let mut take = |name: &str| parameters.remove(name).map(Cow::into_owned);
        let state = take("state").ok_or(MalformedCallback)?;
        let answer = match (take("code"), take("error"), take("error_description")) {
            (Some(code), None, None) => {
                Answer::Code(AuthorizationCode::parse(&code).map_err(|_| MalformedCallback)?)
            }
            (None, Some(error), description) => Answer::Error(classify(&error, description.as_deref())),
            _ => return Err(MalformedCallback),
        };
        Ok(Self { state, answer })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn t07_only_one_state_with_one_code_or_one_error_is_read() {
        let state = "state=7d3f1b2a-1111-4222-8333-444455556666";
        for good in [
            format!("{state}&code=abc"),
            format!("code=a.b-c_d&{state}"),
            format!("{state}&error=access_denied"),
            format!("{state}&error=access_denied&error_description=ESIA-007004%3A+refused"),
            format!("{state}&error=access_denied&error_description="),
        ] {
            assert!(Callback::parse(&good).is_ok(), "{good}");
        }
        let long = "x".repeat(9000);
        for bad in [
            String::new(),
            "&".into(),
            state.into(),
            "code=abc".into(),
            "error=access_denied".into(),
            format!("{state}&code="),
            "state=&code=abc".into(),
            format!("{state}&code=abc&code=def"),
            format!("{state}&code=abc&code=abc"),
            format!("{state}&{state}&code=abc"),
            format!("{state}&code=abc&error=access_denied"),
            format!("{state}&code=abc&error_description=x"),
            format!("{state}&error="),
            format!("{state}&error=a&error=b"),
            format!("{state}&code=abc&iss=http://evil.example/"),
            format!("{state}&code=abc&session=1"),
            format!("{state}&code={long}"),
            format!("{state}&error={long}"),
            format!("State=7d3f&code=abc&{long}"),
            format!("{state}&CODE=abc"),
            format!("{state}&code[]=abc"),
            format!("{state}&code=abc&"),
        ] {
            let trailing = bad.ends_with("code=abc&");
            assert_eq!(Callback::parse(&bad).is_err(), !trailing, "{bad}");
        }
    }

    #[test]
    fn the_state_is_kept_to_the_letter() {
        for state in ["ABC", "abc ", " abc", "а", "7d3f%2b"] {
            let encoded: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
            assert_eq!(Callback::parse(&format!("state={encoded}&code=x")).unwrap().state, state);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]
        #[test]
        fn t82_no_query_breaks_the_parser(query in "[ -~]{0,200}") {
            let _ = Callback::parse(&query);
        }

        #[test]
        fn t82_no_value_breaks_the_parser(state in "\\PC{0,40}", code in "\\PC{0,80}", error in "\\PC{0,80}") {
            let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let _ = Callback::parse(&format!("state={}&code={}", encode(&state), encode(&code)));
            let _ = Callback::parse(&format!("state={}&error=x&error_description={}", encode(&state), encode(&error)));
        }
    }
}
