//! Fixed vectors: the standard's example, the digest's, and one of ESIA's form.

use std::marker::PhantomData;

use crypto_bigint::U256;

use super::curve::{CryptoProA, CryptoProB, CryptoProC, Curve, StandardExample, Tc26A};
use super::group::{Affine, Group, GroupOf, Halves};
use super::point::Point;
use super::{ParameterSet, message_digest, streebog256};

fn number(hex: &str) -> U256 {
    U256::from_be_hex(hex)
}

#[test]
fn the_digest_is_that_of_the_standard() {
    let hex = |message: &[u8]| hex::encode_upper(streebog256(message));
    assert_eq!(hex(b""), "3F539A213E97C802CC229D474C6AA32A825A360B2A933A949FD925208D9CE1BB");
    assert_eq!(hex(b"abc"), "4E2919CF137ED41EC4FB6270C61826CC4FFFB660341E0AF3688CD0626D23B481");
    // The first message of the standard's annex, 63 digits.
    let digits: Vec<u8> = (0..63_u8).map(|at| b'0' + at % 10).collect();
    assert_eq!(hex(&digits), "9D151EEFD8590B89DAA6BA6CB74AF9275DD051026BB149A452FD84E5E57B5500");
}

#[test]
fn the_example_of_the_standard_is_reproduced() {
    let group = GroupOf::<StandardExample>(PhantomData);
    let secret = number("7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28");
    let digest = number("2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5");
    let nonce = number("77105C9B20BCD3122823C8CF6FCC7B956DE33814E95B7FE64FED924594DCEAB3");
    let point = Affine {
        x: number("7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B"),
        y: number("26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA"),
    };
    let signature = Halves {
        r: number("41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493"),
        s: number("01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40"),
    };
    assert_eq!(group.public_point(&secret), Some(point));
    assert_eq!(group.sign(&secret, &digest, &nonce), Some(signature));
    assert!(group.verify(&point, &digest, &signature));
    assert!(!group.verify(&point, &digest.wrapping_add(&U256::ONE), &signature));
}

#[test]
fn a_request_of_esias_form_has_its_signature_under_all_three_names_of_the_curve() {
    let message = "TESTISopenid fullname2026.01.02 03:04:05 +03007d3f1b2a-1111-4222-8333-444455556666\
                   https://app.example/esia/callback";
    let secret = number("1111111111111111222222222222222233333333333333334444444444444444");
    let nonce = number(&"0123456789ABCDEF".repeat(4));
    let signature = Halves {
        r: number("27C5DBDFD29E417FFF68B1D000C13D6118EBD6C7C5F88FCEFB715E5D72E5E8F8"),
        s: number("8E7FDFDB997C24ECF3BA3DDB91285B08709BDC0045CD890377E68FCD2624D509"),
    };
    let point = Affine {
        x: number("4D23CC38C1C1E62FE34A4E6E4AE648E7ED423E23000A66A21ABF75AA62813E0B"),
        y: number("1DAF735BDB17BA59B75CF1DE5A9B6F060955EE6D997A0669FB525DFB43CA5119"),
    };
    assert_eq!(
        hex::encode_upper(streebog256(message.as_bytes())),
        "277CBBF0290D8521045E1A6C8A6BEBB504C00590ED51AEE033AC47256D728EA8"
    );
    for set in [ParameterSet::CryptoProA, ParameterSet::CryptoProXchA, ParameterSet::Tc26B] {
        let digest = message_digest(message.as_bytes());
        assert_eq!(set.group().public_point(&secret), Some(point));
        assert_eq!(set.group().sign(&secret, &digest, &nonce), Some(signature));
        assert!(set.group().verify(&point, &digest, &signature));
    }
}

/// Multiples by additions alone are what the windows are held against.
fn small_multiples_agree<C: Curve>() {
    let group = GroupOf::<C>(PhantomData);
    let order = group.order();
    let base = group.public_point(&U256::ONE).unwrap();
    assert_eq!(base, Affine { x: C::BASE_X.retrieve(), y: C::BASE_Y.retrieve() });
    assert!(group.contains(&base), "the base point is in the group");
    assert_eq!(group.public_point(&U256::ZERO), None, "0 × G is the neutral element");
    assert_eq!(group.public_point(&order), None, "q × G is the neutral element");
    let beyond = order.wrapping_add(&U256::ONE);
    assert_eq!(group.public_point(&beyond), Some(base), "(q + 1) × G = G");
    let mut by_additions = Point::<C>::BASE;
    for small in 1..40_u64 {
        let small = U256::from_u64(small);
        let there = group.public_point(&small).unwrap();
        assert_eq!(by_additions.to_affine(), Some((there.x, there.y)));
        by_additions = by_additions.plus(&Point::BASE);
        let back = group.public_point(&order.wrapping_sub(&small)).unwrap();
        assert!(group.contains(&there));
        assert_eq!(there.x, back.x, "n × G and (q − n) × G are opposite");
        assert_ne!(there.y, back.y);
    }
}

#[test]
fn scalars_at_the_edges_are_right_on_every_curve() {
    small_multiples_agree::<CryptoProA>();
    small_multiples_agree::<CryptoProB>();
    small_multiples_agree::<CryptoProC>();
    small_multiples_agree::<Tc26A>();
    small_multiples_agree::<StandardExample>();
}
