//! SNILS in the database: encrypted for one profile's cell, searched by a keyed hash
//! (`docs/security.md`, T56).

use super::StoredSnils;
use crate::identity::Snils;
use crate::platform::secret::{Cell, Keys, SealedUnder, SecretError};

/// Makes the stored form of the SNILS of the profile `uid`.
pub fn store_snils(keys: &Keys, uid: &str, snils: &Snils) -> StoredSnils {
    StoredSnils {
        hash: snils_hash(keys, snils),
        sealed: keys.sealer.seal(cell(uid), snils.digits().as_bytes()),
    }
}

/// Opens the SNILS of the profile `uid`.
///
/// # Errors
/// Another key, another profile's value, changed bytes, or a hash that belongs to another number.
pub fn open_snils(keys: &Keys, uid: &str, stored: &StoredSnils) -> Result<Snils, SecretError> {
    open_telling(keys, uid, stored).map(|(snils, _)| snils)
}

/// What is compared with the hash of another SNILS. While the master key is being changed a stored hash may
/// be under the earlier key; then it is made anew from the number.
///
/// # Errors
/// As [`open_snils`], while the key is being changed.
pub fn comparable_hash(keys: &Keys, uid: &str, stored: &StoredSnils) -> Result<[u8; 32], SecretError> {
    if !keys.are_changing() {
        return Ok(stored.hash);
    }
    open_snils(keys, uid, stored).map(|snils| snils_hash(keys, &snils))
}

/// The SNILS of the profile `uid` stored under the current key; `None` if it is so already.
///
/// # Errors
/// As [`open_snils`].
pub fn reseal_snils(
    keys: &Keys,
    uid: &str,
    stored: &StoredSnils,
) -> Result<Option<StoredSnils>, SecretError> {
    let (snils, under) = open_telling(keys, uid, stored)?;
    let is_current = under == SealedUnder::Current && snils_hash(keys, &snils) == stored.hash;
    Ok((!is_current).then(|| store_snils(keys, uid, &snils)))
}

/// What a search for this SNILS compares. Keyed: a plain hash of eleven digits is guessed in seconds.
pub fn snils_hash(keys: &Keys, snils: &Snils) -> [u8; 32] {
    keys.lookup.code(&[snils.digits().as_bytes()])
}

/// What a search over stored hashes compares: while the master key is being changed they may be under either.
pub fn searched_hashes(keys: &Keys, snils: &Snils) -> Vec<[u8; 32]> {
    keys.lookup.accepted_codes(&[snils.digits().as_bytes()]).collect()
}

fn open_telling(keys: &Keys, uid: &str, stored: &StoredSnils) -> Result<(Snils, SealedUnder), SecretError> {
    let (digits, under) = keys.sealer.open_telling(cell(uid), &stored.sealed)?;
    let digits = zeroize::Zeroizing::new(digits);
    let snils = std::str::from_utf8(&digits)
        .ok()
        .and_then(|digits| Snils::parse(digits).ok())
        .ok_or(SecretError::Sealed)?;
    // A hash moved between rows would let a search show one person under another's number.
    let is_own = keys.lookup.accepted_codes(&[snils.digits().as_bytes()]).any(|code| code == stored.hash);
    if is_own { Ok((snils, under)) } else { Err(SecretError::Sealed) }
}

fn cell(uid: &str) -> Cell<'_> {
    Cell { table: "profiles", column: "snils", row: uid }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::secret::MasterKey;

    fn keys() -> Keys {
        MasterKey::from_bytes([7; 32]).derive()
    }

    #[test]
    fn t56_a_stored_snils_opens_for_its_own_profile_only() {
        let (anna, ivan) = (Snils::with_control_sum(100_200_301), Snils::with_control_sum(100_200_302));
        let (of_anna, of_ivan) = (store_snils(&keys(), "anna", &anna), store_snils(&keys(), "ivan", &ivan));
        assert_eq!(open_snils(&keys(), "anna", &of_anna).unwrap(), anna);
        assert!(open_snils(&keys(), "ivan", &of_anna).is_err());
        let swapped_hash = StoredSnils { hash: of_ivan.hash, sealed: of_anna.sealed.clone() };
        assert!(open_snils(&keys(), "anna", &swapped_hash).is_err());
        let other_key = MasterKey::from_bytes([8; 32]).derive();
        assert!(open_snils(&other_key, "anna", &of_anna).is_err());
    }

    #[test]
    fn t56_equal_numbers_have_equal_hashes_and_unequal_ciphertexts() {
        let snils = Snils::with_control_sum(100_200_301);
        let (one, two) = (store_snils(&keys(), "a", &snils), store_snils(&keys(), "a", &snils));
        assert_eq!(one.hash, two.hash);
        assert_ne!(one.sealed, two.sealed);
        let other_key = MasterKey::from_bytes([8; 32]).derive();
        assert_ne!(snils_hash(&other_key, &snils), one.hash);
    }
    #[test]
    fn t57_a_number_compares_equal_to_itself_whichever_key_it_was_stored_under() {
        let (old, new) = (MasterKey::from_bytes([7; 32]), MasterKey::from_bytes([8; 32]));
        let (before, changing) = (old.derive(), new.derive_beside(Some(&old)));
        let snils = Snils::with_control_sum(100_200_301);
        let of_old = store_snils(&before, "anna", &snils);
        let of_new = reseal_snils(&changing, "anna", &of_old).unwrap().expect("it was under the old key");
        assert!(reseal_snils(&changing, "anna", &of_new).unwrap().is_none());
        for stored in [&of_old, &of_new] {
            assert_eq!(open_snils(&changing, "anna", stored).unwrap(), snils);
            assert_eq!(comparable_hash(&changing, "anna", stored).unwrap(), snils_hash(&changing, &snils));
        }
        assert_eq!(open_snils(&new.derive(), "anna", &of_new).unwrap(), snils);
        let other = store_snils(&before, "ivan", &Snils::with_control_sum(100_200_302));
        let swapped_hash = StoredSnils { hash: other.hash, sealed: of_old.sealed };
        assert!(comparable_hash(&changing, "anna", &swapped_hash).is_err());
    }
}
