//! The `client_secret` of ESIA: not a shared secret, but a signature over the request's own values,
//! made anew for each request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::authorization_code::AuthorizationCode;
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
    pub(super) scope_org: String,
    pub(super) redirect_uri: String,
    pub(super) signer: Signer,
    pub(super) clock: Clock,
}

/// What one request carries to show that it is ours and new. Used once.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) timestamp: String,
    pub(super) state: String,
    pub(super) client_secret: String,
    /// Which of our certificates verifies it; `v3` asks for that.
    pub(super) certificate_hash: Option<String>,
}

impl RequestProver {
    /// Signs a request with this `state` and the present time. With a code it is a token request.
    pub(super) async fn prove(
        &self,
        state: &Uuid,
        code: Option<&AuthorizationCode>,
    ) -> Result<Proof, SignError> {
        let now = self.clock.now();
        let timestamp = wire_timestamp(now);
        let state = state.hyphenated().to_string();
        let (signature, certificate_hash) = match self.api {
            EsiaApi::V1 => {
                let signed = [self.scope.as_str(), &timestamp, &self.client_id, &state].concat();
                (cms::sign_detached(&self.signer, signed.as_bytes(), now).await?, None)
            }
            EsiaApi::V3 => {
                let code = code.map(AuthorizationCode::expose).unwrap_or_default();
                let signed = [
                    self.client_id.as_str(),
                    &self.scope,
                    &self.scope_org,
                    &timestamp,
                    &state,
                    &self.redirect_uri,
                    code,
                ];
                let signed = Zeroizing::new(signed.concat());
                (self.signer.sign(signed.as_bytes()).await?, Some(self.signer.certificate_hash()))
            }
        };
        Ok(Proof { timestamp, state, client_secret: URL_SAFE_NO_PAD.encode(signature), certificate_hash })
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
