//! The order in which people look things up in a list: ё directly after е, numbers by their value.

use super::letters::{is_letter_or_digit, lower};

/// Compare two of these instead of the texts.
///
/// Quotes, «№» and other signs only part the words, so «Школа № 2» stands before «Школа № 12».
pub fn sort_key(text: &str) -> Vec<u32> {
    let mut key = Vec::with_capacity(text.len());
    let mut digits = String::new();
    for c in text.chars().map(lower) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        push_number(&mut key, &mut digits);
        if is_letter_or_digit(c) {
            key.push(weight(c));
        } else if key.last().is_some_and(|&last| last != GAP) {
            key.push(GAP);
        }
    }
    push_number(&mut key, &mut digits);
    key
}

/// Between two words: before every letter and digit.
const GAP: u32 = 0;
/// Begins a number: after a gap, before every letter.
const NUMBER: u32 = 1;

/// Doubling the code point leaves room for ё between е and ж.
fn weight(c: char) -> u32 {
    match c {
        'ё' => u32::from('е') * 2 + 1,
        other => u32::from(other) * 2,
    }
}

/// A number sorts by its length, then by its digits.
fn push_number(key: &mut Vec<u32>, digits: &mut String) {
    if digits.is_empty() {
        return;
    }
    let significant = digits.trim_start_matches('0');
    key.push(NUMBER);
    key.push(u32::try_from(significant.len()).unwrap_or(u32::MAX));
    key.extend(significant.chars().map(weight));
    digits.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stand_in_the_order_of_a_russian_dictionary() {
        let expected = [
            "Ельск",
            "Ёлкино",
            "Жуковка",
            "Катав-Ивановский",
            "Школа",
            "Школа № 2",
            "Школа \"№ 12\"",
            "Школа № 12а",
            "Школа искусств",
            "Школьный",
        ];
        let mut shuffled = expected;
        shuffled.reverse();
        shuffled.sort_by_cached_key(|name| sort_key(name));
        assert_eq!(shuffled, expected);
    }

    #[test]
    fn case_and_quotes_do_not_count() {
        assert_eq!(sort_key("МБОУ «СОШ № 012»"), sort_key("мбоу \"сош №12»"));
    }
}
