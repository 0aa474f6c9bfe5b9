//! `POST /aas/oauth2/te` and `/v3/te`: a code or a refresh token for tokens.

use actix_web::web::{self, Bytes};
use actix_web::{Error, HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::Stand;
use super::fault::Fault;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::signed_request::{self, Api, Step};
use super::state::{Grant, Issued, Redeemer};
use super::tokens::{ACCESS_LIFETIME, Mint};
use crate::platform::random;

const JSON: &str = "application/json;charset=UTF-8";
/// `scope` is mandatory too, but its absence has a code of its own.
const FOR_CODE: &[&str] =
    &["client_secret", "timestamp", "redirect_uri", "state", "code", "grant_type", "token_type"];
/// Of the two forms that sources tell, one has no address.
const FOR_REFRESH: &[&str] =
    &["client_secret", "timestamp", "state", "refresh_token", "grant_type", "token_type"];

/// The legacy token address.
pub(super) async fn legacy(
    request: HttpRequest,
    stand: web::Data<Stand>,
    body: Result<Bytes, Error>,
) -> HttpResponse {
    exchange(&request, &stand, body, Api::Legacy).await
}

/// The current token address.
pub(super) async fn current(
    request: HttpRequest,
    stand: web::Data<Stand>,
    body: Result<Bytes, Error>,
) -> HttpResponse {
    exchange(&request, &stand, body, Api::Current).await
}

async fn exchange(
    request: &HttpRequest,
    stand: &Stand,
    body: Result<Bytes, Error>,
    api: Api,
) -> HttpResponse {
    stand.switches.count_token_request();
    let fault = stand.switches.fault();
    if let Some(Fault::TokenAnswer(answer)) = fault {
        return answer.respond().await;
    }
    let body = body.unwrap_or_default();
    // A few clients put everything into the query and send no body.
    let in_query = body.is_empty() && !request.query_string().is_empty();
    let tolerated = in_query && !stand.rules.refuse_tolerated;
    if tolerated {
        tracing::info!("token request in the query: tolerated");
    }
    let parameters =
        Parameters::parse(if tolerated { request.query_string().as_bytes() } else { body.as_ref() });
    let answer = redeem(stand, api, &parameters, fault);
    // Only a good request is refused on purpose: a bad one keeps its own refusal.
    if let (Ok(_), Some(Fault::TokenRefuses(code))) = (&answer, fault) {
        return refuse(code.oauth_error(), &code.description(), parameters.get("state"));
    }
    match answer {
        Ok(answer) => HttpResponse::Ok().content_type(JSON).body(answer.to_string()),
        Err(refusal) => {
            tracing::info!(code = refusal.code(), "token request refused");
            refuse(refusal.oauth_error(), &refusal.description(), parameters.get("state"))
        }
    }
}

fn refuse(error: &str, description: &str, state: &str) -> HttpResponse {
    let mut answer = json!({ "error": error, "error_description": description });
    if !state.is_empty() {
        answer["state"] = json!(state);
    }
    HttpResponse::BadRequest().content_type(JSON).body(answer.to_string())
}

fn redeem(stand: &Stand, api: Api, parameters: &Parameters, fault: Option<Fault>) -> Result<Value, Refusal> {
    parameters.require(&["client_id"])?;
    let client = stand.find_client(parameters.get("client_id")).ok_or(Refusal::UnknownClient)?;
    parameters.refuse_repeated()?;
    let step = match parameters.get("grant_type") {
        "refresh_token" => Step::Refresh,
        _ => Step::Code,
    };
    parameters.require(if step == Step::Refresh { FOR_REFRESH } else { FOR_CODE })?;
    if !matches!(parameters.get("grant_type"), "authorization_code" | "refresh_token") {
        return Err(Refusal::GrantType);
    }
    if parameters.get("token_type") != "Bearer" {
        return Err(Refusal::Malformed("token_type"));
    }
    let signed = signed_request::check(stand, client, api, step, parameters)?;
    let now = stand.now();
    let mint = stand.mint(&client.id, fault);
    let issue = |grant: &Grant| issue(&mint, grant, &signed.state, fault);
    if step == Step::Refresh {
        return stand.state.refresh(
            parameters.get("refresh_token"),
            &client.id,
            signed.scope.clone(),
            now,
            issue,
        );
    }
    let by = Redeemer {
        client_id: &client.id,
        redirect_uri: parameters.get("redirect_uri"),
        verifier: parameters.get("code_verifier"),
        new_state: stand.rules.refuse_tolerated.then_some(&signed.state),
    };
    stand.state.redeem(parameters.get("code"), &by, stand.rules.refresh_lifetime, now, issue)
}

/// The tokens of a grant and the answer that tells of them.
fn issue(mint: &Mint<'_>, grant: &Grant, state: &str, fault: Option<Fault>) -> Issued {
    if grant.trip.state == state {
        tracing::info!("the state of the authorize request at the token address: tolerated");
    }
    let access_token = mint.access_token(grant);
    let mut answer = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": ACCESS_LIFETIME,
        "state": state,
    });
    if grant.trip.scope.contains("openid") {
        answer["id_token"] = json!(mint.id_token(grant));
    }
    let refresh_token = grant.trip.offline.then(|| random::uuid().to_string());
    if let Some(token) = &refresh_token {
        answer["refresh_token"] = json!(token);
    }
    if let Some(Fault::Token(fault)) = fault {
        fault.spoil(&mut answer);
    }
    Issued { access_token, refresh_token, answer }
}
