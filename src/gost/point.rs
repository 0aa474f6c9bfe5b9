//! Points of a curve in projective coordinates.
//!
//! One addition formula serves every pair of points, equal, opposite or neutral (J. Renes, C. Costello,
//! L. Batina, "Complete addition formulas for prime order elliptic curves", 2016, equation 1). It fails
//! only where the difference of the points has order two: it then gives (0, 0, 0), and so does everything
//! computed from that. In a group of odd order there is no such difference, and a point outside the group
//! (possible on the curve TC26 A alone) that leads there is refused, because (0, 0, 0) is not the neutral
//! element (0, 1, 0). So no step has a special case, and none depends on the secret.

use crypto_bigint::{Choice, CtAssign, CtEq, U256};
use zeroize::Zeroize;

use super::curve::{Curve, Field, Scalar};

/// Bits of a scalar that are worked off at once, and the multiples of the point that this takes.
const WINDOW: u32 = 4;
const TABLE: usize = 1 << WINDOW;

/// (X : Y : Z) stands for (X/Z, Y/Z); the neutral element is (0 : 1 : 0).
#[derive(Clone, Copy, Debug)]
pub(super) struct Point<C: Curve> {
    x: Field<C>,
    y: Field<C>,
    z: Field<C>,
}

impl<C: Curve> Point<C> {
    const NEUTRAL: Self = Self { x: Field::<C>::ZERO, y: Field::<C>::ONE, z: Field::<C>::ZERO };

    /// The base point.
    pub(super) const BASE: Self = Self { x: C::BASE_X, y: C::BASE_Y, z: Field::<C>::ONE };

    /// 3b, as the formulas want it.
    const B3: Field<C> = C::B.add(&C::B).add(&C::B);

    /// The point with these coordinates, if it is an element of the group other than the neutral one.
    pub(super) fn from_affine(x: &U256, y: &U256) -> Option<Self> {
        let prime = Field::<C>::MODULUS;
        if x >= prime.as_ref() || y >= prime.as_ref() {
            return None;
        }
        let point = Self { x: Field::<C>::new(x), y: Field::<C>::new(y), z: Field::<C>::ONE };
        let is_element = point.is_on_curve() && (C::COFACTOR == 1 || point.has_prime_order());
        is_element.then_some(point)
    }

    /// The point of coordinates that have been through [`from_affine`](Self::from_affine).
    pub(super) fn of_checked(x: &Field<C>, y: &Field<C>) -> Self {
        Self { x: *x, y: *y, z: Field::<C>::ONE }
    }

    fn is_on_curve(&self) -> bool {
        let Self { x, y, .. } = self;
        let right = x.square().add(&C::A).mul(x).add(&C::B);
        y.square() == right
    }

    fn has_prime_order(&self) -> bool {
        let Self { x, y, z } = self.multiplied_vartime(Scalar::<C>::MODULUS.as_ref());
        x == Field::<C>::ZERO && z == Field::<C>::ZERO && y != Field::<C>::ZERO
    }

    /// Both coordinates as numbers; nothing for the neutral element.
    pub(super) fn to_affine(self) -> Option<(U256, U256)> {
        let inverse = self.z.invert().into_option()?;
        Some((self.x.mul(&inverse).retrieve(), self.y.mul(&inverse).retrieve()))
    }

