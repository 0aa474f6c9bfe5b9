//! Keys and signatures that no honest program makes.

use privyazka::gost::{KeyError, ParameterSet, PublicKey, SigningKey};

use crate::fixtures::{NAMES, certified_key, der_of, signing_key};

/// The order of the group of CryptoPro A, big-endian.
const ORDER_OF_A: &str = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF6C611070995AD10045841B09B761B893";

fn number(hex_digits: &str) -> [u8; 32] {
    hex::decode(hex_digits).unwrap().try_into().unwrap()
}

fn signature(s: [u8; 32], r: [u8; 32]) -> [u8; 64] {
    [s, r].concat().try_into().unwrap()
}

#[test]
fn halves_out_of_range_are_refused_whatever_the_message() {
    let key = signing_key("a");
    let good = key.sign(b"message");
    let (zero, order) = ([0; 32], number(ORDER_OF_A));
    let half = |at: usize| <[u8; 32]>::try_from(&good[at..at + 32]).unwrap();
    let (s, r) = (half(0), half(32));
    for (s, r) in
        [(zero, r), (s, zero), (zero, zero), (order, r), (s, order), ([0xFF; 32], r), (s, [0xFF; 32])]
    {
        assert!(!key.public_key().verify(b"message", &signature(s, r)));
    }
    assert!(key.public_key().verify(b"message", &signature(s, r)), "the halves themselves are good");
}

/// A public key with these coordinates, in the structure of a key of the engine's.
fn key_at(name: &str, x: &str, y: &str) -> Result<PublicKey, KeyError> {
    let mut spki = certified_key(name).to_spki_der().unwrap();
    let at = spki.len() - 64;
    for (from, coordinate) in [(at, x), (at + 32, y)] {
        let mut octets = number(coordinate);
        octets.reverse();
        spki[from..from + 32].copy_from_slice(&octets);
    }
    PublicKey::from_spki_der(&spki)
}

#[test]
fn a_point_outside_the_group_is_no_key() {
    let zero = "0".repeat(64);
    let prime = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFD97";
    // The base point of TC26 A, and what comes of adding the point of order two to it.
    let base = (
        "91E38443A5E82C0D880923425712B2BB658B9196932E02C78B2582FE742DAA28",
        "32879423AB1A0375895786C4BB46E9565FDE0B5344766740AF268ADB32322E5C",
    );
    assert!(key_at("tca", base.0, base.1).is_ok());
    let order_two = ("0100FE73F595FF158E974B44D478D9588744FE5C192AC47EA63075DCE7A14AAA", zero.as_str());
    let order_four = (
        "7F7F80C60535007538B45A5D95C39353BC5D80D1F36A9DC0ACE7C5118C2F5977",
        "7E7E82520F9F015FAA1D0F18C14AB9FB35188275DA3FD94206B74F34A48E0ECD",
    );
    let order_two_q = (
        "18476B1AF2E5CECDC380E4C91D2A3A5C2B6C0788066615E2B4E9A63246463E96",
        "4CFA952E3B48A1409977E07FABA396136986D7E8EDC05C336154375BE5070030",
    );
    let order_four_q = (
        "000000000000000000000000000000000000000000000000000000000000000D",
        "7529C2D9A6F589A791E45DCD493AB520F44DD1CA51C607D5DB34C6A64CBBA6A3",
    );
    for (x, y) in [
        order_two,
        order_four,
        order_two_q,
        order_four_q,
        (zero.as_str(), zero.as_str()),
        (base.1, base.0),
        (prime, base.1),
        (base.0, prime),
    ] {
        assert_eq!(key_at("tca", x, y).unwrap_err(), KeyError::Range, "{x} {y}");
    }
    for (name, _) in NAMES {
        assert_eq!(key_at(name, &zero, &zero).unwrap_err(), KeyError::Range, "{name}: (0, 0)");
    }
}

#[test]
fn a_secret_out_of_range_is_no_key() {
    let with_secret = |secret: &str| {
        let mut key = der_of("a.key.pem");
        let at = key.len() - 32;
        let mut octets = number(secret);
        octets.reverse();
        key[at..].copy_from_slice(&octets);
        SigningKey::from_pkcs8_der(&key).map(|key| key.public_key().to_spki_der().unwrap())
    };
    for secret in [&"0".repeat(64), ORDER_OF_A, &"F".repeat(64)] {
        assert_eq!(with_secret(secret).unwrap_err(), KeyError::Range);
    }
    assert!(with_secret(&format!("{}1", "0".repeat(63))).is_ok());
}

#[test]
fn a_set_that_nobody_knows_is_no_key() {
    let mut spki = certified_key("tcd").to_spki_der().unwrap();
    let oid = ParameterSet::Tc26D.oid();
    let at = spki.windows(9).position(|window| window == oid.as_bytes()).unwrap();
    spki[at + 8] = 5;
    assert_eq!(PublicKey::from_spki_der(&spki).unwrap_err(), KeyError::ParameterSet);
}
