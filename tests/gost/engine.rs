//! OpenSSL's GOST engine judges what we sign, and we judge what it signs.

use privyazka::gost::{ParameterSet, PublicKey, SigningKey};

use crate::fixtures::{NAMES, certified_key, fixture, signing_key};
use crate::gost_engine::GostEngine;

#[test]
fn what_we_sign_the_engine_verifies() {
    let engine = GostEngine::new();
    for (name, _) in NAMES {
        let certificate = fixture(&format!("{name}.crt.pem"));
        for round in 0..4 {
            let message = format!("{name}, {round}");
            let signature = signing_key(name).sign(message.as_bytes());
            assert!(engine.verifies(&certificate, message.as_bytes(), &signature), "{message}");
            assert!(!engine.verifies(&certificate, b"another message", &signature), "{message}");
        }
    }
}

#[test]
fn what_the_engine_signs_we_verify() {
    let engine = GostEngine::new();
    for (name, _) in NAMES {
        let key_file = fixture(&format!("{name}.key.pem"));
        for round in 0..4 {
            let message = format!("{name}, {round}");
            let arguments = ["dgst", "-md_gost12_256", "-sign", key_file.to_str().unwrap()];
            let signature = engine.run(&arguments, message.as_bytes()).try_into().unwrap();
            assert!(certified_key(name).verify(message.as_bytes(), &signature), "{message}");
            assert!(!certified_key(name).verify(b"another message", &signature), "{message}");
        }
    }
}

#[test]
fn keys_that_we_make_the_engine_reads_as_the_same_keys() {
    let engine = GostEngine::new();
    for set in ParameterSet::ALL {
        let key = SigningKey::generate(set).unwrap();
        let file = engine.file("made.key.der", &key.to_pkcs8_der().unwrap());
        let arguments = ["pkey", "-inform", "DER", "-in", &file, "-pubout", "-outform", "DER"];
        let public = PublicKey::from_spki_der(&engine.run(&arguments, b"")).unwrap();
        assert!(public == *key.public_key(), "{set:?}");
    }
}
