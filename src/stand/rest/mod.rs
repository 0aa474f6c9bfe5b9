//! `/rs`: persons, what belongs to them, and organisations, as far as the access token opens them.

mod collection;
mod organisation;
mod person;
mod records;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use self::collection::{Collection, NotOpened};
use super::Stand;
use super::fault::Fault;
use super::organisation::Organisation;
use super::parameters::Parameters;
use super::state::Access;

const JSON: &str = "application/json;charset=UTF-8";

/// `GET /rs/prns/{oid}` and whatever is below it, with or without a slash at the end.
pub(super) async fn person(
    request: HttpRequest,
    stand: web::Data<Stand>,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    stand.switches.count_person_request();
    match stand.switches.fault() {
        Some(Fault::PersonAnswer(answer)) => return answer.respond().await,
        Some(Fault::Person(fault)) => {
            if let Some(refusal) = fault.refusal() {
                return refusal;
            }
        }
        _ => {}
    }
    let (oid, below) = path.into_inner();
    let Some(access) = bearer(&request, &stand).filter(|access| access.persona.oid.to_string() == oid) else {
        return unauthorized();
    };
    let embed = embedded(&request);
    let base = format!("{}/rs/prns/{oid}", stand.rest_address());
    let segments: Vec<&str> = below.split('/').filter(|segment| !segment.is_empty()).collect();
    let found = match segments.as_slice() {
        [] => Ok(("Person-1", person::with_fault(&stand, &access, &base, &embed))),
        [name] => Collection::find(name, &access).map(|found| {
            (found.schema, found.json(&format!("{base}/{name}"), embed.contains(&"elements".to_owned())))
        }),
        [name, id] => Collection::find(name, &access).and_then(|found| found.item(id)),
        ["kids", id, "docs"] => collection::documents_of_child(&access, id).map(|found| {
            let own = format!("{base}/kids/{id}/docs");
            (found.schema, found.json(&own, embed.contains(&"elements".to_owned())))
        }),
        ["kids", id, "docs", document] => {
            collection::documents_of_child(&access, id).and_then(|found| found.item(document))
        }
        _ => Err(NotOpened::Unknown),
    };
    let own = format!("{base}{}", segments.iter().map(|segment| format!("/{segment}")).collect::<String>());
    match found {
        Ok((schema, data)) => answer(&stand, &own, "prn", schema, &data),
        Err(NotOpened::Scope) => scope_not_allowed(),
        Err(NotOpened::Unknown) => not_found(),
    }
}

/// `GET /rs/orgs/{oid}`: for those who work there.
pub(super) async fn organisation(
    request: HttpRequest,
    stand: web::Data<Stand>,
    oid: web::Path<String>,
) -> HttpResponse {
    let Some(access) = bearer(&request, &stand) else { return unauthorized() };
    let Some(organisation) = oid.parse().ok().and_then(Organisation::find) else { return not_found() };
    if !access.opens_organisations() || !organisation.employees.contains(&access.persona.oid) {
        return scope_not_allowed();
    }
    let own = format!("{}/rs/orgs/{oid}", stand.rest_address());
    answer(&stand, &own, "org", "Organization-1", &organisation::json(organisation))
}

/// Every other address below `/rs`.
pub(super) fn not_found() -> HttpResponse {
    HttpResponse::NotFound().content_type(JSON).body(json!({ "message": "no such resource" }).to_string())
}

/// Without a token that fits.
pub(super) fn unauthorized() -> HttpResponse {
    HttpResponse::Unauthorized()
        .insert_header((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""))
        .content_type(JSON)
        .body(json!({ "message": "the token is missing, expired or about somebody else" }).to_string())
}

/// The token's scopes do not open it.
pub(super) fn scope_not_allowed() -> HttpResponse {
    let body = json!({ "code": "ESIA-005029", "message": "SecurityErrorEnum.scopeNotAllowed" });
    HttpResponse::build(StatusCode::FORBIDDEN).content_type(JSON).body(body.to_string())
}

fn bearer(request: &HttpRequest, stand: &Stand) -> Option<Access> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let access = stand.state.find_access(token.trim(), stand.now())?;
    scheme.eq_ignore_ascii_case("bearer").then_some(access)
}

fn answer(stand: &Stand, own: &str, family: &str, schema: &str, data: &Value) -> HttpResponse {
    let model = format!("<{}/rs/model/{family}/{schema}>;rel=schema", stand.rest_address());
    HttpResponse::Ok()
        .content_type(JSON)
        .insert_header((header::LOCATION, own))
        .insert_header((header::LINK, model))
        .insert_header((header::ETAG, format!("\"{}\"", hash(&format!("{own} {schema}")))))
        .body(data.to_string())
}

/// The names in `embed=(a,b.elements)`.
fn embedded(request: &HttpRequest) -> Vec<String> {
    let query = Parameters::parse(request.query_string().as_bytes());
    let list = query.get("embed").trim_start_matches('(').trim_end_matches(')');
    list.split(',').map(|part| part.trim().to_owned()).collect()
}

/// 40 upper-case hexadecimal digits.
fn hash(text: &str) -> String {
    hex::encode_upper(&digest(&SHA256, text.as_bytes()).as_ref()[..20])
}
