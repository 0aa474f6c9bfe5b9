//! Passwords: what a new one must be, and argon2id as PHC strings (`docs/security.md`, T58).

use std::fmt;

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::common_passwords;
use crate::platform::random;

/// Memory of one computation, KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;

/// What a stored hash may ask for; an imported row must not be able to exhaust the machine.
const MAX_MEMORY_KIB: u32 = 128 * 1024;
const MAX_PASSES: u32 = 10;

/// Characters of a new password at least.
pub const MIN_CHARACTERS: usize = 8;
/// Bytes of any password at most; far above 64 characters of any script.
pub const MAX_BYTES: usize = 1024;

/// What somebody typed as a password. Wiped when dropped; `Debug` shows nothing.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes over the typed text. Spellings that look alike (one character or a letter with a combining
    /// mark) become the same.
    pub fn new(typed: String) -> Self {
        let typed = Zeroizing::new(typed);
        Self(if typed.is_ascii() { typed } else { Zeroizing::new(typed.nfc().collect()) })
    }

    /// Whether it is longer than any password we accept; such a text is never hashed.
    pub fn is_too_long(&self) -> bool {
        self.0.len() > MAX_BYTES
    }

    /// What stands against it as the new password of `login`, if anything.
    pub fn problem(&self, login: &str) -> Option<PasswordProblem> {
        if self.is_too_long() {
            Some(PasswordProblem::TooLong)
        } else if self.0.chars().count() < MIN_CHARACTERS {
            Some(PasswordProblem::TooShort)
        } else if self.0.to_lowercase() == login.trim().to_lowercase() {
            Some(PasswordProblem::SameAsLogin)
        } else if common_passwords::contains(&self.0) {
            Some(PasswordProblem::Common)
        } else {
            None
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a new password is refused. There are no rules of composition: they make worse passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer than [`MIN_CHARACTERS`].
    TooShort,
    /// More than [`MAX_BYTES`].
    TooLong,
    /// The login itself.
    SameAsLogin,
    /// Among the first that anybody tries.
    Common,
}

/// Why a password could not be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password could not be hashed")]
pub struct HashingError;

/// Hashes `password` under a random salt into a PHC string. Takes tens of milliseconds and 19 MiB:
/// requests go through [`super::HashingPool`].
///
/// # Errors
/// The password is too long.
pub fn hash(password: &Password) -> Result<String, HashingError> {
    if password.is_too_long() {
        return Err(HashingError);
    }
    hasher()?
        .hash_password_with_salt(password.0.as_bytes(), &random::bytes::<16>())
        .map(|hash| hash.to_string())
        .map_err(|_| HashingError)
}

/// Memory of a computation, kept for the next one. To get it from the system anew costs a part of every
/// computation, and what is given back stays with the allocator of whichever thread had it.
#[derive(Default)]
pub struct Workspace(Vec<Block>);

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Workspace({} KiB)", self.0.len())
    }
}

impl Workspace {
    /// The memory for `params`; more than today's hashes need is not kept.
    fn blocks(&mut self, params: &Params) -> &mut [Block] {
        let count = params.block_count();
        if self.0.len() < count {
            self.0.resize(count, Block::new());
        }
        &mut self.0
    }

    fn shrink(&mut self) {
        if self.0.len() > MEMORY_KIB as usize {
            self.0 = Vec::new();
        }
    }
}

/// Whether `password` belongs to the stored hash. The comparison takes the same time wherever they differ.
pub fn matches(password: &Password, stored: &str) -> bool {
    matches_in(&mut Workspace::default(), password, stored)
}

/// The same in memory that is there already.
pub fn matches_in(workspace: &mut Workspace, password: &Password, stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return false };
    if password.is_too_long() || !is_affordable(&hash) {
        return false;
    }
    let matches = compute(workspace, password, &hash).is_some_and(|computed| Some(computed) == hash.hash);
    workspace.shrink();
    matches
}

