//! Logins and e-mail addresses in the form in which they are stored for comparison.

use unicode_normalization::UnicodeNormalization as _;

/// What two spellings of one login share: trimmed, lower case, Unicode NFC, no control characters.
pub fn login_key(login: &str) -> String {
    comparable(login)
}

/// What two spellings of one address share. Addresses are stored so: no mail server in use tells
/// `Anna@` from `anna@`, while people type both.
pub fn email_key(email: &str) -> String {
    comparable(email)
}

/// Control characters go first: PostgreSQL refuses U+0000 in a text, so one in a form must not reach it.
fn comparable(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !c.is_control()).collect();
    let lower: String = visible.nfc().collect::<String>().to_lowercase();
    lower.trim().nfc().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_login_meet_and_different_logins_do_not() {
        for (typed, key) in [
            ("Teacher", "teacher"),
            ("  teacher\t", "teacher"),
            ("ИВАНОВА", "иванова"),
            ("И\u{306}ога", "йога"),
            ("a\0b", "ab"),
            ("петров-2", "петров-2"),
        ] {
            assert_eq!(login_key(typed), key, "{typed:?}");
        }
        assert_ne!(login_key("семёнов"), login_key("семенов"));
        assert_eq!(email_key(" Anna@Journal.Example "), "anna@journal.example");
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in "\\PC{0,40}") {
            let key = login_key(&text);
            prop_assert_eq!(login_key(&key), key);
        }
    }
}
