//! The curves of RFC 4357 and RFC 7836. The nine names of [`ParameterSet`](super::ParameterSet) stand for
//! four of them.

use std::fmt::Debug;

use crypto_bigint::U256;
use crypto_bigint::modular::{ConstMontyForm, ConstMontyParams};

/// Coordinates: numbers modulo p, in Montgomery form, arithmetic of constant time.
pub(super) type Field<C> = ConstMontyForm<<C as Curve>::P, { U256::LIMBS }>;

/// Exponents: numbers modulo q, the order of the group that the base point generates.
pub(super) type Scalar<C> = ConstMontyForm<<C as Curve>::Q, { U256::LIMBS }>;

/// y² = x³ + ax + b modulo p, with a base point (x, y) of prime order q.
pub(super) trait Curve: Copy + Debug + Send + Sync + 'static {
    /// The field's prime.
    type P: ConstMontyParams<{ U256::LIMBS }>;
    /// The group's prime order.
    type Q: ConstMontyParams<{ U256::LIMBS }>;
    /// How many times more points the curve has than the group.
    const COFACTOR: u8;
    const A: Field<Self>;
    const B: Field<Self>;
    const BASE_X: Field<Self>;
    const BASE_Y: Field<Self>;
}

/// A curve from its six numbers.
macro_rules! curve {
    ($(#[$doc:meta])* $name:ident, cofactor: $cofactor:literal, p: $p:literal, q: $q:literal, a: $a:literal, b: $b:literal,
     x: $x:literal, y: $y:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(super) struct $name;

        const _: () = {
            crypto_bigint::const_monty_params!(P, U256, $p, "The field's prime.");
            crypto_bigint::const_monty_params!(Q, U256, $q, "The group's order.");

            impl Curve for $name {
                type P = P;
                type Q = Q;
                const COFACTOR: u8 = $cofactor;
                const A: Field<Self> = Field::<Self>::new(&U256::from_be_hex($a));
                const B: Field<Self> = Field::<Self>::new(&U256::from_be_hex($b));
                const BASE_X: Field<Self> = Field::<Self>::new(&U256::from_be_hex($x));
                const BASE_Y: Field<Self> = Field::<Self>::new(&U256::from_be_hex($y));
            }
        };
    };
}

curve! {
    /// CryptoPro A, also XchA and TC26 B: the curve of ESIA's own keys.
    CryptoProA,
    cofactor: 1,
    p: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFD97",
    q: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF6C611070995AD10045841B09B761B893",
    a: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFD94",
    b: "00000000000000000000000000000000000000000000000000000000000000A6",
    x: "0000000000000000000000000000000000000000000000000000000000000001",
    y: "8D91E471E0989CDA27DF505A453F2B7635294F2DDF23E3B122ACC99C9E9F1E14"
}

curve! {
    /// CryptoPro B, also TC26 C.
    CryptoProB,
    cofactor: 1,
    p: "8000000000000000000000000000000000000000000000000000000000000C99",
    q: "800000000000000000000000000000015F700CFFF1A624E5E497161BCC8A198F",
    a: "8000000000000000000000000000000000000000000000000000000000000C96",
    b: "3E1AF419A269A5F866A7D3C25C3DF80AE979259373FF2B182F49D4CE7E1BBC8B",
    x: "0000000000000000000000000000000000000000000000000000000000000001",
    y: "3FA8124359F96680B83D1C3EB2C070E5C545C9858D03ECFB744BF8D717717EFC"
}

curve! {
    /// CryptoPro C, also XchB and TC26 D.
    CryptoProC,
    cofactor: 1,
    p: "9B9F605F5A858107AB1EC85E6B41C8AACF846E86789051D37998F7B9022D759B",
    q: "9B9F605F5A858107AB1EC85E6B41C8AA582CA3511EDDFB74F02F3A6598980BB9",
    a: "9B9F605F5A858107AB1EC85E6B41C8AACF846E86789051D37998F7B9022D7598",
    b: "000000000000000000000000000000000000000000000000000000000000805A",
    x: "0000000000000000000000000000000000000000000000000000000000000000",
    y: "41ECE55743711A8C3CBF3783CD08C0EE4D4DC440D4641A8F366E550DFDB3BB67"
}

curve! {
    /// TC26 A: the only one with points outside the group.
    Tc26A,
    cofactor: 4,
    p: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFD97",
    q: "400000000000000000000000000000000FD8CDDFC87B6635C115AF556C360C67",
    a: "C2173F1513981673AF4892C23035A27CE25E2013BF95AA33B22C656F277E7335",
    b: "295F9BAE7428ED9CCC20E7C359A9D41A22FCCD9108E17BF7BA9337A6F8AE9513",
    x: "91E38443A5E82C0D880923425712B2BB658B9196932E02C78B2582FE742DAA28",
    y: "32879423AB1A0375895786C4BB46E9565FDE0B5344766740AF268ADB32322E5C"
}

#[cfg(test)]
curve! {
    /// Annex A.1 of GOST R 34.10-2012: the curve of the standard's example, of no key in the world.
    StandardExample,
    cofactor: 1,
    p: "8000000000000000000000000000000000000000000000000000000000000431",
    q: "8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3",
    a: "0000000000000000000000000000000000000000000000000000000000000007",
    b: "5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E",
    x: "0000000000000000000000000000000000000000000000000000000000000002",
    y: "08E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8"
}
