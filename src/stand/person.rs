//! `/rs/prns/{oid}` and its contacts: what the access token's scopes open, and nothing beside.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::Stand;
use super::fault::Fault;
use super::parameters::Parameters;
use super::persona::{AccountLevel, Persona};
use super::state::Access;
use super::tokens::other_than;

const JSON: &str = "application/json;charset=UTF-8";
/// When the invented data were last changed.
const UPDATED_ON: i64 = 1_767_225_600;

/// `GET /rs/prns/{oid}`.
pub(super) async fn person(
    request: HttpRequest,
    stand: web::Data<Stand>,
    oid: web::Path<String>,
) -> HttpResponse {
    if let Some(bad) = misbehaviour(&stand).await {
        return bad;
    }
    match authorize(&request, &stand, &oid) {
        None => unauthorized(),
        Some(access) => {
            let embed = embedded(&request);
            let with_contacts = embed.iter().any(|part| part == "contacts.elements");
            let data = person_data_or_fault(&stand, &access, with_contacts);
            answer(&stand, access.persona, "Person-1", "", data)
        }
    }
}

/// `GET /rs/prns/{oid}/ctts`.
pub(super) async fn contacts(
    request: HttpRequest,
    stand: web::Data<Stand>,
    oid: web::Path<String>,
) -> HttpResponse {
    if let Some(bad) = misbehaviour(&stand).await {
        return bad;
    }
    match authorize(&request, &stand, &oid) {
        None => unauthorized(),
        Some(access) if !access.scope.allows_contacts() => scope_not_allowed(),
        Some(access) => {
            let inline = embedded(&request).iter().any(|part| part == "elements");
            answer(&stand, access.persona, "Contacts-1", "/ctts", collection(&stand, &access, inline))
        }
    }
}

/// `GET /rs/prns/{oid}/ctts/{id}`.
pub(super) async fn contact(
    request: HttpRequest,
    stand: web::Data<Stand>,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    if let Some(bad) = misbehaviour(&stand).await {
        return bad;
    }
    let (oid, id) = path.into_inner();
    match authorize(&request, &stand, &oid) {
        None => unauthorized(),
        Some(access) if !access.scope.allows_contacts() => scope_not_allowed(),
        Some(access) => match readable_contacts(&access)
            .into_iter()
            .find(|contact| contact.id.to_string() == id)
        {
            Some(found) => answer(&stand, access.persona, "Contact-1", &format!("/ctts/{id}"), found.json()),
            None => not_found(),
        },
    }
}

async fn misbehaviour(stand: &Stand) -> Option<HttpResponse> {
    stand.switches.count_person_request();
    match stand.switches.fault()? {
        Fault::PersonAnswer(answer) => Some(answer.respond().await),
        Fault::Person(fault) => fault.refusal(),
        _ => None,
    }
}

fn person_data_or_fault(stand: &Stand, access: &Access, with_contacts: bool) -> Value {
    let Some(Fault::Person(fault)) = stand.switches.fault() else {
        return person_data(stand, access, with_contacts);
    };
    let persona = if fault.is_other_person() { other_than(access.persona) } else { access.persona };
    let mut data = person_data(stand, &Access { persona, ..access.clone() }, with_contacts);
    fault.spoil(&mut data, persona.oid);
    data
}

/// What the token opens, if it is about the person of the address.
fn authorize(request: &HttpRequest, stand: &Stand, oid: &str) -> Option<Access> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let access = stand.state.find_access(token.trim(), stand.now())?;
    (scheme.eq_ignore_ascii_case("bearer") && access.persona.oid.to_string() == oid).then_some(access)
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

/// An address of the person service that does not exist.
pub(super) fn not_found() -> HttpResponse {
    HttpResponse::NotFound().content_type(JSON).body(json!({ "message": "no such resource" }).to_string())
}

fn answer(stand: &Stand, persona: &Persona, schema: &str, rest: &str, data: Value) -> HttpResponse {
    let base = stand.address();
    let own = format!("{base}/rs/prns/{}{rest}", persona.oid);
    HttpResponse::Ok()
        .content_type(JSON)
        .insert_header((header::LOCATION, own))
        .insert_header((header::LINK, format!("<{base}/rs/model/prn/{schema}>;rel=schema")))
        .insert_header((header::ETAG, format!("\"{}\"", tag(persona, schema))))
        .body(data.to_string())
}

/// The names in `embed=(a,b.elements)`.
fn embedded(request: &HttpRequest) -> Vec<String> {
    let query = Parameters::parse(request.query_string().as_bytes());
    let list = query.get("embed").trim_start_matches('(').trim_end_matches(')');
    list.split(',').map(|part| part.trim().to_owned()).collect()
}

/// Fields without their scope are absent, not null.
fn person_data(stand: &Stand, access: &Access, with_contacts: bool) -> Value {
    let Access { persona, scope, .. } = access;
    let mut data = json!({
        "stateFacts": ["EntityRoot"],
        "eTag": tag(persona, "Person-1"),
        "trusted": persona.level == AccountLevel::Confirmed,
        "verifying": false,
        "status": "REGISTERED",
        "containsUpCfmCode": false,
        "rfgUOperatorCheck": false,
        "updatedOn": UPDATED_ON,
    });
    if persona.level == AccountLevel::Child {
        data["kidAccCreatedByParent"] = json!(true);
    }
    if scope.contains("fullname") {
        data["lastName"] = json!(persona.last_name);
        data["firstName"] = json!(persona.first_name);
        data["middleName"] = json!(persona.middle_name);
    }
    if scope.contains("birthdate") {
        data["birthDate"] = json!(persona.birth_date);
    }
    if scope.contains("gender") {
        data["gender"] = json!(persona.gender);
    }
    if scope.contains("snils") && persona.has_snils() {
        data["snils"] = json!(persona.snils());
    }
    if with_contacts && scope.allows_contacts() {
        data["contacts"] = collection(stand, access, true);
    }
    data
}

struct Contact {
    id: i64,
    kind: &'static str,
    value: &'static str,
}

impl Contact {
    fn json(&self) -> Value {
        json!({
            "stateFacts": ["Identifiable"],
            "id": self.id,
            "type": self.kind,
            "vrfStu": "VERIFIED",
            "value": self.value,
            "eTag": hash(&format!("contact {}", self.id)),
        })
    }
}

fn readable_contacts(access: &Access) -> Vec<Contact> {
    let persona = access.persona;
    let first = persona.oid % 1_000_000 * 10;
    let email = Some(Contact { id: first + 1, kind: "EML", value: persona.email });
    let phone = persona.phone.map(|value| Contact { id: first + 2, kind: "MBT", value });
    [email, phone].into_iter().flatten().filter(|contact| access.scope.allows_contact(contact.kind)).collect()
}

fn collection(stand: &Stand, access: &Access, inline: bool) -> Value {
    let contacts = readable_contacts(access);
    let (base, oid) = (stand.address(), access.persona.oid);
    let element = |contact: &Contact| match inline {
        true => contact.json(),
        false => json!(format!("{base}/rs/prns/{oid}/ctts/{}", contact.id)),
    };
    json!({
        "stateFacts": ["hasSize"],
        "size": contacts.len(),
        "eTag": tag(access.persona, "Contacts-1"),
        "elements": contacts.iter().map(element).collect::<Vec<_>>(),
    })
}

fn tag(persona: &Persona, what: &str) -> String {
    hash(&format!("{} {what}", persona.oid))
}

/// 40 upper-case hexadecimal digits.
fn hash(text: &str) -> String {
    hex::encode_upper(&digest(&SHA256, text.as_bytes()).as_ref()[..20])
}
