//! Case and kind of letters, quickly for those that Russian names are made of.
//!
//! The standard library looks every letter beyond ASCII up in tables. A region's organisations have half a
//! million of them, and all are read at the start.

/// `c` in lower case.
pub fn lower(c: char) -> char {
    match c {
        'Ѐ'..='Џ' => shifted(c, 80),
        'А'..='Я' => shifted(c, 32),
        'а'..='џ' => c,
        c if c.is_ascii() => c.to_ascii_lowercase(),
        // Only «İ» becomes more than one character; its dot is no loss where names are compared.
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Whether `c` is a letter or a digit.
pub fn is_letter_or_digit(c: char) -> bool {
    matches!(c, 'Ѐ'..='џ') || c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric())
}

fn shifted(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_gives_what_the_tables_give() {
        for c in '\0'..=char::MAX {
            assert_eq!(Some(lower(c)), c.to_lowercase().next(), "{c:?}");
            assert_eq!(is_letter_or_digit(c), c.is_alphanumeric(), "{c:?}");
        }
    }
}
