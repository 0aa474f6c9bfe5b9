//! Logins, e-mail addresses and telephones in the form in which they are stored for comparison.

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

/// What two spellings of one Russian telephone share: ten digits, without the country's 7 or 8. Anything
/// else, an extension for one, has no such form.
pub fn phone_key(phone: &str) -> Option<String> {
    let digits: String =
        phone.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '–' | '(' | ')' | '+')).collect();
    let national = match digits.len() {
        10 => &*digits,
        11 => digits.strip_prefix(['7', '8'])?,
        _ => return None,
    };
    national.bytes().all(|b| b.is_ascii_digit()).then(|| national.to_owned())
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

    #[test]
    fn spellings_of_one_telephone_meet() {
        for (typed, key) in [
            ("+7 900 000-03-01", Some("9000000301")),
            ("8 (900) 000–03–01", Some("9000000301")),
            ("79000000301", Some("9000000301")),
            ("900 000 03 01", Some("9000000301")),
            ("9000000301", Some("9000000301")),
            ("+1 900 000-03-01", None),
            ("8 900 000-03-01 доб. 2", None),
            ("00-03-01", None),
            ("девятьсот", None),
            ("", None),
        ] {
            assert_eq!(phone_key(typed).as_deref(), key, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in "\\PC{0,40}") {
            let key = login_key(&text);
            prop_assert_eq!(login_key(&key), key);
        }
    }
}
