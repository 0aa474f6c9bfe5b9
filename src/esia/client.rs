//! The calls in order: exchange the code, verify the tokens, fetch the person.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Method;
use oauth2::{AuthUrl, ClientId, RedirectUrl, TokenUrl};
use url::Url;
use uuid::Uuid;

use super::authorization_code::AuthorizationCode;
use super::authorization_url::{Wishes, authorization_url};
use super::availability::Availability;
use super::claims::{AttemptTimes, Expected};
use super::client_secret::RequestProver;
use super::endpoints::Endpoints;
use super::error::{EsiaError, EsiaErrorKind, Reason, Stage};
use super::esia_http::EsiaHttp;
use super::keys::{Role, TrustedKeys, note_validity};
use super::setup_error::EsiaSetupError;
use super::signer::{SignError, Signer};
use super::token::{OAuthClient, Tokens};
use super::{access_token, id_token, logout, person, token};
use crate::config::esia::EsiaSettings;
use crate::identity::{Issuer, VerifiedIdentity};
use crate::platform::clock::{Clock, Timestamp};
use crate::platform::http_client::{HttpClient, Limits};
use crate::platform::{metrics, random};

/// Answers of ESIA's have some ten kibibytes. Twenty that are larger, at once, may not cost twenty mebibytes,
/// with what a JSON text of short values becomes in memory.
const MAX_BODY: usize = 256 * 1024;
/// Pause between two probes, and the longest that one may take.
const PROBE_EVERY: Duration = Duration::from_secs(2);

/// Our side of one ESIA environment. Clones share everything.
#[derive(Clone)]
pub struct EsiaClient(Arc<Inner>);

struct Inner {
    http: EsiaHttp,
    oauth: OAuthClient,
    endpoints: Endpoints,
    prover: RequestProver,
    wishes: Wishes,
    keys: TrustedKeys,
    expected: Expected,
    clock: Clock,
    connection: String,
    availability: Availability,
}

impl EsiaClient {
    /// Reads keys and certificates and checks that they work. Blocks; meant for the start.
    ///
    /// # Errors
    /// A file that cannot be used, a key that does not fit its certificate, or an unusable address.
    pub fn new(settings: &EsiaSettings, redirect_uri: Url, clock: Clock) -> Result<Self, EsiaSetupError> {
        let endpoints = Endpoints::new(settings)?;
        let limits = Limits {
            connect_timeout: settings.connect_timeout,
            request_timeout: settings.request_timeout,
            max_body: MAX_BODY,
        };
        let https_only = settings.base_url.scheme() == "https";
        let http = HttpClient::new(limits, https_only, settings.ca_file.as_deref())
            .map_err(|error| EsiaSetupError::Setting(error.to_string()))?;
        let signer = Signer::new(settings)?;
        note_validity(Role::Own, signer.certificate(), clock.now());
        let issuer = settings.expected_issuer();
        let connection =
            [settings.base_url.as_str(), issuer.as_str(), &settings.client_id, redirect_uri.as_str()]
                .join(" ");
        let oauth: OAuthClient = oauth2::Client::new(ClientId::new(settings.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(endpoints.authorize()))
            .set_token_uri(TokenUrl::from_url(endpoints.token()))
            .set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()));
        let wishes = Wishes {
            scopes: settings.scopes.clone(),
            scope_org: settings.scope_org.join(" "),
            person_filter: settings.person_filter,
        };
        Ok(Self(Arc::new(Inner {
            http: EsiaHttp::new(http, clock.clone()),
            oauth,
            endpoints,
            prover: RequestProver {
                api: settings.api,
                client_id: settings.client_id.clone(),
                scope: settings.scopes.join(" "),
                scope_org: wishes.scope_org.clone(),
                redirect_uri: redirect_uri.into(),
                signer,
                clock: clock.clone(),
            },
            wishes,
            keys: TrustedKeys::read(&settings.trusted_certificate_files, settings.token_algorithm, &clock)?,
            expected: Expected {
                issuer,
                client_id: settings.client_id.clone(),
                clock_skew: settings.clock_skew,
            },
            clock,
            connection,
            availability: Availability::new(),
        })))
    }

    /// Names this environment: address, issuer, mnemonic and redirect address. Stored with an attempt, so
    /// that an answer meant for another environment is never taken for one of ours. The certificates are
    /// not part of it: they change while attempts are open.
    pub fn connection(&self) -> &str {
        &self.0.connection
    }

    /// Whose tokens are believed.
    pub fn issuer(&self) -> &Issuer {
        &self.0.expected.issuer
    }

    /// The address that sends a person to ESIA. Signs, so each call gives another one.
    ///
    /// # Errors
    /// The request cannot be signed.
    pub async fn authorization_url(&self, state: &Uuid) -> Result<Url, EsiaError> {
        let inner = &*self.0;
        let proof = inner.prover.prove(state, None).await.map_err(cannot_sign)?;
        Ok(authorization_url(&inner.oauth, &inner.wishes, proof))
    }

    /// Makes one signature, verifies it and throws it away: for the start, and for `privyazka doctor`.
    ///
    /// # Errors
    /// There is no signature, or it is not one of our certificate's key.
    pub async fn test_signer(&self) -> Result<(), SignError> {
        self.0.prover.signer.self_test().await
    }

    /// Turns a code into a person: two requests at most, each within `request_timeout`, none repeated.
    /// Tokens and code are gone when it returns.
    ///
    /// # Errors
    /// ESIA does not answer, refuses, or answers something that cannot be believed.
    pub async fn identify(
        &self,
        code: &AuthorizationCode,
        begun_at: Timestamp,
    ) -> Result<VerifiedIdentity, EsiaError> {
        let inner = &*self.0;
        let before = Instant::now();
        let result = match inner.availability.turn().await {
            Ok(_turn) => {
                let result = inner.identify(code, begun_at).await;
                let unanswered = result.as_ref().is_err_and(|e| e.kind() == EsiaErrorKind::Unavailable);
                inner.availability.note_exchange(!unanswered);
                result
            }
            Err(_) => Err(EsiaError::new(Stage::Request, Reason::NotAsked)),
        };
        let name = match &result {
            Ok(_) => "person",
            Err(error) if error.is_not_asked() => "not_tried",
            Err(error) if error.kind() == EsiaErrorKind::Unavailable => "unanswered",
            Err(_) => "refused",
        };
        metrics::note_esia_exchange(name, before.elapsed());
        result
    }

    /// Whether ESIA answers, as the last exchanges tell.
    pub fn availability(&self) -> &Availability {
        &self.0.availability
    }

    /// Whether both addresses of an exchange answer, without a code; how far our clock is ahead of ESIA's,
    /// if the answers bear a time. For `privyazka doctor`.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn reach(&self) -> Result<Option<chrono::Duration>, EsiaError> {
        self.0.reach().await.map_err(EsiaError::at(Stage::Request))
    }

    /// While ESIA is down, asks every two seconds whether it is back. Runs until it is dropped.
    pub async fn watch(&self) {
        loop {
            self.0.availability.down().await;
            tokio::time::sleep(PROBE_EVERY).await;
            let answered = tokio::time::timeout(PROBE_EVERY, self.0.reach()).await;
            self.0.availability.note_probe(matches!(answered, Ok(Ok(_))));
        }
    }

    /// The address that ends ESIA's session in the browser and comes back to `return_to`.
    pub fn logout_url(&self, return_to: &Url) -> Url {
        logout::logout_url(&self.0.endpoints, &self.0.expected.client_id, return_to)
    }
}

