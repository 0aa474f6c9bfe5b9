//! The `client_secret` of ESIA: not a shared secret, but a signature over the request's own values,
//! made anew for each request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::cms;
use super::signer::{SignError, Signer};
use crate::config::esia::EsiaApi;
use crate::platform::clock::{Clock, Timestamp};

/// Signs requests in the form of the configured interface.
#[derive(Debug)]
pub(super) struct RequestProver {
    pub(super) api: EsiaApi,
    pub(super) client_id: String,
    pub(super) scope: String,
    pub(super) signer: Signer,
    pub(super) clock: Clock,
}

/// What one request carries to show that it is ours and new. Used once.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) timestamp: String,
    pub(super) state: String,
    pub(super) client_secret: String,
}

impl RequestProver {
    /// Signs a request with this `state` and the present time. The signature blocks for about a
    /// millisecond; that is less than handing it to another thread and back is worth.
    pub(super) fn prove(&self, state: &Uuid) -> Result<Proof, SignError> {
        let now = self.clock.now();
        let timestamp = wire_timestamp(now);
        let state = state.hyphenated().to_string();
        let signature = match self.api {
            EsiaApi::V1 => {
                let signed = [self.scope.as_str(), &timestamp, &self.client_id, &state].concat();
                cms::sign_detached(&self.signer, signed.as_bytes(), now)?
            }
        };
        Ok(Proof { timestamp, state, client_secret: URL_SAFE_NO_PAD.encode(signature) })
    }
}

/// `2026.01.02 03:04:05 +0000`.
fn wire_timestamp(at: Timestamp) -> String {
    at.format("%Y.%m.%d %H:%M:%S +0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timestamp_has_24_hours_and_a_zone_without_colon() {
        for (rfc3339, expected) in [
            ("2026-01-02T03:04:05.999999Z", "2026.01.02 03:04:05 +0000"),
            ("2026-01-01T00:05:06Z", "2026.01.01 00:05:06 +0000"),
            ("2026-12-31T23:59:59+03:00", "2026.12.31 20:59:59 +0000"),
        ] {
            assert_eq!(wire_timestamp(rfc3339.parse().unwrap()), expected);
        }
    }
}
