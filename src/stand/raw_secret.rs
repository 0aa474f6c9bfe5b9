//! Checks the `client_secret` of the current addresses: 64 bytes of a GOST signature, nothing around them,
//! and the hash of the certificate beside it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::client::{Client, ClientKey};
use super::refusal::Refusal;

/// How the values may be written.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Whether forms that the sources disagree about are noted and taken.
    pub tolerant: bool,
}

impl Form {
    /// Takes a value that was written otherwise than we would, or does not.
    fn take(self, what: &str, as_we_would: bool) -> Result<(), Refusal> {
        match (as_we_would, self.tolerant) {
            (true, _) => Ok(()),
            (false, true) => {
                tracing::info!("{what}: tolerated");
                Ok(())
            }
            (false, false) => Err(Refusal::ClientSecret),
        }
    }
}

/// That `secret` is the client's signature of one of the messages, and the hash that of its certificate.
pub(super) fn verify(
    secret: &str,
    hash: &str,
    messages: &[Vec<u8>],
    client: &Client,
    form: Form,
) -> Result<(), Refusal> {
    if !hash.eq_ignore_ascii_case(client.certificate_hash()) {
        return Err(Refusal::ClientSecret);
    }
    form.take("the hash of the certificate in lower case", hash == client.certificate_hash())?;
    let signature = decode(secret).ok_or(Refusal::ClientSecret)?;
    form.take("a signature in padded or standard base64", URL_SAFE_NO_PAD.encode(signature) == secret)?;
    // RSA has never been spoken here.
    let ClientKey::Gost(key) = client.key() else { return Err(Refusal::ClientSecret) };
    let fits = messages.iter().any(|message| key.verify(message, &signature));
    if fits { Ok(()) } else { Err(Refusal::ClientSecret) }
}

/// 86 characters of base64url; padded and standard base64 are taken too, as some clients write them.
fn decode(secret: &str) -> Option<[u8; 64]> {
    let bytes = URL_SAFE_NO_PAD.decode(super::client_secret::canonical_base64(secret)).ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_ways_to_write_base64_are_read_and_nothing_of_another_length() {
        let bytes = [0xfb; 64];
        let plain = URL_SAFE_NO_PAD.encode(bytes);
        assert_eq!(plain.len(), 86);
        let standard = plain.replace('-', "+").replace('_', "/");
        for form in [plain.clone(), format!("{plain}=="), standard.clone(), format!("{standard}==")] {
            assert_eq!(decode(&form), Some(bytes), "{form}");
        }
        for bad in ["", &plain[1..], &format!("{plain}AAAA"), &plain.replace('-', " ")] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
