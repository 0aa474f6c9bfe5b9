//! Signing and verifying as GOST R 34.10-2012 (section 6) has them, over numbers.

use std::marker::PhantomData;

use crypto_bigint::U256;
use zeroize::Zeroizing;

use super::curve::{Curve, Field, Scalar};
use super::point::Point;

/// Coordinates of an element of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Affine {
    pub(super) x: U256,
    pub(super) y: U256,
}

/// Both halves of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Halves {
    pub(super) r: U256,
    pub(super) s: U256,
}

/// What can be done in the group of one curve, whichever it is.
pub(super) trait Group: Sync {
    /// The number of its elements, a prime.
    fn order(&self) -> U256;

    /// Whether the coordinates are those of an element.
    fn contains(&self, point: &Affine) -> bool;

    /// The public point of a secret between 1 and the order − 1.
    fn public_point(&self, secret: &U256) -> Option<Affine>;

    /// The signature with this nonce; nothing in the rare case that it needs another one.
    fn sign(&self, secret: &U256, digest: &U256, nonce: &U256) -> Option<Halves>;

    /// Whether the signature is that of the element's owner.
    fn verify(&self, point: &Affine, digest: &U256, signature: &Halves) -> bool;
}

/// The group of the curve `C`.
pub(super) struct GroupOf<C>(pub(super) PhantomData<C>);

impl<C: Curve> Group for GroupOf<C> {
    fn order(&self) -> U256 {
        *Scalar::<C>::MODULUS.as_ref()
    }

    fn contains(&self, point: &Affine) -> bool {
        Point::<C>::from_affine(&point.x, &point.y).is_some()
    }

    fn public_point(&self, secret: &U256) -> Option<Affine> {
        let (x, y) = Point::<C>::BASE.multiplied(secret).to_affine()?;
        Some(Affine { x, y })
    }

    fn sign(&self, secret: &U256, digest: &U256, nonce: &U256) -> Option<Halves> {
        let (x, _) = Point::<C>::BASE.multiplied(nonce).to_affine()?;
        let r = Scalar::<C>::new(&x);
        let secret = Zeroizing::new(Scalar::<C>::new(secret));
        let nonce = Zeroizing::new(Scalar::<C>::new(nonce));
        let s = r.mul(&secret).add(&nonce.mul(&message_number::<C>(digest)));
        let is_usable = r != Scalar::<C>::ZERO && s != Scalar::<C>::ZERO;
        is_usable.then(|| Halves { r: r.retrieve(), s: s.retrieve() })
    }

    fn verify(&self, point: &Affine, digest: &U256, signature: &Halves) -> bool {
        let (order, Halves { r, s }) = (self.order(), signature);
        if [r, s].into_iter().any(|half| *half == U256::ZERO || *half >= order) {
            return false;
        }
        let Some(inverse) = message_number::<C>(digest).invert_vartime().into_option() else { return false };
        let of_base = Scalar::<C>::new(s).mul(&inverse).retrieve();
        let of_point = Scalar::<C>::new(r).mul(&inverse).neg().retrieve();
        let point = Point::<C>::of_checked(&Field::<C>::new(&point.x), &Field::<C>::new(&point.y));
        Point::sum_of_products_vartime((&Point::BASE, &of_base), (&point, &of_point))
            .to_affine()
            .is_some_and(|(x, _)| Scalar::<C>::new(&x).retrieve() == *r)
    }
}

/// The digest as a number modulo q, never zero.
fn message_number<C: Curve>(digest: &U256) -> Scalar<C> {
    let number = Scalar::<C>::new(digest);
    if number == Scalar::<C>::ZERO { Scalar::<C>::ONE } else { number }
}
