//! Secrets: tokens that browsers and letters carry, and the keys derived from the master key.
//!
//! Nothing here prints its contents: `Debug` shows the type's name only.

mod keys;
mod sealer;
mod token;

pub use keys::{Keys, MacKey, MasterKey};
pub use sealer::{Cell, SealedUnder, Sealer};
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
    /// The file of the previous key holds the key in force.
    #[error("the key file {0} holds the same key as secrets.key_file")]
    SameKey(String),
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
    fn t57_during_a_change_of_the_key_both_are_read_and_the_new_one_writes() {
        let (old, new) = (MasterKey::from_bytes([7; 32]), MasterKey::from_bytes([8; 32]));
        let (before, changing, after) = (old.derive(), new.derive_beside(Some(&old)), new.derive());
        assert!(!before.are_changing() && changing.are_changing());
        let sealed = before.sealer.seal(CELL, b"11223344595");
        let (opened, under) = changing.sealer.open_telling(CELL, &sealed).unwrap();
        assert_eq!((opened.as_slice(), under), (b"11223344595".as_slice(), SealedUnder::Previous));
        let resealed = changing.sealer.reseal(CELL, &sealed).unwrap().expect("it was under the old key");
        assert_eq!(after.sealer.open(CELL, &resealed).unwrap(), b"11223344595");
        assert!(before.sealer.open(CELL, &resealed).is_err());
        assert!(changing.sealer.reseal(CELL, &resealed).unwrap().is_none(), "once is enough");
        let foreign = MasterKey::from_bytes([9; 32]).derive().sealer.seal(CELL, b"11223344595");
        assert!(changing.sealer.reseal(CELL, &foreign).is_err());

        let parts: [&[u8]; 1] = [b"form"];
        let (of_old, of_new) = (before.forms.text_code(&parts), changing.forms.text_code(&parts));
        assert_eq!(of_new, after.forms.text_code(&parts));
        assert!(changing.forms.verify_text(&parts, &of_old) && changing.forms.verify_text(&parts, &of_new));
        assert!(!after.forms.verify_text(&parts, &of_old) && !before.forms.verify_text(&parts, &of_new));
        assert!(!changing.forms.verify_text(&[b"other"], &of_old));
    }

    #[test]
    fn t57_the_same_key_twice_is_no_change_of_keys() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two, same) = (dir.path().join("one"), dir.path().join("two"), dir.path().join("same"));
        MasterKey::from_bytes([1; 32]).write_new(&one).unwrap();
        MasterKey::from_bytes([2; 32]).write_new(&two).unwrap();
        MasterKey::from_bytes([1; 32]).write_new(&same).unwrap();
        assert!(Keys::read(&one, None).is_ok() && Keys::read(&one, Some(&two)).is_ok());
        assert!(matches!(Keys::read(&one, Some(&same)), Err(SecretError::SameKey(_))));
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
