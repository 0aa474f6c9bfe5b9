//! `POST /aas/oauth2/te`: a code for tokens.

use actix_web::web::{self, Bytes};
use actix_web::{Error, HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::Stand;
use super::fault::Fault;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::tokens::{ACCESS_LIFETIME, Mint};

const JSON: &str = "application/json;charset=UTF-8";
/// `scope` is mandatory too, but its absence has a code of its own.
const MANDATORY: &[&str] =
    &["client_secret", "timestamp", "redirect_uri", "state", "code", "grant_type", "token_type"];

/// The token address.
pub(super) async fn exchange(
    request: HttpRequest,
    stand: web::Data<Stand>,
    body: Result<Bytes, Error>,
) -> HttpResponse {
    stand.switches.count_token_request();
    let fault = stand.switches.fault();
    if let Some(Fault::TokenAnswer(answer)) = fault {
        return answer.respond().await;
    }
    let body = body.unwrap_or_default();
    // A few clients put everything into the query and send no body.
    let tolerated = body.is_empty() && !request.query_string().is_empty();
    if tolerated {
        tracing::info!("token request in the query: tolerated");
    }
    let parameters =
        Parameters::parse(if tolerated { request.query_string().as_bytes() } else { body.as_ref() });
    let answer = redeem(&stand, &parameters, fault);
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

fn redeem(stand: &Stand, parameters: &Parameters, fault: Option<Fault>) -> Result<Value, Refusal> {
    parameters.require(&["client_id"])?;
    let client = stand.find_client(parameters.get("client_id")).ok_or(Refusal::UnknownClient)?;
    parameters.require(MANDATORY)?;
    if parameters.get("grant_type") != "authorization_code" {
        return Err(Refusal::GrantType);
    }
    if parameters.get("token_type") != "Bearer" {
        return Err(Refusal::Malformed("token_type"));
    }
    let now = stand.now();
    let signed = client.check(parameters, now, stand.clock_tolerance)?;
    let mint = Mint { issuer: &stand.issuer, key: &stand.key, now, fault };
    let (code, redirect_uri) = (parameters.get("code"), parameters.get("redirect_uri"));
    stand.state.redeem(code, &client.id, redirect_uri, now, |grant| {
        let access_token = mint.access_token(grant);
        let mut answer = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFETIME,
            "state": signed.state,
        });
        if grant.scope.contains("openid") {
            answer["id_token"] = json!(mint.id_token(grant));
        }
        if let Some(Fault::Token(fault)) = fault {
            fault.spoil(&mut answer);
        }
        (access_token, answer)
    })
}
