//! What a stand is started with. Each rule answers a question that the protocol's sources leave open.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::Duration;
use url::Url;

use super::client::RegisteredClient;
use crate::platform::clock::Clock;

/// What a stand is started with.
#[derive(Clone, Debug)]
pub struct StandSettings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether `listen` may be reachable from other machines.
    pub allow_public: bool,
    /// Where the control address listens, if anywhere; never reachable from other machines.
    pub control: Option<SocketAddr>,
    /// Where the stand's keys are kept.
    pub dir: PathBuf,
    /// Its address for browsers, if not the listening one.
    pub public_url: Option<Url>,
    /// Relying parties.
    pub clients: Vec<RegisteredClient>,
    /// The time.
    pub clock: Clock,
    /// How it behaves.
    pub rules: Rules,
}

/// How the stand behaves where the provider can be set, or where nobody knows how the provider does.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How far a request's timestamp may be from our clock.
    pub clock_tolerance: Duration,
    /// Whether the legacy addresses take requests signed by RSA, as in the first years.
    pub accept_rsa_requests: bool,
    /// Whether an authorize request with the same client, state and timestamp is refused the second time.
    pub refuse_repeated_requests: bool,
    /// Whether forms that the sources disagree about are refused instead of noted: a hash in lower case, padded
    /// or standard base64 of a raw signature, a token request in the query or with the authorize request's state.
    pub refuse_tolerated: bool,
    /// How long a code may be redeemed.
    pub code_lifetime: Duration,
    /// How long a person stays signed in here.
    pub session_lifetime: Duration,
    /// How long a refresh token may be used.
    pub refresh_lifetime: Duration,
    /// Whether a person is asked once, or at each sign-in.
    pub remember_consent: bool,
    /// Whether a request may say who signs in, so that no page is shown: automatic mode without the panel.
    pub take_login_hints: bool,
    /// Whether all tokens name the certificate that verifies them; codes always do.
    pub name_certificate_everywhere: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            clock_tolerance: Duration::minutes(5),
            accept_rsa_requests: false,
            refuse_repeated_requests: false,
            refuse_tolerated: false,
            code_lifetime: Duration::seconds(240),
            session_lifetime: Duration::hours(3),
            refresh_lifetime: Duration::days(30),
            remember_consent: true,
            take_login_hints: false,
            name_certificate_everywhere: false,
        }
    }
}

impl StandSettings {
    /// A stand for this machine alone.
    pub fn new(listen: SocketAddr, dir: impl Into<PathBuf>, clients: Vec<RegisteredClient>) -> Self {
        Self {
            listen,
            allow_public: false,
            control: None,
            dir: dir.into(),
            public_url: None,
            clients,
            clock: Clock::system(),
            rules: Rules::default(),
        }
    }

    /// The same with requests signed by RSA allowed at the legacy addresses.
    #[must_use]
    pub fn accepting_rsa(mut self) -> Self {
        self.rules.accept_rsa_requests = true;
        self
    }
}
