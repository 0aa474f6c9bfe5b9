//! What a person writes in a box, as it is kept: text and nothing else.

/// Characters of one text that are kept; the form says so beforehand.
pub const LONGEST: usize = 2000;

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextProblem {
    /// Nothing but space.
    Empty,
    /// Longer than [`LONGEST`] characters.
    TooLong,
}

/// Line ends become `\n`, other control characters a space, space at both ends goes.
///
/// # Errors
/// Nothing is left, or too much.
pub fn cleaned(text: &str) -> Result<String, TextProblem> {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let plain: String =
        unix.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { ' ' } else { c }).collect();
    let plain = plain.trim();
    if plain.is_empty() {
        return Err(TextProblem::Empty);
    }
    if plain.chars().count() > LONGEST {
        return Err(TextProblem::TooLong);
    }
    Ok(plain.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_and_edges_go_and_lines_stay() {
        for (text, expected) in [
            ("  привет \r\nмир\r", Ok("привет \nмир".to_owned())),
            ("a\0b\u{1b}[31mc", Ok("a b [31mc".to_owned())),
            (" \n\t\0 ", Err(TextProblem::Empty)),
            ("", Err(TextProblem::Empty)),
        ] {
            assert_eq!(cleaned(text), expected, "{text:?}");
        }
        assert_eq!(cleaned(&"я".repeat(LONGEST)).map(|text| text.chars().count()), Ok(LONGEST));
        assert_eq!(cleaned(&"я".repeat(LONGEST + 1)), Err(TextProblem::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept_the_same_again(text in "\\PC{0,50}[\r\n\t\0]{0,5}\\PC{0,50}") {
            if let Ok(kept) = cleaned(&text) {
                prop_assert!(kept.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
                prop_assert_eq!(cleaned(&kept), Ok(kept));
            }
        }
    }
}
