//! Code, access token and id_token: headers and claims as the provider writes them, numbers and all.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::fault::Fault;
use super::keys::SigningKey;
use super::persona::{AccountLevel, DEMO_PERSONAS, Persona};
use super::state::Grant;
use crate::platform::clock::Timestamp;

/// Seconds a code lives.
pub(super) const CODE_LIFETIME: i64 = 240;
/// Seconds an access token lives.
pub(super) const ACCESS_LIFETIME: i64 = 3_600;
const ID_LIFETIME: i64 = 10_800;
const YESTERDAY: i64 = 86_400;

/// Makes tokens for one moment.
pub(super) struct Mint<'a> {
    pub issuer: &'a str,
    pub key: &'a SigningKey,
    pub now: Timestamp,
    pub fault: Option<Fault>,
}

impl Mint<'_> {
    /// The authorization code: a signed token too, though clients take it as opaque.
    pub fn code(&self, grant: &Grant) -> String {
        let persona = grant.signed_in.persona;
        let now = self.now.timestamp();
        let claims = json!({
            "iss": self.issuer,
            "iat": now,
            "nbf": now,
            "exp": now + CODE_LIFETIME,
            "client_id": grant.client_id,
            "scope": grant.scope.for_person(persona.oid),
            "auth_time": grant.signed_in.at.timestamp(),
            "auth_mthd": "PWD",
            "urn:esia:sid": grant.signed_in.sid,
            "urn:esia:client:state": grant.state,
            "urn:esia:sbj": subject(persona),
            "params": {},
        });
        self.key.sign(&header(1, "authorization_code"), &claims)
    }

    /// No `aud` and no `sub`: the person is `urn:esia:sbj_id`.
    pub fn access_token(&self, grant: &Grant) -> String {
        let oid = match self.fault {
            Some(Fault::OtherPerson) => other_than(grant.signed_in.persona).oid,
            _ => grant.signed_in.persona.oid,
        };
        let mut claims = json!({
            "client_id": grant.client_id,
            "scope": grant.scope.for_person(oid),
            "urn:esia:sbj_id": oid,
            "urn:esia:sid": grant.signed_in.sid,
        });
        self.stamp(&mut claims, ACCESS_LIFETIME);
        self.key.sign(&header(1, "access"), &claims)
    }

    /// Numeric `sub`, `amr` as a plain string, no `nonce`, no names.
    pub fn id_token(&self, grant: &Grant) -> String {
        let mut claims = json!({
            "aud": if self.fault == Some(Fault::WrongAudience) { "OTHER_SYSTEM" } else { &grant.client_id },
            "sub": grant.signed_in.persona.oid,
            "auth_time": grant.signed_in.at.timestamp(),
            "amr": "PWD",
            "urn:esia:amd": "PWD",
            "urn:esia:sid": grant.signed_in.sid,
            "urn:esia:sbj": subject(grant.signed_in.persona),
        });
        self.stamp(&mut claims, ID_LIFETIME);
        let token = self.key.sign(&header(0, "id"), &claims);
        if self.fault == Some(Fault::WrongSignature) { spoil_signature(&token) } else { token }
    }

    fn stamp(&self, claims: &mut Value, lifetime: i64) {
        let expired = self.fault == Some(Fault::Expired);
        let issued = self.now.timestamp() - if expired { YESTERDAY } else { 0 };
        let wrong_issuer = self.fault == Some(Fault::WrongIssuer);
        claims["iss"] = json!(if wrong_issuer { "http://other.stand.example/" } else { self.issuer });
        claims["iat"] = json!(issued);
        claims["nbf"] = json!(issued);
        claims["exp"] = json!(issued + lifetime);
    }
}

fn header(version: u8, purpose: &str) -> Value {
    json!({ "ver": version, "typ": "JWT", "sbt": purpose, "alg": "RS256" })
}

fn subject(persona: &Persona) -> Value {
    let mut subject = json!({
        "urn:esia:sbj:typ": "P",
        "urn:esia:sbj:oid": persona.oid,
        "urn:esia:sbj:nam": format!("OID.{}", persona.oid),
        "urn:esia:sbj:lvl": persona.level.wire(),
    });
    // Absent rather than false for everybody else.
    if persona.level == AccountLevel::Confirmed {
        subject["urn:esia:sbj:is_tru"] = json!(true);
    }
    subject
}

fn other_than(persona: &Persona) -> &'static Persona {
    if DEMO_PERSONAS[0] == *persona { &DEMO_PERSONAS[1] } else { &DEMO_PERSONAS[0] }
}

/// Right length and alphabet, wrong number.
fn spoil_signature(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    for byte in bytes.iter_mut().skip(1) {
        *byte ^= 0x5a;
    }
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes))
}
