//! Properties of signatures, and of the readers of DER.

use privyazka::gost::{ParameterSet, PublicKey, SigningKey};
use proptest::prelude::*;

use crate::fixtures::{NAMES, der_of, signing_key};

proptest! {
    // Each case signs and verifies: about twenty milliseconds in an unoptimised build.
    #![proptest_config(ProptestConfig::with_cases((ProptestConfig::default().cases / 100).max(96)))]

    #[test]
    fn a_signature_is_good_until_one_bit_of_anything_changes(
        which in 0..NAMES.len(), message in prop::collection::vec(any::<u8>(), 1..200),
        bit_of_signature in 0..512_usize, bit_of_message in any::<prop::sample::Index>(),
    ) {
        let key = signing_key(NAMES[which].0);
        let signature = key.sign(&message);
        prop_assert!(key.public_key().verify(&message, &signature));
        let mut changed = signature;
        changed[bit_of_signature / 8] ^= 1 << (bit_of_signature % 8);
        prop_assert!(!key.public_key().verify(&message, &changed));
        let mut other = message.clone();
        let at = bit_of_message.index(message.len() * 8);
        other[at / 8] ^= 1 << (at % 8);
        prop_assert!(!key.public_key().verify(&other, &signature));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]

    #[test]
    fn t82_no_octets_break_the_readers_of_keys(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = SigningKey::from_pkcs8_der(&octets).map(|key| key.public_key().clone());
        let _ = PublicKey::from_spki_der(&octets);
        prop_assert!(PublicKey::from_certificate_der(&octets).is_err());
    }

    #[test]
    fn t82_a_damaged_key_is_refused_or_is_another_key(
        which in 0..NAMES.len(), at in any::<prop::sample::Index>(), octet in any::<u8>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let whole = der_of(&format!("{}.crt.pem", NAMES[which].0));
        let mut damaged = whole.clone();
        // The structure before the point, where a reader can be led astray; points have tests of their own.
        let point = whole.windows(2).rposition(|mark| mark == [0x04, 0x40]).unwrap();
        damaged[at.index(point)] = octet;
        if let Some(cut) = cut {
            damaged.truncate(cut.index(whole.len()));
        }
        if let Ok(key) = PublicKey::from_certificate_der(&damaged) {
            let again = PublicKey::from_spki_der(&key.to_spki_der().unwrap());
            prop_assert!(again == Ok(key));
        }
    }
}

#[test]
fn signatures_of_one_message_differ_and_keys_that_are_made_work() {
    for set in ParameterSet::ALL {
        let key = SigningKey::generate(set).unwrap();
        let again = SigningKey::from_pkcs8_der(&key.to_pkcs8_der().unwrap()).unwrap();
        let (first, second) = (key.sign(b"message"), again.sign(b"message"));
        assert_ne!(first, second);
        assert_ne!(first[32..], second[32..], "two signatures with one nonce tell the key");
        assert!(key.public_key().verify(b"message", &first) && key.public_key().verify(b"message", &second));
    }
}

#[test]
fn nothing_of_a_key_is_shown() {
    let key = signing_key("a");
    assert_eq!(format!("{key:?} {:?}", key.public_key()), "SigningKey(CryptoProA) PublicKey(CryptoProA)");
}
