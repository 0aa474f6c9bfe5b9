//! The exchange of a code for tokens.
//!
//! The fixed part of OAuth comes from the `oauth2` crate: the form, and the two shapes of an answer. What
//! an answer must be before it gets there is checked here.

use std::fmt;

use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, ClientSecret, EndpointNotSet, EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse,
    RequestTokenError, StandardRevocableToken, StandardTokenResponse, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::authorization_code::AuthorizationCode;
use super::callback_error::{classify, esia_code};
use super::client_secret::{Proof, RequestProver};
use super::error::Reason;
use super::esia_http::EsiaHttp;
use super::strict_json;
use crate::platform::http_client::Answer;

/// The oauth2 client of ESIA: its addresses are set, its secret is set anew for each request.
pub(super) type OAuthClient = oauth2::Client<
    BasicErrorResponse,
    EsiaTokenResponse,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

type EsiaTokenResponse = StandardTokenResponse<EsiaFields, BasicTokenType>;

/// What ESIA adds to OAuth's answer.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct EsiaFields {
    id_token: String,
    state: String,
}

impl ExtraTokenFields for EsiaFields {}

impl fmt::Debug for EsiaFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EsiaFields(…)")
    }
}

/// Both tokens of an answer, not yet believed. Wiped when dropped; `Debug` shows nothing.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) access_token: String,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(…)")
    }
}

/// Exchanges the code once. A code is never sent twice: ESIA takes a repeat for an attack.
pub(super) async fn exchange(
    http: &EsiaHttp,
    oauth: &OAuthClient,
    prover: &RequestProver,
    proof: Proof,
    code: &AuthorizationCode,
) -> Result<Tokens, Reason> {
    let state = proof.state.clone();
    let oauth = oauth
        .clone()
        .set_auth_type(AuthType::RequestBody)
        .set_client_secret(ClientSecret::new(proof.client_secret));
    let mut request = oauth
        .exchange_code(oauth2::AuthorizationCode::new(code.expose().to_owned()))
        .add_extra_param("scope", prover.scope.as_str())
        .add_extra_param("timestamp", proof.timestamp)
        .add_extra_param("state", proof.state)
        .add_extra_param("token_type", "Bearer");
    if let Some(hash) = proof.certificate_hash {
        request = request.add_extra_param("client_certificate_hash", hash);
    }
    if !prover.scope_org.is_empty() {
        request = request.add_extra_param("scope_org", prover.scope_org.as_str());
    }
    let answer =
        request.request_async(&|request| send(http, request)).await.map_err(|error| reason(&error))?;
    if !matches!(answer.token_type(), BasicTokenType::Bearer) {
        return Err(Reason::Malformed("token_type"));
    }
    if answer.extra_fields().state != state {
        return Err(Reason::ForeignState);
    }
    Ok(Tokens {
        id_token: answer.extra_fields().id_token.clone(),
        access_token: answer.access_token().secret().clone(),
    })
}

async fn send(http: &EsiaHttp, request: HttpRequest) -> Result<HttpResponse, Reason> {
    let (parts, body) = request.into_parts();
    let url = parts.uri.to_string().parse().map_err(|_| Reason::Malformed("own address"))?;
    let request = http.request(parts.method, url).headers(parts.headers).body(body);
    let answer = http.send(request).await?;
    // Whatever a failing server says beside its status does not interest us.
    match answer.status.as_u16() {
        200 | 400 | 401 | 403 => {}
        status => return Err(Reason::Status(status)),
    }
    let mut response = HttpResponse::new(plain_oauth(&answer)?);
    *response.status_mut() = answer.status;
    Ok(response)
}

/// The answer as OAuth knows it: strict JSON, and without `expires_in`, which ESIA's clients have met as a
/// number and as text. We use a token at once or never.
fn plain_oauth(answer: &Answer) -> Result<Vec<u8>, Reason> {
    let mut json = json_object(answer)?;
    let lifetime_is_read = match json.remove("expires_in") {
        None => true,
        Some(Value::Number(seconds)) => seconds.as_u64().is_some(),
        Some(Value::String(seconds)) => seconds.parse::<u32>().is_ok(),
        Some(_) => false,
    };
    if !lifetime_is_read {
        return Err(Reason::Malformed("expires_in"));
    }
    serde_json::to_vec(&json).map_err(|_| Reason::Json)
}

/// The answer's JSON object, if it says it is one and is.
pub(super) fn json_object(answer: &Answer) -> Result<serde_json::Map<String, Value>, Reason> {
    if answer.content_type != "application/json" {
        return Err(Reason::ContentType);
    }
    match strict_json::parse(&answer.body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Reason::Json),
    }
}

/// Keeps of oauth2's error only what holds nothing of the answer: its `Parse` carries the whole body.
fn reason(error: &RequestTokenError<Reason, BasicErrorResponse>) -> Reason {
    match error {
        RequestTokenError::Request(reason) => *reason,
        RequestTokenError::ServerResponse(refusal) => {
            let description = refusal.error_description().map(String::as_str);
            Reason::Refused {
                meaning: classify(BasicErrorResponseType::as_ref(refusal.error()), description),
                code: description.and_then(esia_code),
            }
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Reason::Malformed("a token field"),
    }
}
