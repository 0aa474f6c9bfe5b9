//! Checks the `client_secret` of the legacy addresses: a detached CMS signature in base64, by a GOST key, or
//! by an RSA key where the stand is told to take those.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedAttributes, SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::{ID_SHA_256, RSA_ENCRYPTION, SHA_256_WITH_RSA_ENCRYPTION};
use der::asn1::OctetStringRef;
use der::{Decode, Encode};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::client::{Client, ClientKey};
use super::refusal::Refusal;
use crate::gost;

/// That `secret` is a signature of `message` by the holder of the registered certificate.
pub(super) fn verify(secret: &str, message: &[u8], client: &Client, accept_rsa: bool) -> Result<(), Refusal> {
    let registered = client.certificate();
    let signed = decode(secret).ok_or(Refusal::ClientSecret)?;
    let [signer] = signed.signer_infos.0.as_slice() else { return Err(Refusal::ClientSecret) };
    if !names(&signer.sid, registered) || !carries(&signed, registered) {
        return Err(Refusal::ForeignCertificate);
    }
    let genuine = content_is_absent_or(&signed, message)
        && match client.key() {
            ClientKey::Rsa => accept_rsa && rsa_signature_fits(signer, message, registered),
            ClientKey::Gost(key) => gost_signature_fits(signer, message, key),
        };
    if genuine { Ok(()) } else { Err(Refusal::ClientSecret) }
}

/// Any of the four ways to write base64 as the one without padding in the url alphabet.
pub(super) fn canonical_base64(text: &str) -> String {
    text.trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Clients write base64 with either alphabet, padded or not: all four are taken.
fn decode(secret: &str) -> Option<SignedData> {
    let der = URL_SAFE_NO_PAD.decode(canonical_base64(secret)).ok()?;
    let info = ContentInfo::from_der(&der).ok()?;
    if info.content_type != ID_SIGNED_DATA {
        return None;
    }
    info.content.decode_as().ok()
}

fn names(signer: &SignerIdentifier, registered: &Certificate) -> bool {
    let certificate = &registered.tbs_certificate;
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(id) => {
            id.issuer == certificate.issuer && id.serial_number == certificate.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(id) => {
            matches!(certificate.get::<SubjectKeyIdentifier>(), Ok(Some((_, own))) if own == *id)
        }
    }
}

/// The certificate comes inside the message; a message without one is judged by its signer's name alone.
fn carries(signed: &SignedData, registered: &Certificate) -> bool {
    let Some(set) = &signed.certificates else { return true };
    let own =
        |choice: &CertificateChoices| matches!(choice, CertificateChoices::Certificate(c) if c == registered);
    set.0.is_empty() || set.0.iter().any(own)
}

/// Some clients attach the signed text, though the form asks for a detached signature.
fn content_is_absent_or(signed: &SignedData, message: &[u8]) -> bool {
    match &signed.encap_content_info.econtent {
        None => true,
        Some(content) => {
            content.decode_as::<OctetStringRef<'_>>().is_ok_and(|text| text.as_bytes() == message)
        }
    }
}

fn rsa_signature_fits(signer: &SignerInfo, message: &[u8], registered: &Certificate) -> bool {
    let algorithms = signer.digest_alg.oid == ID_SHA_256
        && [RSA_ENCRYPTION, SHA_256_WITH_RSA_ENCRYPTION].contains(&signer.signature_algorithm.oid);
    let key = &registered.tbs_certificate.subject_public_key_info.subject_public_key;
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.raw_bytes());
    let signed_bytes = signed_bytes(signer, message, digest(&SHA256, message).as_ref());
    algorithms && signed_bytes.is_some_and(|bytes| key.verify(&bytes, signer.signature.as_bytes()).is_ok())
}

fn gost_signature_fits(signer: &SignerInfo, message: &[u8], key: &gost::PublicKey) -> bool {
    let algorithms = signer.digest_alg.oid == gost::STREEBOG_256
        && [gost::KEY_ALGORITHM, gost::SIGNATURE_ALGORITHM].contains(&signer.signature_algorithm.oid);
    let signature: Option<&[u8; 64]> = signer.signature.as_bytes().try_into().ok();
    let signed_bytes = signed_bytes(signer, message, &gost::streebog256(message));
    algorithms && signature.zip(signed_bytes).is_some_and(|(signature, bytes)| key.verify(&bytes, signature))
}

/// What the signature covers: the text, or the attributes that state its digest.
fn signed_bytes(signer: &SignerInfo, message: &[u8], digested: &[u8]) -> Option<Vec<u8>> {
    match &signer.signed_attrs {
        None => Some(message.to_vec()),
        Some(attributes) if attributes_fit(attributes, digested) => attributes.to_der().ok(),
        Some(_) => None,
    }
}

/// With signed attributes the signature covers them, and they cover the text by its digest.
fn attributes_fit(attributes: &SignedAttributes, digested: &[u8]) -> bool {
    let only_value = |oid: ObjectIdentifier| {
        let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
        match (found.next(), found.next()) {
            (Some(attribute), None) if attribute.values.len() == 1 => attribute.values.get(0),
            _ => None,
        }
    };
    let content_type = only_value(ID_CONTENT_TYPE).and_then(|value| value.decode_as().ok());
    let message_digest =
        only_value(ID_MESSAGE_DIGEST).and_then(|value| value.decode_as::<OctetStringRef<'_>>().ok());
    content_type == Some(ID_DATA) && message_digest.is_some_and(|stated| stated.as_bytes() == digested)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gost::ParameterSet;
    use crate::stand::RegisteredClient;
    use crate::stand::credentials::ensure_client_gost;

    fn some_client() -> Client {
        let dir = tempfile::tempdir().unwrap();
        let files = ensure_client_gost(dir.path(), "TEST", ParameterSet::Tc26A).unwrap();
        Client::load(RegisteredClient::new("TEST", "x", files.certificate_file, Vec::new())).unwrap()
    }

    proptest! {
        #[test]
        fn t82_nothing_but_a_signature_passes(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,60}") {
            let client = some_client();
            let encoded = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert_eq!(verify(&encoded, b"message", &client, true), Err(Refusal::ClientSecret));
            prop_assert_eq!(verify(&text, b"message", &client, true), Err(Refusal::ClientSecret));
        }
    }
}
