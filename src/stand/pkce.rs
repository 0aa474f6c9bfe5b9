//! PKCE: what ties a token request to the authorize request of the same program.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::parameters::Parameters;
use super::refusal::Refusal;

/// The challenge of an authorize request: a SHA-256 in base64url.
#[derive(Clone)]
pub(super) struct Challenge(String);

impl Challenge {
    /// The challenge, where there is one. The only method that sources agree on is `S256`.
    pub fn read(parameters: &Parameters) -> Result<Option<Self>, Refusal> {
        match (parameters.get("code_challenge"), parameters.get("code_challenge_method")) {
            ("", "") => Ok(None),
            ("", _) => Err(Refusal::Missing(vec!["code_challenge"])),
            (challenge, "S256") => {
                let is_digest = URL_SAFE_NO_PAD.decode(challenge).is_ok_and(|bytes| bytes.len() == 32);
                if is_digest {
                    Ok(Some(Self(challenge.to_owned())))
                } else {
                    Err(Refusal::Unreadable("code_challenge"))
                }
            }
            _ => Err(Refusal::Unreadable("code_challenge_method")),
        }
    }
}

/// That the verifier of the token request fits.
pub(super) fn check(challenge: Option<&Challenge>, verifier: &str) -> Result<(), Refusal> {
    match (challenge, verifier) {
        (None, "") => Ok(()),
        (None, _) => Err(Refusal::VerifierWithoutChallenge),
        (Some(Challenge(expected)), verifier) => {
            let made = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
            let fits = made.as_bytes().ct_eq(expected.as_bytes());
            if fits.into() { Ok(()) } else { Err(Refusal::VerifierWrong) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_fits_and_nothing_else() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let query = b"code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        let challenge = Challenge::read(&Parameters::parse(query)).ok().flatten();
        assert_eq!(check(challenge.as_ref(), verifier), Ok(()));
        for wrong in ["", "x", &verifier[1..]] {
            assert_eq!(check(challenge.as_ref(), wrong), Err(Refusal::VerifierWrong), "{wrong}");
        }
        assert_eq!(check(None, ""), Ok(()));
        assert_eq!(check(None, verifier), Err(Refusal::VerifierWithoutChallenge));
    }

    #[test]
    fn a_challenge_is_a_digest_by_a_known_method() {
        let read = |query: &[u8]| Challenge::read(&Parameters::parse(query)).err();
        assert_eq!(read(b""), None);
        assert_eq!(read(b"code_challenge_method=S256"), Some(Refusal::Missing(vec!["code_challenge"])));
        assert_eq!(
            read(b"code_challenge=x&code_challenge_method=S256"),
            Some(Refusal::Unreadable("code_challenge"))
        );
        assert_eq!(
            read(b"code_challenge=x&code_challenge_method=plain"),
            Some(Refusal::Unreadable("code_challenge_method"))
        );
    }
}
