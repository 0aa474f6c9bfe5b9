//! Code, access token and id_token: headers and claims as the provider writes them, numbers and all.

use chrono::Duration;
use serde_json::{Value, json};

use super::fault::tokens::{Draft, TokenKind};
use super::fault::{Fault, TokensFault};
use super::keys::{SigningKeys, TokenAlgorithm};
use super::persona::{AccountLevel, DEMO_PERSONAS, Persona};
use super::state::Grant;
use crate::platform::clock::Timestamp;

/// Seconds an access token lives.
pub(super) const ACCESS_LIFETIME: i64 = 3_600;
const ID_LIFETIME: i64 = 10_800;

/// Makes tokens for one moment.
pub(super) struct Mint<'a> {
    pub issuer: &'a str,
    pub keys: &'a SigningKeys,
    pub algorithm: TokenAlgorithm,
    pub now: Timestamp,
    pub code_lifetime: Duration,
    /// Whether every token names the certificate, not the code alone.
    pub name_certificate_everywhere: bool,
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
            "exp": now + self.code_lifetime.num_seconds(),
            "client_id": grant.trip.client_id,
            "scope": grant.trip.scope.for_person(persona.oid),
            "auth_time": grant.signed_in.at.timestamp(),
            "auth_mthd": "PWD",
            "urn:esia:sid": grant.signed_in.sid,
            "urn:esia:client:state": grant.trip.state,
            "urn:esia:sbj": subject(persona),
            "params": {},
            "acr": { "2fa": "otp" },
        });
        self.keys.sign(self.algorithm, &Draft::new(self.header(1, "authorization_code", true), claims))
    }

    /// No `aud` and no `sub`: the person is `urn:esia:sbj_id`.
    pub fn access_token(&self, grant: &Grant) -> String {
        let oid = match self.fault {
            Some(Fault::Tokens(TokensFault::OtherPerson)) => other_than(grant.signed_in.persona).oid,
            _ => grant.signed_in.persona.oid,
        };
        let claims = json!({
            "client_id": grant.trip.client_id,
            "scope": grant.trip.scope.for_person(oid),
            "urn:esia:sbj_id": oid,
            "urn:esia:sid": grant.signed_in.sid,
        });
        self.finish(
            TokenKind::Access,
            self.header(1, "access", self.name_certificate_everywhere),
            claims,
            ACCESS_LIFETIME,
        )
    }

    /// Numeric `sub`, `amr` as a plain string, no `nonce`, no names.
    pub fn id_token(&self, grant: &Grant) -> String {
        let claims = json!({
            "aud": grant.trip.client_id,
            "sub": grant.signed_in.persona.oid,
            "auth_time": grant.signed_in.at.timestamp(),
            "amr": "PWD",
            "urn:esia:amd": "PWD",
            "urn:esia:sid": grant.signed_in.sid,
            "urn:esia:sbj": subject(grant.signed_in.persona),
        });
        self.finish(
            TokenKind::Id,
            self.header(0, "id", self.name_certificate_everywhere),
            claims,
            ID_LIFETIME,
        )
    }

    fn finish(&self, kind: TokenKind, header: Value, mut claims: Value, lifetime: i64) -> String {
        let issued = self.now.timestamp();
        claims["iss"] = json!(self.issuer);
        claims["iat"] = json!(issued);
        claims["nbf"] = json!(issued);
        claims["exp"] = json!(issued + lifetime);
        let mut draft = Draft::new(header, claims);
        if let Some(Fault::Tokens(fault)) = self.fault {
            fault.spoil(kind, &mut draft);
        }
        self.keys.sign(self.algorithm, &draft)
    }

    fn header(&self, version: u8, purpose: &str, names_certificate: bool) -> Value {
        let mut header =
            json!({ "ver": version, "typ": "JWT", "sbt": purpose, "alg": self.algorithm.as_str() });
        if names_certificate {
            header["x5t#St256"] = json!(self.keys.published(self.algorithm).thumbprint);
        }
        header
    }
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

/// Somebody else of the stand's people.
pub(super) fn other_than(persona: &Persona) -> &'static Persona {
    if DEMO_PERSONAS[0].oid == persona.oid { &DEMO_PERSONAS[1] } else { &DEMO_PERSONAS[0] }
}
