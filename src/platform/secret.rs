//! Secrets: tokens that browsers and letters carry, and the keys derived from the master key.
//!
//! Nothing here prints its contents: `Debug` shows the type's name only.

use std::fmt;
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::random;

/// SHA-256 of a token: what the database keeps instead of the token itself.
#[derive(Clone, Copy, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut out = [0; 32];
        out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
        Self(out)
    }

    /// The digest as stored, 32 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads a stored digest; `None` unless it has 32 bytes.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl PartialEq for Digest {
    /// Takes the same time wherever the two differ.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

/// 256 random bits in base64url (43 characters), for cookies and one-time links.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token(String);

impl Token {
    /// A fresh random token.
    pub fn generate() -> Self {
        Self(URL_SAFE_NO_PAD.encode(random::bytes::<32>()))
    }

    /// A token made of 32 bytes that are secret and random already.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token that came from outside; `None` unless it has the form of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let decoded = URL_SAFE_NO_PAD.decode(text).ok()?;
        (decoded.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The text for a cookie or an address.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be stored of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

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

/// The 32-byte master key; every other key is derived from it and used for one purpose.
#[derive(ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A fresh random key.
    pub fn generate() -> Self {
        Self(random::bytes())
    }

    /// A key from its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the key from a file of exactly 32 bytes that only its owner may read.
    ///
    /// # Errors
    /// The file cannot be read, is open to others, or has another length.
    pub fn read(path: &Path) -> Result<Self, SecretError> {
        let unreadable = |error: std::io::Error| SecretError::Unreadable {
            path: path.display().to_string(),
            reason: error.to_string(),
        };
        refuse_shared_file(path, &std::fs::metadata(path).map_err(unreadable)?)?;
        let mut content = std::fs::read(path).map_err(unreadable)?;
        let key = <[u8; 32]>::try_from(content.as_slice());
        content.zeroize();
        key.map(Self).map_err(|_| SecretError::Length(path.display().to_string()))
    }

    /// Writes the key to a new file that only its owner may read.
    ///
    /// # Errors
    /// The file exists already or cannot be written.
    pub fn write_new(&self, path: &Path) -> std::io::Result<()> {
        use std::io::Write as _;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = options.open(path)?;
        file.write_all(&self.0)?;
        file.sync_all()
    }

    /// The keys of the service, each derived under its own label.
    pub fn derive(&self) -> Keys {
        Keys {
            cookies: self.mac_key(b"privyazka cookies v1"),
            forms: self.mac_key(b"privyazka forms v1"),
            lookup: self.mac_key(b"privyazka snils lookup v1"),
            sealer: Sealer::new(&self.derive_bytes(b"privyazka sealing v1")),
        }
    }

    fn mac_key(&self, label: &[u8]) -> MacKey {
        MacKey(hmac::Key::new(hmac::HMAC_SHA256, &self.derive_bytes(label)))
    }

    /// HKDF-SHA-256 (RFC 5869) with the label as info.
    #[allow(clippy::expect_used, reason = "HKDF fails only for outputs over 8160 bytes")]
    fn derive_bytes(&self, label: &[u8]) -> [u8; 32] {
        let mut out = [0; 32];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"privyazka")
            .extract(&self.0)
            .expand(&[label], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut out))
            .expect("32 bytes are within HKDF's bound");
        out
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[cfg(unix)]
fn refuse_shared_file(path: &Path, metadata: &std::fs::Metadata) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt as _;
    if metadata.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(SecretError::Permissions(path.display().to_string()))
    }
}

#[cfg(not(unix))]
fn refuse_shared_file(_: &Path, _: &std::fs::Metadata) -> Result<(), SecretError> {
    Ok(())
}

/// The derived keys, one a purpose.
#[derive(Debug)]
pub struct Keys {
    /// Signs cookies that the browser keeps for us (the remembered organisation).
    pub cookies: MacKey,
    /// Makes form tokens and one-time addresses of a browser session.
    pub forms: MacKey,
    /// Keyed hash under which a SNILS is searched.
    pub lookup: MacKey,
    /// Encrypts what must not be readable in the database.
    pub sealer: Sealer,
}

/// HMAC-SHA-256 under one derived key.
pub struct MacKey(hmac::Key);

impl MacKey {
    /// The code over `parts`; each part is preceded by its length, so no two lists collide.
    pub fn code(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }

    /// The same in base64url, for a cookie or a form.
    pub fn text_code(&self, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(self.code(parts))
    }

    /// Compares `text` with the code over `parts` in constant time.
    pub fn verify_text(&self, parts: &[&[u8]], text: &str) -> bool {
        self.text_code(parts).as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(…)")
    }
}

/// Identifies the key in a sealed value, so that a rotation can tell old from new.
const KEY_ID: u8 = 1;

/// Authenticated encryption (AES-256-GCM) of database cells.
///
/// A sealed value is `key id (1) ‖ nonce (12, random) ‖ ciphertext ‖ tag (16)`.
pub struct Sealer(LessSafeKey);

/// The place a sealed value belongs to; it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Stable public id of the row.
    pub row: &'a str,
}

impl Cell<'_> {
    fn associated_data(&self) -> Vec<u8> {
        [self.table, self.column, self.row].join("\u{1f}").into_bytes()
    }
}

impl Sealer {
    #[allow(clippy::expect_used, reason = "the key has the algorithm's length by its type")]
    fn new(key: &[u8; 32]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a 32-byte key fits AES-256")))
    }

    /// Encrypts `plaintext` for one cell.
    #[allow(clippy::expect_used, reason = "sealing fails only above 64 GiB")]
    pub fn seal(&self, cell: Cell<'_>, plaintext: &[u8]) -> Vec<u8> {
        let nonce = random::bytes::<NONCE_LEN>();
        let mut sealed = plaintext.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(cell.associated_data()),
                &mut sealed,
            )
            .expect("a database cell is far below the bound");
        [&[KEY_ID], nonce.as_slice(), sealed.as_slice()].concat()
    }

    /// Decrypts a value sealed for the same cell.
    ///
    /// # Errors
    /// Another key, another cell, or changed bytes.
    pub fn open(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<Vec<u8>, SecretError> {
        let (&key_id, rest) = sealed.split_first().ok_or(SecretError::Sealed)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE_LEN).ok_or(SecretError::Sealed)?;
        if key_id != KEY_ID {
            return Err(SecretError::Sealed);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SecretError::Sealed)?;
        let mut buffer = ciphertext.to_vec();
        let length = self
            .0
            .open_in_place(nonce, Aad::from(cell.associated_data()), &mut buffer)
            .map_err(|_| SecretError::Sealed)?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
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
