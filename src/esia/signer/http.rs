//! Signatures by a signing service: the message as the body of a POST, the bare signature as the body of the
//! answer.

use std::fmt;
use std::time::Duration;

use ::http::{Method, StatusCode, header};
use tokio::sync::Semaphore;
use url::Url;
use zeroize::Zeroizing;

use super::{AT_ONCE, SignError};
use crate::config::esia::EsiaSettings;
use crate::esia::setup_error::EsiaSetupError;
use crate::platform::http_client::{HttpClient, Limits};

const OCTETS: &str = "application/octet-stream";

/// More octets than any signature has.
const MAX_BODY: usize = 4096;

pub(super) struct HttpSource {
    http: HttpClient,
    url: Url,
    token: Option<Zeroizing<String>>,
    timeout: Duration,
    places: Semaphore,
}

impl HttpSource {
    pub(super) fn new(settings: &EsiaSettings) -> Result<Self, EsiaSetupError> {
        let setting = |reason: String| EsiaSetupError::Setting(format!("esia.signer_url: {reason}"));
        let url = settings.signer_url.clone().ok_or_else(|| setting("no address".to_owned()))?;
        let limits = Limits {
            connect_timeout: settings.connect_timeout,
            request_timeout: settings.signer_timeout,
            max_body: MAX_BODY,
        };
        let http = HttpClient::new(limits, url.scheme() == "https", settings.ca_file.as_deref())
            .map_err(|error| setting(error.to_string()))?;
        let token = match &settings.signer_token_file {
            Some(file) => {
                let text =
                    std::fs::read_to_string(file).map_err(|error| EsiaSetupError::file(file, error))?;
                Some(Zeroizing::new(Zeroizing::new(text).trim().to_owned()))
            }
            None => None,
        };
        let places = Semaphore::new(AT_ONCE);
        Ok(Self { http, url, token, timeout: settings.signer_timeout, places })
    }

    /// One request. Waiting for a place counts into its time.
    pub(super) async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        tokio::time::timeout(self.timeout, self.ask(message))
            .await
            .map_err(|_| SignError::Unavailable("the signing service took too long"))?
    }

    async fn ask(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let _place = self.places.acquire().await.map_err(|_| SignError::Unavailable("the service stops"))?;
        let mut request = self
            .http
            .request(Method::POST, self.url.clone())
            .header(header::CONTENT_TYPE, OCTETS)
            .header(header::ACCEPT, OCTETS)
            .body(message.to_vec());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.as_str());
        }
        let answer = self.http.send(request).await;
        let answer = answer.map_err(|_| SignError::Unavailable("no answer of the signing service"))?;
        match answer.status {
            StatusCode::OK => Ok(answer.body),
            status if status.is_server_error() => Err(SignError::Unavailable("the signing service fails")),
            _ => Err(SignError::Failed("the signing service refuses")),
        }
    }
}

impl fmt::Debug for HttpSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpSource({})", self.url)
    }
}
