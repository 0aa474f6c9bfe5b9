//! One trip to ESIA and back.
//!
//! A trip is a stored authorization request: purpose, digests of its state and of a cookie of its own,
//! 20 minutes of life, claimed once. `begin.rs` stores it and gives the address; `complete.rs` takes the
//! callback, asks ESIA with no transaction open, and records the result, which a repeat shows again.

pub mod authorization_request;
pub mod begin;
pub mod callback;
pub mod complete;
pub mod ticket;

pub use authorization_request::{AuthorizationRequest, Outcome, Purpose, RequestId, RequestState};

use std::sync::Arc;
use std::time::Duration;

use crate::esia::EsiaClient;
use crate::linking::Linking;
use crate::platform::clock::Clock;
use crate::platform::secret::Keys;
use crate::sign_in::EsiaSignIn;
use crate::store::Store;

/// The service that sends people to ESIA and takes them back. Built once; clones share everything.
#[derive(Clone, Debug)]
pub struct Federation {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) keys: Arc<Keys>,
    pub(crate) esia: EsiaClient,
    pub(crate) linking: Linking,
    pub(crate) sign_in: EsiaSignIn,
    /// How long a doubled callback waits for the first one's result.
    pub(crate) patience: Duration,
}

impl Federation {
    /// Puts the service together. `request_timeout` is that of one exchange with ESIA; a callback makes two.
    pub fn new(
        store: Store,
        clock: Clock,
        keys: Arc<Keys>,
        esia: EsiaClient,
        linking: Linking,
        sign_in: EsiaSignIn,
        request_timeout: Duration,
    ) -> Self {
        let patience = request_timeout * 2 + Duration::from_secs(2);
        Self { store, clock, keys, esia, linking, sign_in, patience }
    }

    /// Whose tokens are believed.
    pub fn esia(&self) -> &EsiaClient {
        &self.esia
    }
}
