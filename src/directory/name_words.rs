//! Names of people as the helpdesk searches them: words without case, ё, hyphens and apostrophes.
//!
//! What is stored and what is typed go through [`words`] alike, so that «Римский-Корсаков», «корсаков» and
//! «КОРСАКОВ РИМСКИЙ» meet.

use unicode_normalization::UnicodeNormalization as _;

use super::letters::{is_letter_or_digit, lower};
use crate::identity::PersonName;

/// Longest word kept, in characters: a key of an index has its bounds.
const MAX_LETTERS: usize = 40;
/// Most words of one name.
const MAX_WORDS: usize = 6;

/// The words of a text. Letters and digits only, so nothing in them means anything to a pattern of SQL.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = 0;
    for c in text.nfc() {
        match lower(c) {
            'ё' if letters < MAX_LETTERS => {
                word.push('е');
                letters += 1;
            }
            c if is_letter_or_digit(c) => {
                if letters < MAX_LETTERS {
                    word.push(c);
                    letters += 1;
                }
            }
            // Marks above letters and apostrophes decorate; they do not divide.
            '\u{300}'..='\u{36f}' | '\'' | '’' | '‘' | 'ʼ' | '`' => {}
            _ => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                letters = 0;
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A word of a name with the rest of the name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NameWord {
    /// The word.
    pub word: String,
    /// The words before it, `/`, the words after it, each after a space: ` смирнова/ викторовна`.
    pub others: String,
}

/// Every word of a name, for the index.
pub fn name_words(name: &PersonName) -> Vec<NameWord> {
    let mut all = words(&name.full());
    all.truncate(MAX_WORDS);
    let mut found = Vec::with_capacity(all.len());
    for (at, word) in all.iter().enumerate() {
        let mut others = String::new();
        for before in &all[..at] {
            others.extend([" ", before]);
        }
        others.push('/');
        for after in &all[at + 1..] {
            others.extend([" ", after]);
        }
        found.push(NameWord { word: word.clone(), others });
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spelling_does_not_make_another_word() {
        for (text, expected) in [
            ("Соловьёв", vec!["соловьев"]),
            ("Римский – Корсаков", vec!["римский", "корсаков"]),
            ("РИМСКИЙ-КОРСАКОВ", vec!["римский", "корсаков"]),
            ("О'Нил О’Нил", vec!["онил", "онил"]),
            ("И\u{306}ога", vec!["йога"]),
            ("Ива\u{301}нов", vec!["иванов"]),
            ("  анна,смирн%_ ", vec!["анна", "смирн"]),
            ("5 Б", vec!["5", "б"]),
            (" -- ", vec![]),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }

    #[test]
    fn each_word_of_a_name_knows_what_stands_before_and_after_it() {
        let name = PersonName::new("Смирнова-Белая", "Анна", Some("Викторовна"));
        let rows = name_words(&name);
        let found: Vec<_> = rows.iter().map(|row| (&*row.word, &*row.others)).collect();
        assert_eq!(
            found,
            [
                ("смирнова", "/ белая анна викторовна"),
                ("белая", " смирнова/ анна викторовна"),
                ("анна", " смирнова белая/ викторовна"),
                ("викторовна", " смирнова белая анна/"),
            ]
        );
    }

    #[test]
    fn t20_a_name_of_any_length_makes_a_few_short_words() {
        let name = PersonName::new(&"я".repeat(255), &"а б ".repeat(60), None);
        let rows = name_words(&name);
        assert_eq!(rows.len(), 6);
        assert!(rows.iter().all(|row| row.word.chars().count() <= 40));
    }

    proptest! {
        #[test]
        fn a_word_is_its_own_word_and_holds_no_sign_of_a_pattern(text in "\\PC{0,60}") {
            for word in words(&text) {
                prop_assert_eq!(words(&word), [word.as_str()]);
                prop_assert!(word.chars().all(char::is_alphanumeric));
            }
        }
    }
}
