//! Keys, certificates and signatures that OpenSSL's GOST engine made, under all nine names.

use std::path::{Path, PathBuf};

use der::{Decode as _, Encode as _};
use privyazka::gost::{KeyError, ParameterSet, PublicKey, SigningKey, streebog256};
use x509_cert::Certificate;

/// The engine's names of the sets, as they begin the names of the files.
pub const NAMES: [(&str, ParameterSet); 9] = [
    ("a", ParameterSet::CryptoProA),
    ("b", ParameterSet::CryptoProB),
    ("c", ParameterSet::CryptoProC),
    ("xa", ParameterSet::CryptoProXchA),
    ("xb", ParameterSet::CryptoProXchB),
    ("tca", ParameterSet::Tc26A),
    ("tcb", ParameterSet::Tc26B),
    ("tcc", ParameterSet::Tc26C),
    ("tcd", ParameterSet::Tc26D),
];

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gost").join(name)
}

pub fn der_of(file: &str) -> Vec<u8> {
    der::pem::decode_vec(&std::fs::read(fixture(file)).unwrap()).unwrap().1
}

pub fn signing_key(name: &str) -> SigningKey {
    SigningKey::from_pkcs8_der(&der_of(&format!("{name}.key.pem"))).unwrap()
}

pub fn certified_key(name: &str) -> PublicKey {
    PublicKey::from_certificate_der(&der_of(&format!("{name}.crt.pem"))).unwrap()
}

/// The message the engine signed for a name, and its signature.
fn signed(name: &str) -> (String, [u8; 64]) {
    let text = std::fs::read_to_string(fixture(&format!("{name}.signature.hex"))).unwrap();
    let signature = hex::decode(text.trim()).unwrap().try_into().unwrap();
    (format!("ГОСТ, набор {}", name.to_uppercase()), signature)
}

#[test]
fn a_key_of_the_engine_belongs_to_its_certificate_and_is_written_as_it_was_read() {
    for (name, set) in NAMES {
        let (key, certified) = (signing_key(name), certified_key(name));
        assert_eq!(certified.parameter_set(), set, "{name}");
        assert!(*key.public_key() == certified, "{name}");
        assert_eq!(*key.to_pkcs8_der().unwrap(), der_of(&format!("{name}.key.pem")), "{name}");
        let certificate = Certificate::from_der(&der_of(&format!("{name}.crt.pem"))).unwrap();
        let spki = certificate.tbs_certificate.subject_public_key_info.to_der().unwrap();
        assert_eq!(certified.to_spki_der().unwrap(), spki, "{name}");
        assert!(PublicKey::from_spki_der(&spki).unwrap() == certified, "{name}");
        assert_eq!(ParameterSet::from_oid(set.oid()), Some(set));
    }
}

#[test]
fn what_the_engine_signed_is_believed_and_nothing_beside_it() {
    for (name, _) in NAMES {
        let key = certified_key(name);
        let (message, signature) = signed(name);
        assert!(key.verify(message.as_bytes(), &signature), "{name}");
        assert!(!key.verify(format!("{message} ").as_bytes(), &signature), "{name}");
        let mut reversed = signature;
        reversed.reverse();
        assert!(!key.verify(message.as_bytes(), &reversed), "{name}: CryptoPro's order of octets");
        let mut swapped = signature;
        swapped.rotate_left(32);
        assert!(!key.verify(message.as_bytes(), &swapped), "{name}: r before s");
        for (other, _) in NAMES.into_iter().filter(|(other, _)| *other != name) {
            assert!(!certified_key(other).verify(message.as_bytes(), &signature), "{name} by {other}");
        }
    }
}

#[test]
fn the_engines_own_certificates_carry_signatures_of_their_keys() {
    for (name, _) in NAMES {
        let certificate = Certificate::from_der(&der_of(&format!("{name}.crt.pem"))).unwrap();
        let signature = certificate.signature.raw_bytes().try_into().unwrap();
        assert!(certified_key(name).verify(&certificate.tbs_certificate.to_der().unwrap(), signature));
    }
}

#[test]
fn the_hash_of_a_certificate_is_the_engines() {
    let hashes = std::fs::read_to_string(fixture("certificate_hashes.txt")).unwrap();
    assert_eq!(hashes.lines().count(), NAMES.len());
    for line in hashes.lines() {
        let (name, hash) = line.split_once(' ').unwrap();
        let own = streebog256(&der_of(&format!("{name}.crt.pem")));
        assert_eq!(hex::encode_upper(own), hash, "{name}");
    }
}

#[test]
fn a_key_for_something_else_is_named_as_such() {
    let rsa = |name: &str| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/esia").join(name);
        der::pem::decode_vec(&std::fs::read(file).unwrap()).unwrap().1
    };
    let key = SigningKey::from_pkcs8_der(&rsa("client.key.pem")).map(|_| ());
    assert_eq!(key.unwrap_err(), KeyError::Algorithm);
    let key = PublicKey::from_certificate_der(&rsa("client.crt.pem"));
    assert_eq!(key.unwrap_err(), KeyError::Algorithm);
}