/// What `password` comes to under the stored hash's own parameters and salt.
fn compute(workspace: &mut Workspace, password: &Password, stored: &PasswordHash) -> Option<Output> {
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).ok()?;
    let version = stored.version.map(Version::try_from).transpose().ok()?.unwrap_or_default();
    let params = Params::try_from(stored).ok()?;
    let (salt, expected) = (stored.salt.as_ref()?, stored.hash.as_ref()?);
    let mut out = vec![0; expected.len()];
    let blocks = workspace.blocks(&params);
    Argon2::new(algorithm, version, params.clone())
        .hash_password_into_with_memory(password.0.as_bytes(), salt, &mut out, blocks)
        .ok()?;
    Output::new(&out).ok()
}

/// Whether the stored hash is weaker than what we make today.
pub fn needs_rehash(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return true };
    let Ok(params) = Params::try_from(&hash) else { return true };
    hash.algorithm.as_str() != Algorithm::Argon2id.as_str()
        || hash.version != Some(Version::V0x13.into())
        || params.m_cost() < MEMORY_KIB
        || params.t_cost() < PASSES
}

fn is_affordable(hash: &PasswordHash) -> bool {
    Params::try_from(hash).is_ok_and(|params| {
        params.m_cost() <= MAX_MEMORY_KIB && params.t_cost() <= MAX_PASSES && params.p_cost() <= 4
    })
}

fn hasher() -> Result<Argon2<'static>, HashingError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| HashingError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned())
    }

    #[test]
    fn t58_the_hash_shows_argon2id_with_19_mib_and_two_passes() {
        let hash = hash(&password("верная лошадь")).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(matches(&password("верная лошадь"), &hash));
        assert!(!matches(&password("верная лошадь "), &hash));
        assert!(!needs_rehash(&hash));
    }

    #[test]
    fn t58_two_hashes_of_one_password_differ() {
        assert_ne!(hash(&password("одинаковый")).unwrap(), hash(&password("одинаковый")).unwrap());
    }

    /// Vectors of the argon2 reference implementation's test suite (password "password", salt "somesalt").
    #[test]
    fn t58_reference_vectors_verify_and_are_upgraded() {
        let vectors = [
            ("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", false),
            ("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", true),
            ("$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8", true),
        ];
        for (stored, weak) in vectors {
            assert!(matches(&password("password"), stored), "{stored}");
            assert!(!matches(&password("Password"), stored), "{stored}");
            assert_eq!(needs_rehash(stored), weak, "{stored}");
        }
    }

    #[test]
    fn an_unreadable_or_exorbitant_hash_matches_nothing_and_costs_nothing() {
        for stored in [
            "",
            "plain",
            "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=4294967295,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        ] {
            assert!(!matches(&password("password"), stored), "{stored}");
        }
    }

    #[test]
    fn t58_rules_for_a_new_password() {
        let table = [
            ("семь777", Some(PasswordProblem::TooShort)),
            ("восемь88", None),
            ("qwertyui", Some(PasswordProblem::Common)),
            ("Йцукенгш", Some(PasswordProblem::Common)),
            ("Petrova.A", Some(PasswordProblem::SameAsLogin)),
            ("только буквы без цифр", None),
        ];
        for (text, problem) in table {
            assert_eq!(password(text).problem("petrova.a"), problem, "{text}");
        }
        assert_eq!(password(&"яблоня 5".repeat(8)).problem("x"), None);
        assert_eq!(password(&"длин1".repeat(100)).problem("x"), None);
        assert_eq!(password(&"x".repeat(MAX_BYTES + 1)).problem("x"), Some(PasswordProblem::TooLong));
        assert!(hash(&password(&"x".repeat(MAX_BYTES + 1))).is_err());
    }

    #[test]
    fn one_look_is_one_password_however_the_keyboard_composes_it() {
        let hash = hash(&password("мой йогурт")).unwrap();
        assert!(matches(&password("мои\u{306} и\u{306}огурт"), &hash));
    }

    #[test]
    fn debug_shows_no_password() {
        assert_eq!(format!("{:?}", password("secret-horse")), "Password(…)");
    }
}
