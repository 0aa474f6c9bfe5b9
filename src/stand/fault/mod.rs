//! Faults on demand: what a relying party must survive. A closed catalog, a file for each place where
//! faults act; `docs/stand.md` lists the same, `tests/catalogs.rs` compares both.
//!
//! To add one: a variant and its row in the file of its place, what it does there, its row in the document
//! (written by the test with `PRIVYAZKA_UPDATE=1`), and what our client makes of it in `tests/app/faults.rs`.

pub mod answer;
pub mod callback;
pub mod code;
pub mod person;
pub mod token;
pub mod tokens;

use std::fmt;

pub use self::answer::AnswerFault;
pub use self::callback::CallbackFault;
pub use self::code::ProviderCode;
pub use self::person::PersonFault;
pub use self::token::TokenFault;
pub use self::tokens::TokensFault;

/// One way to misbehave. It is applied to every call it concerns until another one is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The person is sent back with something else than a code and the state.
    Callback(CallbackFault),
    /// The person is sent back with this refusal.
    CallbackRefuses(ProviderCode),
    /// The token address answers no JSON that could be read.
    TokenAnswer(AnswerFault),
    /// The token address refuses with this code.
    TokenRefuses(ProviderCode),
    /// The token address answers with wrong fields.
    Token(TokenFault),
    /// The tokens are wrong.
    Tokens(TokensFault),
    /// The person address answers no JSON that could be read.
    PersonAnswer(AnswerFault),
    /// The person's data are wrong.
    Person(PersonFault),
}

/// Where a fault is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The redirect back to the relying party.
    Callback,
    /// The answer of the token address.
    Token,
    /// The tokens in that answer.
    Tokens,
    /// The answer of the person address.
    Person,
}

impl Place {
    /// As the catalog writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Callback => "callback",
            Self::Token => "token",
            Self::Tokens => "tokens",
            Self::Person => "person",
        }
    }
}

/// A row of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The fault.
    pub fault: Fault,
    /// Its stable name, for the panel and the control address.
    pub name: String,
    /// Where it is met.
    pub place: Place,
    /// What happens, in one sentence.
    pub meaning: String,
}

/// A fault of one place with its name there and its meaning.
type Row<T> = (T, &'static str, &'static str);

impl Fault {
    /// Every fault there is, by the order of a sign-in.
    pub fn catalog() -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut add = |fault: Self, name: String, meaning: String| {
            entries.push(Entry { fault, name, place: fault.place(), meaning });
        };
        for &(fault, name, meaning) in CallbackFault::ALL {
            add(Self::Callback(fault), format!("callback-{name}"), meaning.to_owned());
        }
        for code in ProviderCode::of_callback() {
            add(Self::CallbackRefuses(code), format!("callback-{}", code.digits()), code.meaning());
        }
        for &(fault, name, meaning) in AnswerFault::ALL {
            add(Self::TokenAnswer(fault), format!("token-{name}"), meaning.to_owned());
        }
        for code in ProviderCode::of_token() {
            add(Self::TokenRefuses(code), format!("token-{}", code.digits()), code.meaning());
        }
        for &(fault, name, meaning) in TokenFault::ALL {
            add(Self::Token(fault), format!("token-{name}"), meaning.to_owned());
        }
        for &(fault, name, meaning) in TokensFault::ALL {
            add(Self::Tokens(fault), name.to_owned(), meaning.to_owned());
        }
        for &(fault, name, meaning) in AnswerFault::ALL {
            add(Self::PersonAnswer(fault), format!("person-{name}"), meaning.to_owned());
        }
        for &(fault, name, meaning) in PersonFault::ALL {
            add(Self::Person(fault), format!("person-{name}"), meaning.to_owned());
        }
        entries
    }

    /// The fault of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn named(name: &str) -> Result<Self, UnknownFault> {
        let found = Self::catalog().into_iter().find(|entry| entry.name == name);
        found.map(|entry| entry.fault).ok_or_else(|| UnknownFault(name.to_owned()))
    }

    /// Where it is met.
    pub fn place(self) -> Place {
        match self {
            Self::Callback(_) | Self::CallbackRefuses(_) => Place::Callback,
            Self::TokenAnswer(_) | Self::TokenRefuses(_) | Self::Token(_) => Place::Token,
            Self::Tokens(_) => Place::Tokens,
            Self::PersonAnswer(_) | Self::Person(_) => Place::Person,
        }
    }
}

/// There is no fault of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no fault is named {0:?}")]
pub struct UnknownFault(String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = Self::catalog().into_iter().find(|entry| entry.fault == *self);
        f.write_str(&entry.map(|entry| entry.name).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_catalog_names_every_fault_once_and_in_one_sentence() {
        let catalog = Fault::catalog();
        assert!(catalog.len() >= 40, "{}", catalog.len());
        let names: HashSet<&str> = catalog.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names.len(), catalog.len());
        for entry in &catalog {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(entry.name.chars().all(plain), "{}", entry.name);
            assert!(!entry.meaning.is_empty() && !entry.meaning.contains(['|', '\n']), "{}", entry.name);
            assert_eq!(Fault::named(&entry.name), Ok(entry.fault));
            assert_eq!(entry.fault.to_string(), entry.name);
        }
        assert!(Fault::named("token-hang").is_err());
    }
}
