//! Names of people as text from outside: kept whole, made harmless, compared elsewhere
//! ([`crate::linking::name_match`]).

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

/// Surname, given name and, if there is one, patronymic. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PersonName {
    /// Фамилия.
    pub last: String,
    /// Имя.
    pub first: String,
    /// Отчество.
    pub middle: Option<String>,
}

/// Longest name part kept, in characters.
const MAX_PART: usize = 255;

impl PersonName {
    /// Cleans the parts: Unicode NFC, no control or invisible direction characters, single spaces,
    /// at most 255 characters. An empty patronymic becomes none.
    pub fn new(last: &str, first: &str, middle: Option<&str>) -> Self {
        Self {
            last: clean(last),
            first: clean(first),
            middle: middle.map(clean).filter(|part| !part.is_empty()),
        }
    }

    /// «Смирнова Анна Викторовна».
    pub fn full(&self) -> String {
        [Some(&self.last), Some(&self.first), self.middle.as_ref()]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// «Смирнова А. В.»
    pub fn with_initials(&self) -> String {
        let initial = |part: &str| part.chars().next().map(|c| format!(" {c}.")).unwrap_or_default();
        format!(
            "{}{}{}",
            self.last,
            initial(&self.first),
            self.middle.as_deref().map(initial).unwrap_or_default()
        )
    }

    /// «Анна Викторовна», the form of address in letters.
    pub fn address(&self) -> String {
        match &self.middle {
            Some(middle) => format!("{} {middle}", self.first),
            None => self.first.clone(),
        }
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

fn clean(part: &str) -> String {
    let composed: String = part.nfc().filter(|&c| !is_invisible(c)).collect();
    let words: Vec<_> = composed.split_whitespace().collect();
    words.join(" ").chars().take(MAX_PART).collect()
}

/// Control characters, and those that turn the direction of the text around them or take no room.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_names_the_way_people_read_them() {
        let anna = PersonName::new("Смирнова", "Анна", Some("Викторовна"));
        assert_eq!(anna.full(), "Смирнова Анна Викторовна");
        assert_eq!(anna.with_initials(), "Смирнова А. В.");
        assert_eq!(anna.address(), "Анна Викторовна");
        let without = PersonName::new("Ли", "Мин", Some(" "));
        assert_eq!((without.full().as_str(), without.with_initials().as_str()), ("Ли Мин", "Ли М."));
    }

    #[test]
    fn t20_hostile_text_becomes_a_plain_name() {
        let name = PersonName::new(" Ива\0нов\u{202e} ", "Й\u{0438}\u{0306}", Some(&"я".repeat(10_000)));
        assert_eq!(name.last, "Иванов");
        assert_eq!(name.first, "Йй");
        assert_eq!(name.middle.unwrap().chars().count(), 255);
    }
}
