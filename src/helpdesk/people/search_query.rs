//! What an operator typed into the one field of the search: «ФИО, логин, СНИЛС, телефон или электронная почта».
//!
//! A text may mean several of them: eleven digits are a telephone and, if their control sum fits, a SNILS; a
//! single word is a name and a login. All that it may mean is looked for. New sort: a variant of [`Key`], a
//! row in the table below, its statement in `store/people_search.rs`.

use unicode_normalization::UnicodeNormalization as _;

use crate::directory::name_words::words;
use crate::directory::{email_key, login_key, phone_key};
use crate::identity::Snils;

/// Fewest letters and digits of a text that is searched for.
pub const MIN_SIGNS: usize = 3;
/// Fewest letters of the longest word of a name.
const MIN_WORD: usize = 2;
/// Longest text, in characters; the rest is cut off.
const MAX_TEXT: usize = 200;
/// Most words of a name; the rest is left out.
const MAX_WORDS: usize = 5;

/// Something that people are found by. `Debug` shows the sort only.
#[derive(Clone, PartialEq, Eq)]
pub enum Key {
    /// A SNILS with the right control sum.
    Snils(Snils),
    /// Ten digits of a telephone.
    Phone(String),
    /// An address of e-mail, as it is stored.
    Email(String),
    /// A login, as it is compared.
    Login(String),
    /// Words that words of a name begin with.
    Name(Vec<String>),
}

impl Key {
    /// Stable name for the audit.
    pub fn sort(&self) -> &'static str {
        match self {
            Self::Snils(_) => "snils",
            Self::Phone(_) => "phone",
            Self::Email(_) => "email",
            Self::Login(_) => "login",
            Self::Name(_) => "name",
        }
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.sort())
    }
}

/// A text worth searching for. `Debug` shows what it may mean, not what it is.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchQuery {
    text: String,
    keys: Vec<Key>,
}

impl std::fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchQuery").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// The text has too few letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too short to search for")]
pub struct TooShort;

impl SearchQuery {
    /// Reads what was typed.
    ///
    /// # Errors
    /// It is too short.
    pub fn parse(typed: &str) -> Result<Self, TooShort> {
        let visible: String = typed.nfc().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let parts: Vec<&str> = visible.split_whitespace().collect();
        let text: String = parts.join(" ").chars().take(MAX_TEXT).collect();
        if text.chars().filter(|c| c.is_alphanumeric()).count() < MIN_SIGNS {
            return Err(TooShort);
        }
        let mut keys = keys(&text);
        if keys.is_empty() {
            if text.chars().any(char::is_alphabetic) {
                return Err(TooShort);
            }
            // A number that is nothing of the kind, a mistyped SNILS for one: nobody is found by it.
            keys.push(Key::Login(login_key(&text)));
        }
        Ok(Self { text, keys })
    }

    /// The text, for the heading and for the field.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it may mean, at least one.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Names of the sorts, for the audit.
    pub fn sorts(&self) -> Vec<&'static str> {
        self.keys.iter().map(Key::sort).collect()
    }
}

fn keys(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let number = without_label(text);
    keys.extend(Snils::parse(number).ok().map(Key::Snils));
    keys.extend(phone_key(number).map(Key::Phone));
    let is_one_word = !text.contains(' ');
    if is_one_word && text.contains('@') {
        keys.push(Key::Email(email_key(text)));
    }
    if is_one_word {
        keys.push(Key::Login(login_key(text)));
    }
    let mut words = words(text);
    let has_letters = words.iter().any(|word| word.chars().any(char::is_alphabetic));
    let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or_default();
    // The label of a number is no name.
    if has_letters && number == text && !text.contains('@') && longest >= MIN_WORD {
        words.truncate(MAX_WORDS);
        keys.push(Key::Name(words));
    }
    keys
}

/// What follows «СНИЛС» or «тел.», if that is a number.
fn without_label(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_alphabetic() || matches!(c, '.' | ':' | '№' | ' '));
    let label: String = text[..text.len() - rest.len()].to_lowercase();
    let is_label = ["снилс", "тел", "телефон"].contains(&label.trim_matches(['.', ':', '№', ' ']));
    if is_label && !rest.is_empty() { rest } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(typed: &str) -> Vec<String> {
        let Ok(query) = SearchQuery::parse(typed) else { return vec!["short".into()] };
        let keys = query.keys().iter().map(|key| match key {
            Key::Snils(snils) => format!("snils {}", snils.digits()),
            Key::Phone(key) => format!("phone {key}"),
            Key::Email(key) => format!("email {key}"),
            Key::Login(key) => format!("login {key}"),
            Key::Name(words) => format!("name {}", words.join("+")),
        });
        keys.collect()
    }

    #[test]
    fn every_text_is_all_that_it_may_mean() {
        for (typed, expected) in [
            ("Смирнова", vec!["login смирнова", "name смирнова"]),
            ("  анна   СМИРН ", vec!["name анна+смирн"]),
            ("Соловьёв Пётр", vec!["name соловьев+петр"]),
            ("Смирнова-Белая А В", vec!["name смирнова+белая+а+в"]),
            ("Ли М", vec!["name ли+м"]),
            ("ivanova.a", vec!["login ivanova.a", "name ivanova+a"]),
            ("Teacher", vec!["login teacher", "name teacher"]),
            ("112-233-445 95", vec!["snils 11223344595"]),
            ("11223344595", vec!["snils 11223344595", "login 11223344595"]),
            ("СНИЛС: 112 233 445 95", vec!["snils 11223344595"]),
            ("112-233-445 96", vec!["login 112-233-445 96"]),
            ("+7 (900) 000-03-01", vec!["phone 9000000301"]),
            ("тел. 8 900 000 03 01", vec!["phone 9000000301"]),
            ("89000000301", vec!["phone 9000000301", "login 89000000301"]),
            ("9000000301", vec!["phone 9000000301", "login 9000000301"]),
            ("Anna@Journal.Example", vec!["email anna@journal.example", "login anna@journal.example"]),
            ("user-0000001", vec!["login user-0000001", "name user+0000001"]),
            ("100500", vec!["login 100500"]),
            ("", vec!["short"]),
            ("аб", vec!["short"]),
            ("а-б", vec!["short"]),
            ("а б в", vec!["short"]),
            ("%%% ___", vec!["short"]),
            ("тел", vec!["login тел", "name тел"]),
        ] {
            assert_eq!(shown(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn t49_debug_shows_nothing_of_what_was_typed() {
        let query = SearchQuery::parse("Смирнова").unwrap();
        assert_eq!(format!("{query:?}"), "SearchQuery { keys: [Key(login), Key(name)], .. }");
    }

    proptest! {
        #[test]
        fn t82_no_text_breaks_the_parser_and_what_it_reads_it_reads_again(typed in "\\PC{0,300}") {
            if let Ok(query) = SearchQuery::parse(&typed) {
                prop_assert!(query.text().chars().count() <= MAX_TEXT);
                prop_assert_eq!(SearchQuery::parse(query.text()), Ok(query.clone()));
            }
        }

        #[test]
        fn a_snils_is_found_in_every_spelling(number in 0u32..1_000_000_000) {
            let snils = Snils::with_control_sum(number);
            for typed in [snils.formatted(), snils.digits().to_owned(), snils.formatted().replace('-', " ")] {
                let query = SearchQuery::parse(&typed).unwrap();
                prop_assert!(query.keys().contains(&Key::Snils(snils.clone())));
            }
        }
    }
}
