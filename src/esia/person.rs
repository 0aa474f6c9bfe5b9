//! Person data and contacts, in one request.

use std::fmt;

use chrono::NaiveDate;
use http::Method;
use serde::Deserialize;
use serde_json::Value;

use super::endpoints::Endpoints;
use super::error::Reason;
use super::esia_http::EsiaHttp;
use super::id_token::SignedIn;
use super::level::{LevelFacts, assurance_level};
use super::token::{Tokens, json_object};
use crate::identity::{Issuer, PersonName, Snils, Subject, VerifiedIdentity};

/// A person as the wire has them: what was not granted is missing. `Debug` shows nothing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Person {
    oid: Option<Value>,
    status: Option<Value>,
    last_name: Option<String>,
    first_name: Option<String>,
    middle_name: Option<String>,
    birth_date: Option<String>,
    snils: Option<String>,
    trusted: Option<Value>,
    verifying: Option<Value>,
    kid_acc_created_by_parent: Option<Value>,
    contacts: Option<Collection>,
    documents: Option<Collection>,
}

/// Without `embed` the elements are addresses. They are never followed. An empty collection may lack them.
#[derive(Deserialize)]
struct Collection {
    elements: Option<Vec<Value>>,
}

/// Which collections are wanted in the one answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Embedded {
    pub(super) contacts: bool,
    pub(super) documents: bool,
}

impl Embedded {
    /// `(contacts.elements,documents.elements)`, or nothing.
    fn parameter(self) -> Option<String> {
        let wanted = [(self.contacts, "contacts.elements"), (self.documents, "documents.elements")];
        let names: Vec<_> = wanted.into_iter().filter(|(wanted, _)| *wanted).map(|(_, name)| name).collect();
        if names.is_empty() { None } else { Some(format!("({})", names.join(","))) }
    }
}

impl Collection {
    fn elements(&self) -> &[Value] {
        self.elements.as_deref().unwrap_or_default()
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}

/// Asks for the person who signed in.
pub(super) async fn fetch(
    http: &EsiaHttp,
    endpoints: &Endpoints,
    subject: Subject,
    tokens: &Tokens,
    embedded: Embedded,
) -> Result<Person, Reason> {
    let mut url = endpoints.person(subject);
    if let Some(parameter) = embedded.parameter() {
        url.query_pairs_mut().append_pair("embed", &parameter);
    }
    let request = http
        .request(Method::GET, url)
        .header(http::header::ACCEPT, "application/json")
        .bearer_auth(&tokens.access_token);
    let answer = http.send(request).await?;
    if answer.status != http::StatusCode::OK {
        return Err(Reason::Status(answer.status.as_u16()));
    }
    read(Value::Object(json_object(&answer)?))
}

fn read(json: Value) -> Result<Person, Reason> {
    serde_json::from_value(json).map_err(|_| Reason::Malformed("a person field"))
}

impl Person {
    /// Holds the data against who signed in, and cleans it.
    pub(super) fn into_identity(
        self,
        issuer: Issuer,
        signed_in: &SignedIn,
    ) -> Result<VerifiedIdentity, Reason> {
        // ESIA's answer is found by the oid in the address and need not repeat it; if it does, it must fit.
        if let Some(oid) = &self.oid
            && Subject::from_json(oid) != Ok(signed_in.subject)
        {
            return Err(Reason::ForeignSubject);
        }
        if self.status.as_ref().is_some_and(|status| status != "REGISTERED") {
            return Err(Reason::AccountClosed);
        }
        let snils = self.snils.as_deref().filter(|text| !text.is_empty()).map(Snils::parse);
        let snils_malformed = matches!(snils, Some(Err(_)));
        let snils = snils.and_then(Result::ok);
        let level = assurance_level(LevelFacts {
            token_trusted: signed_in.is_trusted,
            token_level: signed_in.level.as_deref(),
            person_trusted: is_true(self.trusted.as_ref()),
            made_by_parent: is_true(self.kid_acc_created_by_parent.as_ref()),
            being_checked: is_true(self.verifying.as_ref()),
            has_snils: snils.is_some(),
            has_verified_document: self
                .documents
                .as_ref()
                .map(|documents| has_identity(documents.elements())),
        });
        Ok(VerifiedIdentity {
            issuer,
            subject: signed_in.subject,
            level,
            name: PersonName::new(
                self.last_name.as_deref().unwrap_or_default(),
                self.first_name.as_deref().unwrap_or_default(),
                self.middle_name.as_deref(),
            ),
            birth_date: self.birth_date.as_deref().and_then(wire_date),
            snils,
            snils_malformed,
            email: self.contacts.and_then(|contacts| verified_email(contacts.elements())),
        })
    }
}

fn is_true(value: Option<&Value>) -> bool {
    value == Some(&Value::Bool(true))
}

/// `dd.MM.yyyy` and nothing looser: chrono alone would take signs, single digits and spaces.
fn wire_date(text: &str) -> Option<NaiveDate> {
    let exact = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, b)| if at == 2 || at == 5 { b == b'.' } else { b.is_ascii_digit() });
    if exact { NaiveDate::parse_from_str(text, "%d.%m.%Y").ok() } else { None }
}