    /// The sum, whatever the points are.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let (xx, yy, zz) = (self.x.mul(&other.x), self.y.mul(&other.y), self.z.mul(&other.z));
        // Sums of cross products from one product each: (a + b)(c + d) − ac − bd.
        let cross = |a: &Field<C>, b: &Field<C>, c: &Field<C>, d: &Field<C>, ac: &Field<C>, bd: &Field<C>| {
            a.add(b).mul(&c.add(d)).sub(ac).sub(bd)
        };
        let xy = cross(&self.x, &self.y, &other.x, &other.y, &xx, &yy);
        let xz = cross(&self.x, &self.z, &other.x, &other.z, &xx, &zz);
        let yz = cross(&self.y, &self.z, &other.y, &other.z, &yy, &zz);
        Self::combine(&xx, &yy, &zz, &xy, &xz, &yz)
    }

    /// `self.plus(self)`, with squares instead of products.
    fn doubled(&self) -> Self {
        let Self { x, y, z } = self;
        let (xx, yy, zz) = (x.square(), y.square(), z.square());
        let (xy, xz, yz) = (x.mul(y).double(), x.mul(z).double(), y.mul(z).double());
        Self::combine(&xx, &yy, &zz, &xy, &xz, &yz)
    }

    /// The formula's second half: from the products of like coordinates and the sums of cross products.
    fn combine(
        xx: &Field<C>,
        yy: &Field<C>,
        zz: &Field<C>,
        xy: &Field<C>,
        xz: &Field<C>,
        yz: &Field<C>,
    ) -> Self {
        let a_zz = C::A.mul(zz);
        let shift = C::A.mul(xz).add(&Self::B3.mul(zz));
        let (below, above) = (yy.sub(&shift), yy.add(&shift));
        let slope = xx.double().add(xx).add(&a_zz);
        let rest = C::A.mul(&xx.sub(&a_zz)).add(&Self::B3.mul(xz));
        Self {
            x: xy.mul(&below).sub(&yz.mul(&rest)),
            y: slope.mul(&rest).add(&above.mul(&below)),
            z: yz.mul(&above).add(&xy.mul(&slope)),
        }
    }

    /// 0, 1, … 15 times the point.
    fn multiples(&self) -> [Self; TABLE] {
        let mut table = [Self::NEUTRAL; TABLE];
        for at in 1..TABLE {
            table[at] = table[at - 1].plus(self);
        }
        table
    }

    /// The point times a secret scalar: the same steps and the same reads of memory for every scalar.
    pub(super) fn multiplied(&self, scalar: &U256) -> Self {
        let table = self.multiples();
        let mut product = Self::NEUTRAL;
        let mut chosen = Self::NEUTRAL;
        for at in windows() {
            for _ in 0..WINDOW {
                product = product.doubled();
            }
            let wanted = window(scalar, at);
            for (digit, multiple) in (0_u8..).zip(&table) {
                chosen.ct_assign(multiple, digit.ct_eq(&wanted));
            }
            product = product.plus(&chosen);
        }
        chosen.zeroize();
        product
    }

    /// The point times a scalar that everybody may know.
    fn multiplied_vartime(&self, scalar: &U256) -> Self {
        Self::NEUTRAL.plus_products_vartime([(self, scalar)])
    }

    /// `first.0 × first.1 + second.0 × second.1` of scalars that everybody may know, with common doublings.
    pub(super) fn sum_of_products_vartime(first: (&Self, &U256), second: (&Self, &U256)) -> Self {
        Self::NEUTRAL.plus_products_vartime([first, second])
    }

    fn plus_products_vartime<const N: usize>(self, factors: [(&Self, &U256); N]) -> Self {
        let tables = factors.map(|(point, _)| point.multiples());
        let mut sum = self;
        for at in windows() {
            for _ in 0..WINDOW {
                sum = sum.doubled();
            }
            for (table, (_, scalar)) in tables.iter().zip(&factors) {
                sum = sum.plus(&table[usize::from(window(scalar, at))]);
            }
        }
        sum
    }
}

impl<C: Curve> CtAssign for Point<C> {
    fn ct_assign(&mut self, other: &Self, choice: Choice) {
        self.x.ct_assign(&other.x, choice);
        self.y.ct_assign(&other.y, choice);
        self.z.ct_assign(&other.z, choice);
    }
}

impl<C: Curve> Zeroize for Point<C> {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.z.zeroize();
    }
}

/// The positions of the windows, highest first.
fn windows() -> impl Iterator<Item = u32> {
    (0..U256::BITS / WINDOW).rev()
}

/// The digit of `scalar` at one position.
fn window(scalar: &U256, at: u32) -> u8 {
    let byte = scalar.to_le_bytes().as_ref()[(at / 2) as usize];
    (byte >> (WINDOW * (at & 1))) & 0xF
}
