//! The training stand: a provider that speaks ESIA's protocol to relying parties and shows people pages of
//! its own, with invented people and faults on demand.
//!
//! It exists so that the whole journey can be run, shown and tested on one machine. It judges the client
//! instead of believing it: signatures, times, addresses and scopes are really checked. So it shares no
//! module with `esia`; both are held to the same protocol (`docs/esia.md`), not to each other. Its state
//! is a value inside [`StandHandle`]: several stands live side by side. Purpose, faults and how to extend
//! it: `docs/stand.md`.

mod admission;
mod assets;
mod authorize;
mod certificate;
mod certificates;
mod client;
mod client_secret;
mod consent;
mod control;
pub mod credentials;
pub mod fault;
mod keys;
mod logout;
pub mod organisation;
mod parameters;
pub mod persona;
mod pkce;
mod raw_secret;
mod refusal;
mod rest;
mod routes;
mod scope;
mod server;
mod session;
mod settings;
mod sign_in;
mod signed_request;
mod start_page;
mod state;
mod switches;
mod token;
mod tokens;
mod view;

use actix_web::http::header::HeaderValue;
use url::Url;

use self::client::Client;
pub use self::client::{ClientError, RegisteredClient};
pub use self::fault::{
    AnswerFault, CallbackFault, Fault, PersonFault, ProviderCode, TokenFault, TokensFault,
};
use self::keys::SigningKeys;
pub use self::keys::{KeyError, TokenAlgorithm};
pub use self::scope::DEFAULT_GRANTED;
pub use self::server::{StandError, StandHandle, start};
pub use self::session::SESSION_COOKIE;
pub use self::settings::{Rules, StandSettings};
use self::state::{State, Trip};
use self::switches::Switches;
use self::tokens::Mint;
use crate::platform::clock::{Clock, Timestamp};

/// Everything a request needs.
struct Stand {
    url: Url,
    issuer: String,
    content_security_policy: HeaderValue,
    clients: Vec<Client>,
    keys: SigningKeys,
    clock: Clock,
    rules: Rules,
    state: State,
    switches: Switches,
}

impl Stand {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The mnemonic is case-sensitive.
    fn find_client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    fn client_name(&self, trip: &Trip) -> String {
        self.find_client(&trip.client_id).map_or_else(String::new, |client| client.name.clone())
    }

    /// What makes this client's tokens now.
    fn mint(&self, client_id: &str, fault: Option<Fault>) -> Mint<'_> {
        let algorithm = self.find_client(client_id).map(|client| client.token_algorithm);
        Mint {
            issuer: &self.issuer,
            keys: &self.keys,
            algorithm: algorithm.unwrap_or(TokenAlgorithm::Rs256),
            now: self.now(),
            code_lifetime: self.rules.code_lifetime,
            name_certificate_everywhere: self.rules.name_certificate_everywhere,
            fault,
        }
    }

    /// Our address as the person service writes it: always with a port.
    fn rest_address(&self) -> String {
        let port = self.url.port_or_known_default().unwrap_or(443);
        format!("{}://{}:{port}", self.url.scheme(), self.url.host_str().unwrap_or_default())
    }
}
