//! The master key and the keys derived from it, one a purpose.

use std::fmt;
use std::path::Path;

use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Sealer, SecretError};
use crate::platform::random;

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
        self.derive_beside(None)
    }

    /// The same while the master key is being changed: what was made under `previous` is still taken.
    pub fn derive_beside(&self, previous: Option<&Self>) -> Keys {
        let mac_key = |label: &[u8]| MacKey {
            current: self.hmac_key(label),
            previous: previous.map(|previous| previous.hmac_key(label)),
        };
        let sealing = |key: &Self| key.derive_bytes(b"privyazka sealing v1");
        Keys {
            cookies: mac_key(b"privyazka cookies v1"),
            forms: mac_key(b"privyazka forms v1"),
            lookup: mac_key(b"privyazka snils lookup v1"),
            codes: mac_key(b"privyazka linking codes v1"),
            sealer: Sealer::new(&sealing(self), previous.map(sealing).as_ref()),
        }
    }

    fn hmac_key(&self, label: &[u8]) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.derive_bytes(label))
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
    /// Keyed digest of a linking code.
    pub codes: MacKey,
    /// Encrypts what must not be readable in the database.
    pub sealer: Sealer,
}

impl Keys {
    /// Reads the master key and, while it is being changed, the one before it.
    ///
    /// # Errors
    /// A file cannot be read, is open to others, has another length, or both hold the same key.
    pub fn read(key_file: &Path, previous_key_file: Option<&Path>) -> Result<Self, SecretError> {
        let current = MasterKey::read(key_file)?;
        let Some(previous_file) = previous_key_file else { return Ok(current.derive()) };
        let previous = MasterKey::read(previous_file)?;
        if bool::from(current.0.ct_eq(&previous.0)) {
            return Err(SecretError::SameKey(previous_file.display().to_string()));
        }
        Ok(current.derive_beside(Some(&previous)))
    }

    /// Whether the master key is being changed: what is stored may be under either of two keys.
    pub fn are_changing(&self) -> bool {
        self.sealer.has_previous()
    }
}

/// HMAC-SHA-256 under one derived key. While the master key is being changed there are two: one makes
/// codes, both check them.
pub struct MacKey {
    current: hmac::Key,
    previous: Option<hmac::Key>,
}

impl MacKey {
    /// The code over `parts`; each part is preceded by its length, so no two lists collide.
    pub fn code(&self, parts: &[&[u8]]) -> [u8; 32] {
        code_under(&self.current, parts)
    }

    /// Every code over `parts` that something stored or handed out may carry; the current key's first.
    pub fn accepted_codes(&self, parts: &[&[u8]]) -> impl Iterator<Item = [u8; 32]> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().map(|key| code_under(key, parts))
    }

    /// The same in base64url, for a cookie or a form.
    pub fn text_code(&self, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(self.code(parts))
    }

    /// Compares `text` with the accepted codes over `parts`; takes the same time wherever they differ.
    pub fn verify_text(&self, parts: &[&[u8]], text: &str) -> bool {
        self.accepted_codes(parts)
            .map(|code| URL_SAFE_NO_PAD.encode(code).as_bytes().ct_eq(text.as_bytes()))
            .fold(Choice::from(0), |found, equal| found | equal)
            .into()
    }
}

fn code_under(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.sign().as_ref());
    out
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(…)")
    }
}
