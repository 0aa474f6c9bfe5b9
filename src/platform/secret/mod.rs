//! Secrets: tokens that browsers and letters carry, and the keys derived from the master key.
//!
//! Nothing here prints its contents: `Debug` shows the type's name only.

mod keys;
mod sealer;
mod token;

pub use keys::{Keys, MacKey, MasterKey};
pub use sealer::{Cell, Sealer};
pub use token::{Digest, Token};

/// Why a key or a sealed value cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key file cannot be read.
    #[error("cannot read the key file {path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// The key file can be read by others.
    #[error("the key file {0} can be read by others: set its mode to 0600")]
    Permissions(String),
    /// The key has the wrong length.
    #[error("the key file {0} must hold exactly 32 bytes")]
    Length(String),
    /// A sealed value does not open: another key, another row, or changed bytes.
    #[error("a sealed value does not open with the configured key")]
    Sealed,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        MasterKey::from_bytes([7; 32]).derive()
    }

    const CELL: Cell<'static> = Cell { table: "profiles", column: "snils", row: "row-1" };

    #[test]
    fn t56_a_sealed_value_opens_only_in_its_own_cell_and_with_its_own_key() {
        let sealed = keys().sealer.seal(CELL, b"11223344595");
        assert_eq!(keys().sealer.open(CELL, &sealed).unwrap(), b"11223344595");
        for other in
            [Cell { row: "row-2", ..CELL }, Cell { column: "phone", ..CELL }, Cell { table: "links", ..CELL }]
        {
            assert!(keys().sealer.open(other, &sealed).is_err());
        }
        assert!(MasterKey::from_bytes([8; 32]).derive().sealer.open(CELL, &sealed).is_err());
    }

    #[test]
    fn t56_every_changed_or_cut_byte_is_noticed() {
        let sealed = keys().sealer.seal(CELL, b"11223344595");
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(keys().sealer.open(CELL, &changed).is_err(), "byte {position}");
            assert!(keys().sealer.open(CELL, &sealed[..position]).is_err(), "cut at {position}");
        }
    }

    #[test]
    fn sealing_twice_gives_two_different_values() {
        assert_ne!(keys().sealer.seal(CELL, b"x"), keys().sealer.seal(CELL, b"x"));
    }

    #[test]
    fn codes_depend_on_where_one_part_ends() {
        assert_ne!(keys().forms.code(&[b"ab", b"c"]), keys().forms.code(&[b"a", b"bc"]));
        assert_ne!(keys().forms.code(&[b"ab"]), keys().cookies.code(&[b"ab"]));
    }

    #[test]
    fn tokens_are_read_back_and_nothing_else_is() {
        let token = Token::generate();
        assert_eq!(Token::parse(token.expose()).unwrap().digest(), token.digest());
        for text in ["", "short", &"A".repeat(44), &"*".repeat(43)] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let token = Token::generate();
        assert!(!format!("{token:?} {:?} {:?}", token.digest(), keys()).contains(token.expose()));
    }

    #[test]
    fn t57_a_key_file_open_to_others_or_of_another_length_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        MasterKey::generate().write_new(&path).unwrap();
        assert!(MasterKey::read(&path).is_ok());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(MasterKey::read(&path), Err(SecretError::Permissions(_))));
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        std::fs::write(&path, [1; 31]).unwrap();
        assert!(matches!(MasterKey::read(&path), Err(SecretError::Length(_))));
    }
}
