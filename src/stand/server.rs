//! Starts and stops the stand; the handle is for whoever runs it and for tests.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header::HeaderValue;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use url::Url;

use super::client::{Client, ClientError};
use super::fault::Fault;
use super::keys::{KeyError, SigningKeys, TokenAlgorithm};
use super::persona::Persona;
use super::settings::StandSettings;
use super::state::State;
use super::switches::Switches;
use super::{Stand, control, routes};

/// Bytes of a form at most.
const MAX_BODY: usize = 64 * 1024;
/// Seconds a stopping stand waits for answers under way.
const STOP_PATIENCE: u64 = 1;

/// Why the stand does not start.
#[derive(Debug, thiserror::Error)]
pub enum StandError {
    /// It would be reachable from other machines, which has to be asked for.
    #[error(
        "{0} is reachable from other machines; a training stand listens there only when told so explicitly"
    )]
    PublicAddress(SocketAddr),
    /// Who reaches the control address can turn everything.
    #[error("{0} is reachable from other machines; the control address never is")]
    PublicControl(SocketAddr),
    /// The address is taken or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The external address is not `http(s)://host[:port]`.
    #[error("the public address is not http(s)://host[:port]: {0}")]
    PublicUrl(String),
    /// The signing key cannot be had.
    #[error("signing key: {0}")]
    Key(#[from] KeyError),
    /// A relying party cannot be registered.
    #[error("client: {0}")]
    Client(#[from] ClientError),
}

/// Starts a stand in this runtime; it serves until stopped or until its handle is dropped.
///
/// # Errors
/// A public address without `allow_public`, a taken address, an unreadable key or certificate.
pub async fn start(settings: StandSettings) -> Result<StandHandle, StandError> {
    let StandSettings { listen, allow_public, control, dir, public_url, clients, clock, rules } = settings;
    if !listen.ip().is_loopback() && !allow_public {
        return Err(StandError::PublicAddress(listen));
    }
    if let Some(control) = control.filter(|control| !control.ip().is_loopback()) {
        return Err(StandError::PublicControl(control));
    }
    let failed = |e| StandError::Listen(listen, e);
    let listener = TcpListener::bind(listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let loaded = tokio::task::spawn_blocking(move || {
        let clients = clients.into_iter().map(Client::load).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, StandError>((SigningKeys::load(&dir)?, clients))
    });
    let (keys, clients) = loaded.await.map_err(|e| failed(io::Error::other(e)))??;
    let url = match public_url {
        Some(url) => url,
        None => Url::parse(&format!("http://{address}")).map_err(|e| StandError::PublicUrl(e.to_string()))?,
    };
    let stand = web::Data::new(Stand {
        issuer: issuer(&url).ok_or_else(|| StandError::PublicUrl(url.to_string()))?,
        content_security_policy: content_security_policy(&clients)
            .ok_or_else(|| StandError::PublicUrl(url.to_string()))?,
        url,
        clients,
        keys,
        clock,
        rules,
        state: State::default(),
        switches: Switches::default(),
    });
    let shared = stand.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY))
            .wrap(from_fn(routes::secure))
            .configure(routes::configure)
    })
    .workers(1)
    // A client that went away ends its request, also one that hangs on purpose.
    .h1_allow_half_closed(false)
    .shutdown_timeout(STOP_PATIENCE)
    .disable_signals()
    .listen(listener)
    .map_err(failed)?
    .run();
    let mut servers = vec![server.handle()];
    tokio::spawn(server);
    let mut control_address = None;
    if let Some(control) = control {
        let failed = |e| StandError::Listen(control, e);
        let listener = TcpListener::bind(control).map_err(failed)?;
        control_address = Some(listener.local_addr().map_err(failed)?);
        let server = serve_control(listener, stand.clone()).map_err(failed)?;
        servers.push(server.handle());
        tokio::spawn(server);
    }
    Ok(StandHandle { address, control_address, stand, servers })
}

fn serve_control(listener: TcpListener, stand: web::Data<Stand>) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(stand.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY))
            .wrap(from_fn(routes::secure))
            .configure(control::configure)
    });
    let server = server.workers(1).shutdown_timeout(STOP_PATIENCE).disable_signals();
    Ok(server.listen(listener)?.run())
}

/// `http`, whatever the address, and a slash at the end: so the provider writes itself.
fn issuer(url: &Url) -> Option<String> {
    let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https"))?;
    Some(url.port().map_or_else(|| format!("http://{host}/"), |port| format!("http://{host}:{port}/")))
}

fn content_security_policy(clients: &[Client]) -> Option<HeaderValue> {
    let origins: Vec<&str> = clients.iter().flat_map(Client::origins).map(String::as_str).collect();
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; \
         connect-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        origins.join(" ")
    );
    HeaderValue::from_str(&policy).ok()
}

/// A running stand.
pub struct StandHandle {
    address: SocketAddr,
    control_address: Option<SocketAddr>,
    stand: web::Data<Stand>,
    servers: Vec<ServerHandle>,
}

impl StandHandle {
    /// Its address for browsers.
    pub fn url(&self) -> &Url {
        &self.stand.url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its panel is, if it has one.
    pub fn control_address(&self) -> Option<SocketAddr> {
        self.control_address
    }

    /// `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        &self.stand.issuer
    }

    /// The certificate that its tokens are checked with where they are signed by RSA.
    pub fn certificate_file(&self) -> &Path {
        &self.stand.keys.published(TokenAlgorithm::Rs256).file
    }

    /// The certificate that its tokens are checked with where they are signed by GOST.
    pub fn gost_certificate_file(&self) -> &Path {
        &self.stand.keys.published(TokenAlgorithm::Gost).file
    }

    /// Misbehaves so from now on; `None` behaves again.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.stand.switches.set_fault(fault);
    }

    /// Takes this person for signed in and agreeing, so that no page is shown; `None` shows pages again.
    pub fn set_automatic(&self, persona: Option<&'static Persona>) {
        self.stand.switches.set_automatic(persona);
    }

    /// Token requests so far, refused ones included.
    pub fn token_requests(&self) -> u64 {
        self.stand.switches.counts().0
    }

    /// Requests for persons and contacts so far, refused ones included.
    pub fn person_requests(&self) -> u64 {
        self.stand.switches.counts().1
    }

    /// Times that a client followed a redirect it must not follow.
    pub fn followed_redirects(&self) -> u64 {
        self.stand.switches.counts().2
    }

    /// Finishes what is under way, for a second at most, and stops.
    pub async fn stop(self) {
        for server in &self.servers {
            server.stop(true).await;
        }
    }
}

impl Drop for StandHandle {
    fn drop(&mut self) {
        // The order to stop is given by the call itself; the future only waits for the end.
        for server in &self.servers {
            drop(server.stop(false));
        }
    }
}