/// The first e-mail that ESIA has verified and that can stand in a letter's header as it is.
fn verified_email(contacts: &[Value]) -> Option<String> {
    contacts
        .iter()
        .filter(|contact| contact["type"] == "EML" && contact["vrfStu"] == "VERIFIED")
        .filter_map(|contact| contact["value"].as_str())
        .find(|address| is_plain_address(address))
        .map(str::to_owned)
}

/// Whether a passport, Russian or foreign, is among the documents and was verified.
fn has_identity(documents: &[Value]) -> bool {
    documents.iter().any(|document| {
        (document["type"] == "RF_PASSPORT" || document["type"] == "FID_DOC")
            && document["vrfStu"] == "VERIFIED"
    })
}

/// One `@` with something on both sides, at most 254 characters, nothing that separates or hides.
fn is_plain_address(address: &str) -> bool {
    let harmless = |c: char| c.is_alphanumeric() || "@.!#$%&'*+-/=?^_`{|}~".contains(c);
    address.len() <= 254
        && address.chars().all(harmless)
        && address.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@') && !host.starts_with('.')
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::any_json::any_json;
    use super::*;
    use crate::identity::AssuranceLevel;

    fn signed_in() -> SignedIn {
        SignedIn { subject: Subject::from_number(1_000_000_001).unwrap(), is_trusted: true, level: None }
    }

    fn identity(person: Value) -> Result<VerifiedIdentity, Reason> {
        read(person)?.into_identity(Issuer::new("http://esia.example/"), &signed_in())
    }

    #[test]
    fn dates_have_exactly_the_wires_form() {
        assert_eq!(wire_date("01.02.1990"), NaiveDate::from_ymd_opt(1990, 2, 1));
        for bad in
            ["", "1.2.1990", "31.02.1990", "1990-02-01", "+1.02.1990", "01.02.90", "０1.02.199", "01/02/1990"]
        {
            assert_eq!(wire_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn t19_only_a_verified_plain_email_is_taken() {
        let email = |contact: Value| verified_email(&[contact]);
        let contact = |value: &str| json!({"type": "EML", "vrfStu": "VERIFIED", "value": value});
        assert_eq!(email(contact("anna@example.ru")).as_deref(), Some("anna@example.ru"));
        assert_eq!(email(contact("анна@пример.рф")).as_deref(), Some("анна@пример.рф"));
        for bad in [
            contact("a@b.ru, c@d.ru"),
            contact("a@b.ru\r\nBcc: c@d.ru"),
            contact("\"a\"@b.ru"),
            contact("a@b@c.ru"),
            contact("@b.ru"),
            contact("a@"),
            contact("Anna <a@b.ru>"),
            contact(&format!("{}@b.ru", "a".repeat(254))),
            json!({"type": "EML", "vrfStu": "NOT_VERIFIED", "value": "a@b.ru"}),
            json!({"type": "CEM", "vrfStu": "VERIFIED", "value": "a@b.ru"}),
            json!({"type": "EML", "vrfStu": true, "value": "a@b.ru"}),
            json!({"type": "EML", "vrfStu": "VERIFIED", "value": ["a@b.ru"]}),
            json!("https://esia.example/rs/prns/1/ctts/2"),
            json!(null),
        ] {
            assert_eq!(email(bad.clone()), None, "{bad}");
        }
    }

    #[test]
    fn t18_a_document_that_was_not_verified_makes_no_standard_account() {
        let level = |documents: Value| {
            let person = json!({"snils": "112-233-445 95", "documents": documents});
            identity(person).map(|identity| identity.level)
        };
        let document = |kind: &str, state: &str| json!({"elements": [{"type": kind, "vrfStu": state}]});
        for (documents, expected) in [
            (json!(null), AssuranceLevel::Standard),
            (document("RF_PASSPORT", "VERIFIED"), AssuranceLevel::Standard),
            (document("FID_DOC", "VERIFIED"), AssuranceLevel::Standard),
            (document("RF_PASSPORT", "NOT_VERIFIED"), AssuranceLevel::Simplified),
            (document("RF_DRIVING_LICENSE", "VERIFIED"), AssuranceLevel::Simplified),
            (json!({"totalSize": 0}), AssuranceLevel::Simplified),
            (json!({"elements": null}), AssuranceLevel::Simplified),
            (json!({"elements": ["https://esia.example/rs/prns/1/docs/2"]}), AssuranceLevel::Simplified),
        ] {
            assert_eq!(level(documents.clone()), Ok(expected), "{documents}");
        }
        assert_eq!(level(json!("RF_PASSPORT")), Err(Reason::Malformed("a person field")));
    }

    #[test]
    fn children_and_organisations_of_a_person_change_nothing() {
        let alone = json!({"lastName": "Петров", "firstName": "Константин", "trusted": true});
        let mut with_family = alone.clone();
        with_family["kids"] = json!({"elements": [{"id": 1_000_000_009, "oid": 1_000_000_009, "trusted": true,
            "lastName": "Петров", "firstName": "Алексей", "snils": "112-233-445 95"}]});
        with_family["organizations"] = json!({"elements": [{"oid": 1_000_000_010, "ogrn": "1027402319361"}]});
        assert_eq!(
            format!("{:?}", identity(with_family).unwrap()),
            format!("{:?}", identity(alone.clone()).unwrap())
        );
        let read = identity(alone).unwrap();
        assert_eq!((read.subject.number(), read.snils), (1_000_000_001, None));
    }

    const FIELDS: [&str; 11] = [
        "oid",
        "status",
        "lastName",
        "middleName",
        "birthDate",
        "snils",
        "trusted",
        "verifying",
        "kidAccCreatedByParent",
        "contacts",
        "documents",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]
        #[test]
        fn t82_a_field_of_another_type_is_refused_or_missing_and_never_trust(
            at in 0..FIELDS.len(), value in any_json(),
        ) {
            let mut person = json!({"lastName": "Смирнова", "firstName": "Анна"});
            person[FIELDS[at]] = value.clone();
            if let Ok(identity) = identity(person) {
                prop_assert_eq!(identity.subject.number(), 1_000_000_001);
                let trusted = FIELDS[at] == "trusted" && value == json!(true);
                prop_assert_eq!(identity.level == AssuranceLevel::Confirmed, trusted);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]
        #[test]
        fn t82_no_person_data_breaks_the_reader(
            last in "\\PC{0,60}", first in any::<String>(), snils in "[0-9 -]{0,16}", birth in "[0-9.]{0,12}",
            email in any::<String>(), oid in prop::option::of(any::<i64>()),
        ) {
            let mut person = json!({
                "lastName": last, "firstName": first, "snils": snils, "birthDate": birth,
                "contacts": {"elements": [{"type": "EML", "vrfStu": "VERIFIED", "value": email}]},
            });
            if let Some(oid) = oid {
                person["oid"] = json!(oid);
            }
            match identity(person) {
                Ok(read) => {
                    prop_assert_eq!(read.snils.is_some(), Snils::parse(&snils).is_ok());
                    prop_assert!(!read.name.full().contains('\0'));
                    prop_assert!(read.email.is_none_or(|address| address == email));
                }
                Err(reason) => prop_assert_eq!(reason, Reason::ForeignSubject),
            }
        }
    }
}
