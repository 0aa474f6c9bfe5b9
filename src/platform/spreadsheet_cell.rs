//! Text as a cell of a spreadsheet: never a formula (`docs/security.md`, T52).

use std::borrow::Cow;

/// The text as it may stand in a cell. What a spreadsheet program would compute or treat as a command gets an
/// apostrophe before it, which the program hides: text that begins, spaces aside, with `=`, `+`, `-`, `@`, one
/// of their full-width twins, or a control character.
pub fn neutral(text: &str) -> Cow<'_, str> {
    let first = text.trim_start_matches([' ', '\u{a0}', '\u{3000}', '\u{feff}']).chars().next();
    let acts =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−') || c.is_control();
    if first.is_some_and(acts) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t52_a_cell_is_never_a_formula() {
        for formula in [
            "=1+1",
            "=HYPERLINK(\"http://x.example\";\"a\")",
            "+7 900 000-00-00",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "  =1",
            "\u{feff}=1",
            "\u{a0}@x",
        ] {
            assert_eq!(neutral(formula), format!("'{formula}"));
        }
        for plain in ["", "Иванов-Петров", "7=7", "a@b.example", "'=1", "link:account:created", "{\"a\":-1}"]
        {
            assert_eq!(neutral(plain), plain);
        }
    }
}
