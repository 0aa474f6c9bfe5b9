//! The outgoing HTTP client: no redirects, no proxy, no compressed answers, deadlines and bounds.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use reqwest::redirect::Policy;

/// Names and values of an answer's headers together. hyper stops reading a head at about 400 KiB on its
/// own; this is the bound that we promise (`docs/security.md`, T16).
const MAX_HEAD: usize = 64 * 1024;

/// What bounds one outgoing exchange.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time to connect.
    pub connect_timeout: Duration,
    /// Time for the whole exchange, from the first byte sent to the last byte read.
    pub request_timeout: Duration,
    /// Bytes of a body that are read at most.
    pub max_body: usize,
}

/// An answer read whole, within the limits. `Debug` shows no body: it may hold tokens or a person.
pub struct Answer {
    /// HTTP status.
    pub status: http::StatusCode,
    /// Media type without parameters, lower case; empty when missing.
    pub content_type: String,
    /// `Date` header, if the server sent a readable one.
    pub date: Option<String>,
    /// The body, at most [`Limits::max_body`] bytes.
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status.as_u16(), self.body.len())
    }
}

/// Why there is no answer. Holds nothing of what the other side sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Nobody answers at that address, or TLS failed.
    #[error("cannot connect")]
    Connect,
    /// The whole exchange took longer than allowed.
    #[error("timed out")]
    Timeout,
    /// The head or the body is larger than allowed.
    #[error("answer too large")]
    TooLarge,
    /// The answer is compressed, which we never ask for.
    #[error("compressed answer")]
    Compressed,
    /// The connection broke or the answer is no HTTP.
    #[error("broken answer")]
    Broken,
}

/// An HTTP client for one other system.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    limits: Limits,
}

/// Why the client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the HTTP client: {0}")]
pub struct HttpClientError(String);

impl HttpClient {
    /// Builds a client. With `https_only`, plain addresses are refused; `extra_ca` is a PEM file
    /// trusted beside the system's roots.
    ///
    /// # Errors
    /// The CA file cannot be read or holds no certificate.
    pub fn new(limits: Limits, https_only: bool, extra_ca: Option<&Path>) -> Result<Self, HttpClientError> {
        let wrap = |error: &dyn fmt::Display| HttpClientError(error.to_string());
        #[allow(clippy::disallowed_methods, reason = "the one place that builds a client")]
        let mut builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(limits.connect_timeout)
            .timeout(limits.request_timeout)
            .no_proxy()
            .https_only(https_only)
            .user_agent(concat!("privyazka/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = extra_ca {
            let pem = std::fs::read(path).map_err(|e| wrap(&format!("{}: {e}", path.display())))?;
            for certificate in reqwest::Certificate::from_pem_bundle(&pem).map_err(|e| wrap(&e))? {
                builder = builder.add_root_certificate(certificate);
            }
        }
        Ok(Self { client: builder.build().map_err(|e| wrap(&e))?, limits })
    }

    /// A request to be completed by the caller and handed to [`HttpClient::send`].
    pub fn request(&self, method: http::Method, url: url::Url) -> reqwest::RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends the request and reads the whole answer under one deadline.
    ///
    /// # Errors
    /// No connection, no answer in time, or an answer above the limits.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer, FetchError> {
        tokio::time::timeout(self.limits.request_timeout, self.send_and_read(request))
            .await
            .map_err(|_| FetchError::Timeout)?
    }

    async fn send_and_read(&self, request: reqwest::RequestBuilder) -> Result<Answer, FetchError> {
        let mut response = request.send().await.map_err(|e| classify(&e))?;
        refuse_unasked(response.headers())?;
        if response.content_length().is_some_and(|length| length > self.limits.max_body as u64) {
            return Err(FetchError::TooLarge);
        }
        let status = response.status();
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = header(http::header::CONTENT_TYPE)
            .and_then(|value| value.split(';').next())
            .map(|value| value.trim().to_ascii_lowercase())
            .unwrap_or_default();
        let date = header(http::header::DATE).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| classify(&e))? {
            if body.len() + chunk.len() > self.limits.max_body {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, content_type, date, body })
    }
}

/// Refuses a head that is too large, or a body that would have to be unpacked.
fn refuse_unasked(headers: &http::HeaderMap) -> Result<(), FetchError> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > MAX_HEAD {
        return Err(FetchError::TooLarge);
    }
    let plain = headers
        .get_all(http::header::CONTENT_ENCODING)
        .iter()
        .all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if plain { Ok(()) } else { Err(FetchError::Compressed) }
}

fn classify(error: &reqwest::Error) -> FetchError {
    if error.is_timeout() {
        FetchError::Timeout
    } else if error.is_connect() {
        FetchError::Connect
    } else {
        FetchError::Broken
    }
}
