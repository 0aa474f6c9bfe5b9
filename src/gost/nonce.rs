//! The number that each signature uses up: from the key, the message and fresh randomness
//! (`docs/adr/0008-gost-signatures.md`).

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use crypto_bigint::{CtLt, U256};
use zeroize::Zeroizing;

/// HMAC-DRBG as RFC 6979 builds it for signatures (3.2, with the additional data of 3.6), with SHA-256.
pub(super) struct Nonces {
    key: Zeroizing<[u8; 32]>,
    value: Zeroizing<[u8; 32]>,
    is_fresh: bool,
}

impl Nonces {
    /// Seeded by all that must never meet the same nonce twice.
    pub(super) fn new(secret: &U256, digest: &U256, random: &[u8; 32]) -> Self {
        let mut drbg = Self { key: Zeroizing::new([0; 32]), value: Zeroizing::new([1; 32]), is_fresh: true };
        let secret = Zeroizing::new(<[u8; 32]>::from(secret.to_be_bytes()));
        let digest = <[u8; 32]>::from(digest.to_be_bytes());
        for step in [0, 1] {
            drbg.update(&[&[step], secret.as_ref(), &digest, random]);
        }
        drbg
    }

    /// The next number between 1 and `order` − 1. A number that does not fit is thrown away unused, so the
    /// time that this takes tells nothing of the one that is kept.
    pub(super) fn next_below(&mut self, order: &U256) -> Zeroizing<U256> {
        loop {
            if !self.is_fresh {
                self.update(&[&[0]]);
            }
            self.is_fresh = false;
            self.value = self.hmac(&[]);
            let bits = U256::from_be_slice(self.value.as_ref());
            let candidate = Zeroizing::new(bits.shr_vartime(U256::BITS - order.bits_vartime()));
            if (candidate.ct_lt(order) & !candidate.is_zero()).to_bool() {
                return candidate;
            }
        }
    }

    fn update(&mut self, data: &[&[u8]]) {
        self.key = self.hmac(data);
        self.value = self.hmac(&[]);
    }

    /// HMAC of the value followed by `data`.
    fn hmac(&self, data: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        let mut input = Zeroizing::new(Vec::with_capacity(160));
        input.extend_from_slice(self.value.as_ref());
        data.iter().for_each(|part| input.extend_from_slice(part));
        let tag = sign(&Key::new(HMAC_SHA256, self.key.as_ref()), &input);
        let mut output = Zeroizing::new([0; 32]);
        output.copy_from_slice(tag.as_ref());
        output
    }
}
