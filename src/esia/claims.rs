//! Claims that both tokens share: who issued them, and when.

use std::time::Duration;

use serde::Deserialize;

use super::error::Reason;
use crate::identity::Issuer;
use crate::platform::clock::Timestamp;

/// What the claims are held against.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) issuer: Issuer,
    pub(super) client_id: String,
    pub(super) clock_skew: Duration,
}

/// When the attempt began, and when its tokens are checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct AttemptTimes {
    pub(super) begun_at: Timestamp,
    pub(super) now: Timestamp,
}

/// `iss` must be a string and the times whole seconds: any other JSON type fails to deserialize.
#[derive(Deserialize)]
pub(super) struct CommonClaims {
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl CommonClaims {
    pub(super) fn check(&self, expected: &Expected, times: AttemptTimes) -> Result<(), Reason> {
        if self.iss != expected.issuer.as_str() {
            return Err(Reason::Claim("iss"));
        }
        let skew = i64::try_from(expected.clock_skew.as_secs()).unwrap_or(i64::MAX);
        let (earliest, latest) =
            (times.now.timestamp().saturating_sub(skew), times.now.timestamp().saturating_add(skew));
        if self.exp <= earliest {
            return Err(Reason::Claim("exp"));
        }
        if self.nbf > latest {
            return Err(Reason::Claim("nbf"));
        }
        // A token from before the attempt is somebody's replay.
        let issued_in_attempt =
            self.iat <= latest && self.iat >= times.begun_at.timestamp().saturating_sub(skew);
        if issued_in_attempt { Ok(()) } else { Err(Reason::Claim("iat")) }
    }
}
