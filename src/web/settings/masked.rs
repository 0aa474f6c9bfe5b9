//! Personal data as pages show it: enough to recognise one's own, too little to learn another's.

/// `s•••@journal.example`.
pub fn email(address: &str) -> String {
    match address.split_once('@') {
        Some((name, host)) => {
            let first: String = name.chars().take(1).collect();
            format!("{first}•••@{host}")
        }
        None => "•••".into(),
    }
}

/// `te•••`: the first letters, fewer of a short one.
pub fn login(login: &str) -> String {
    let shown = (login.chars().count() / 3).min(2);
    format!("{}•••", login.chars().take(shown).collect::<String>())
}

/// `+7 ••• •••-12-34`: the last four digits, in the form all telephones are written in.
pub fn phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    match digits.as_slice() {
        ['7' | '8', .., a, b, c, d] if digits.len() == 11 => format!("+7 ••• •••-{a}{b}-{c}{d}"),
        [.., a, b, c, d] if digits.len() > 6 => format!("•••-{a}{b}-{c}{d}"),
        _ => "•••".into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn masks_of_telephones_keep_the_last_four_digits() {
        for number in ["+7 900 000-12-34", "8 (900) 000-12-34", "+79000001234", "8-900-000-1234"] {
            assert_eq!(super::phone(number), "+7 ••• •••-12-34", "{number}");
        }
        assert_eq!(super::phone("+375 29 123 12 34"), "•••-12-34");
        for short in ["", "112", "12-34", "нет"] {
            assert_eq!(super::phone(short), "•••", "{short}");
        }
    }

    #[test]
    fn masks_of_logins_keep_two_letters_at_most() {
        for (login, masked) in [("teacher", "te•••"), ("anna", "a•••"), ("ab", "•••"), ("иванова", "ив•••")]
        {
            assert_eq!(super::login(login), masked);
        }
    }

    #[test]
    fn masks_keep_the_first_letter_and_the_host() {
        assert_eq!(super::email("smirnova@journal.example"), "s•••@journal.example");
        assert_eq!(super::email("@x"), "•••@x");
        assert_eq!(super::email("nonsense"), "•••");
    }
}