impl Inner {
    async fn identify(
        &self,
        code: &AuthorizationCode,
        begun_at: Timestamp,
    ) -> Result<VerifiedIdentity, EsiaError> {
        let tokens = self.exchange(code).await?;
        let times = AttemptTimes { begun_at, now: self.clock.now() };
        let signed_in = id_token::verify(&tokens.id_token, &self.keys, &self.expected, times)
            .map_err(EsiaError::at(Stage::IdToken))?;
        access_token::verify(&tokens.access_token, signed_in.subject, &self.keys, &self.expected, times)
            .map_err(EsiaError::at(Stage::AccessToken))?;
        let embedded = person::Embedded {
            contacts: self.wishes.asks_for(&["email", "contacts"]),
            documents: self.wishes.asks_for(&["id_doc"]),
        };
        person::fetch(&self.http, &self.endpoints, signed_in.subject, &tokens, embedded)
            .await
            .and_then(|person| person.into_identity(self.expected.issuer.clone(), &signed_in))
            .map_err(EsiaError::at(Stage::Person))
    }

    /// Asks both addresses of an exchange for nothing: a refusal is an answer, and costs nobody a code.
    async fn reach(&self) -> Result<Option<chrono::Duration>, Reason> {
        let token = self.http.request(Method::POST, self.endpoints.token());
        let person = self.http.request(Method::GET, self.endpoints.people());
        let mut ahead = None;
        for request in [token, person] {
            let (answer, difference) = self.http.send_and_compare(request).await?;
            if answer.status.is_server_error() {
                return Err(Reason::Status(answer.status.as_u16()));
            }
            ahead = difference.or(ahead);
        }
        Ok(ahead)
    }

    async fn exchange(&self, code: &AuthorizationCode) -> Result<Tokens, EsiaError> {
        // A state of its own: that of the authorize request belongs to the browser.
        let proof = self.prover.prove(&random::uuid(), Some(code)).await.map_err(cannot_sign)?;
        token::exchange(&self.http, &self.oauth, &self.prover, proof, code)
            .await
            .map_err(EsiaError::at(Stage::Token))
    }
}

/// For `map_err`: tells the operator why, and the rest of the service that it is so.
fn cannot_sign(error: SignError) -> EsiaError {
    tracing::error!(%error, "a request to ESIA could not be signed");
    EsiaError::new(Stage::Request, Reason::Signing)
}

impl fmt::Debug for EsiaClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EsiaClient({})", self.0.connection)
    }
}
