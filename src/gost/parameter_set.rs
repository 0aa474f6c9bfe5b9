//! The names under which keys and certificates mean a curve.

use std::marker::PhantomData;

use const_oid::ObjectIdentifier;

use super::curve::{CryptoProA, CryptoProB, CryptoProC, Tc26A};
use super::group::{Group, GroupOf};

/// A curve by its name: nine names, four curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterSet {
    /// id-tc26-gost-3410-2012-256-paramSetA.
    Tc26A,
    /// id-tc26-gost-3410-2012-256-paramSetB, the curve of CryptoPro A.
    Tc26B,
    /// id-tc26-gost-3410-2012-256-paramSetC, the curve of CryptoPro B.
    Tc26C,
    /// id-tc26-gost-3410-2012-256-paramSetD, the curve of CryptoPro C.
    Tc26D,
    /// id-GostR3410-2001-CryptoPro-A-ParamSet.
    CryptoProA,
    /// id-GostR3410-2001-CryptoPro-B-ParamSet.
    CryptoProB,
    /// id-GostR3410-2001-CryptoPro-C-ParamSet.
    CryptoProC,
    /// id-GostR3410-2001-CryptoPro-XchA-ParamSet, the curve of CryptoPro A.
    CryptoProXchA,
    /// id-GostR3410-2001-CryptoPro-XchB-ParamSet, the curve of CryptoPro C.
    CryptoProXchB,
}

impl ParameterSet {
    /// Every name.
    pub const ALL: [Self; 9] = [
        Self::Tc26A,
        Self::Tc26B,
        Self::Tc26C,
        Self::Tc26D,
        Self::CryptoProA,
        Self::CryptoProB,
        Self::CryptoProC,
        Self::CryptoProXchA,
        Self::CryptoProXchB,
    ];

    /// The set with this identifier.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.oid() == oid)
    }

    /// Its identifier.
    pub const fn oid(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            Self::Tc26A => "1.2.643.7.1.2.1.1.1",
            Self::Tc26B => "1.2.643.7.1.2.1.1.2",
            Self::Tc26C => "1.2.643.7.1.2.1.1.3",
            Self::Tc26D => "1.2.643.7.1.2.1.1.4",
            Self::CryptoProA => "1.2.643.2.2.35.1",
            Self::CryptoProB => "1.2.643.2.2.35.2",
            Self::CryptoProC => "1.2.643.2.2.35.3",
            Self::CryptoProXchA => "1.2.643.2.2.36.0",
            Self::CryptoProXchB => "1.2.643.2.2.36.1",
        })
    }

    /// Whether keys name the digest beside the set: with the older names they do (RFC 9215, 4.2).
    pub(super) fn names_digest(self) -> bool {
        !matches!(self, Self::Tc26A | Self::Tc26B | Self::Tc26C | Self::Tc26D)
    }

    pub(super) fn group(self) -> &'static dyn Group {
        match self {
            Self::Tc26A => &GroupOf::<Tc26A>(PhantomData),
            Self::Tc26B | Self::CryptoProA | Self::CryptoProXchA => &GroupOf::<CryptoProA>(PhantomData),
            Self::Tc26C | Self::CryptoProB => &GroupOf::<CryptoProB>(PhantomData),
            Self::Tc26D | Self::CryptoProC | Self::CryptoProXchB => &GroupOf::<CryptoProC>(PhantomData),
        }
    }
}
