//! Faults of the way back: what the browser brings to the relying party.

use super::Row;
use crate::platform::random;

/// What is wrong with the address that the person is sent back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table says what each does")]
pub enum CallbackFault {
    StateChanged,
    StateDropped,
    StateDoubled,
    StateUpperCase,
    CodeDropped,
    CodeDoubled,
    CodeEmpty,
    CodeHuge,
    CodeUnprintable,
    CodeForeign,
    CodeAndError,
    UnknownParameter,
    ErrorAlone,
    ErrorUnknown,
    ErrorMarkup,
    ErrorHuge,
    AnswersTwice,
}

impl CallbackFault {
    /// All of them with their names.
    pub const ALL: &[Row<Self>] = &[
        (Self::StateChanged, "state-changed", "Another `state` than the request had."),
        (Self::StateDropped, "state-dropped", "No `state`."),
        (Self::StateDoubled, "state-doubled", "`state` comes twice, first the right one."),
        (Self::StateUpperCase, "state-upper-case", "`state` in upper case."),
        (Self::CodeDropped, "code-dropped", "No `code`."),
        (Self::CodeDoubled, "code-doubled", "`code` comes twice."),
        (Self::CodeEmpty, "code-empty", "An empty `code`."),
        (Self::CodeHuge, "code-huge", "A `code` of 16 KiB."),
        (Self::CodeUnprintable, "code-unprintable", "A `code` with a line break and NUL."),
        (Self::CodeForeign, "code-foreign", "A `code` that the stand never gave."),
        (Self::CodeAndError, "code-and-error", "`code` and `error` together."),
        (
            Self::UnknownParameter,
            "unknown-parameter",
            "`iss` beside the rest, which the protocol does not have.",
        ),
        (Self::ErrorAlone, "error-alone", "`access_denied` without a description."),
        (Self::ErrorUnknown, "error-unknown", "An `error` that no source knows."),
        (
            Self::ErrorMarkup,
            "error-markup",
            "007004 whose text holds markup, a line break and marks that turn the writing direction.",
        ),
        (Self::ErrorHuge, "error-huge", "007004 whose text has 16 KiB."),
        (Self::AnswersTwice, "answers-twice", "The same request may be answered again, with another code."),
    ];

    /// Spoils the right answer.
    pub(in crate::stand) fn spoil(self, pairs: &mut Vec<(&'static str, String)>) {
        let value = |pairs: &[(&'static str, String)], name: &str| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let set = |pairs: &mut Vec<(&'static str, String)>, name: &'static str, value: String| {
            pairs.retain(|(known, _)| *known != name);
            pairs.push((name, value));
        };
        match self {
            Self::StateChanged => set(pairs, "state", random::uuid().to_string()),
            Self::StateDropped => pairs.retain(|(name, _)| *name != "state"),
            Self::StateDoubled => pairs.push(("state", random::uuid().to_string())),
            Self::StateUpperCase => {
                let state = value(pairs, "state").to_uppercase();
                set(pairs, "state", state);
            }
            Self::CodeDropped => pairs.retain(|(name, _)| *name != "code"),
            Self::CodeDoubled => {
                let code = value(pairs, "code");
                pairs.push(("code", code));
            }
            Self::CodeEmpty => set(pairs, "code", String::new()),
            Self::CodeHuge => set(pairs, "code", "x".repeat(LONG)),
            Self::CodeUnprintable => set(pairs, "code", "eyJ\r\n\0".to_owned()),
            Self::CodeForeign => set(pairs, "code", "eyJ2ZXIiOjF9.e30.AAAA".to_owned()),
            Self::CodeAndError => pairs.push(("error", "access_denied".to_owned())),
            Self::UnknownParameter => pairs.push(("iss", "http://other.stand.example/".to_owned())),
            Self::ErrorAlone => refuse(pairs, "access_denied", None),
            Self::ErrorUnknown => refuse(pairs, "out_of_tea", Some("Nobody knows this.".to_owned())),
            Self::ErrorMarkup => refuse(
                pairs,
                "access_denied",
                Some("ESIA-007004: <script>alert(1)</script>\r\nX: \u{202e}\u{2066}<b>".to_owned()),
            ),
            Self::ErrorHuge => {
                refuse(pairs, "access_denied", Some(format!("ESIA-007004: {}", "x".repeat(LONG))));
            }
            Self::AnswersTwice => {}
        }
    }
}

const LONG: usize = 16 * 1024;

/// A refusal in the place of the code; the state stays.
pub(in crate::stand) fn refuse(
    pairs: &mut Vec<(&'static str, String)>,
    error: &str,
    description: Option<String>,
) {
    pairs.retain(|(name, _)| *name != "code");
    pairs.push(("error", error.to_owned()));
    pairs.extend(description.map(|text| ("error_description", text)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_but_the_second_answer_changes_the_address() {
        let right = vec![("code", "c".to_owned()), ("state", "5af7".to_owned())];
        for (fault, name, _) in CallbackFault::ALL {
            let mut pairs = right.clone();
            fault.spoil(&mut pairs);
            assert_eq!(pairs == right, *fault == CallbackFault::AnswersTwice, "{name}");
        }
    }
}
