//! What a deed of an operator rests on: asked for by everything that changes somebody's way in.

/// Fewest characters of a [`Basis`] that say something (`docs/security.md`, T40).
pub const SHORTEST_BASIS: usize = 10;

/// Most that are kept.
pub const LONGEST_BASIS: usize = 1000;

/// What a deed rests on, in the operator's own words; may name people, so it is kept sealed and `Debug` shows
/// nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Basis(String);

impl Basis {
    /// Takes a text of at least [`SHORTEST_BASIS`] characters that are no spaces and at most
    /// [`LONGEST_BASIS`] in all. Control characters become spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let text = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = text.chars().filter(|c| c.is_alphanumeric()).count();
        (said >= SHORTEST_BASIS && text.chars().count() <= LONGEST_BASIS).then_some(Self(text))
    }

    /// The text, for the sealer and for the page that shows it to operators.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Basis(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t40_a_basis_says_at_least_ten_characters() {
        let long = "а".repeat(LONGEST_BASIS);
        for (text, taken) in [
            ("", false),
            ("нет", false),
            ("обращение", false),
            ("обращение2", true),
            ("  обращение 2  ", true),
            ("          ", false),
            ("..........", false),
            ("а\0\0\0\0\0\0\0\0\0", false),
            (&long, true),
            (&format!("{long}а"), false),
        ] {
            assert_eq!(Basis::parse(text).is_some(), taken, "{text:?}");
        }
        let cut = Basis::parse("звонила\r\nIvanova: 15\tмарта");
        assert_eq!(cut.as_ref().map(Basis::text), Some("звонила Ivanova: 15 марта"));
        assert_eq!(format!("{cut:?}"), "Some(Basis(…))");
    }
}
