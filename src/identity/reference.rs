//! Numbers that a person reads out on the telephone: of a trip to ESIA, of a case, of a record.

use crate::platform::random;

/// A fresh one, `K7Q2-9XWD`: eight characters that cannot be misheard (Crockford's base 32).
pub fn new_reference() -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letters: String =
        random::bytes::<8>().iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    format!("{}-{}", &letters[..4], &letters[4..])
}

/// Whether a text has the form of our references; an address can hold anything.
pub fn is_reference(text: &str) -> bool {
    text.len() == 9
        && text.char_indices().all(|(at, c)| if at == 4 { c == '-' } else { c.is_ascii_alphanumeric() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_references_of_our_form_are_taken() {
        assert!(is_reference("K7Q2-9XWD"));
        for other in
            ["", "K7Q29XWD0", "<b>-9XWD", "K7Q2-9XW\u{202e}", "8 800-123", "K7Q2-9XW\0", "K7Q2-9\r\nX"]
        {
            assert!(!is_reference(other), "{other:?}");
        }
    }

    #[test]
    fn references_are_short_and_telephone_proof() {
        for _ in 0..1000 {
            let reference = new_reference();
            assert!(is_reference(&reference), "{reference}");
            assert!(!reference.contains(['I', 'L', 'O', 'U']), "{reference}");
        }
    }
}
