//! Person data: what becomes of it, and what hostile data does not do.

use chrono::NaiveDate;
use privyazka::esia::{EsiaError, EsiaErrorKind};
use privyazka::identity::{AssuranceLevel, VerifiedIdentity};
use serde_json::{Value, json};

use super::harness::{self, Esia, OID, Reply, access_claims, access_header, id_claims, id_header, sign};

async fn identify(person: Value) -> Result<VerifiedIdentity, EsiaError> {
    harness::identify(sign(id_header(), id_claims()), sign(access_header(), access_claims()), person).await
}

fn changed(key: &str, value: Value) -> Value {
    let mut person = harness::person();
    person[key] = value;
    person
}

#[tokio::test]
async fn a_person_is_read_whole() {
    let esia = Esia::with(
        sign(id_header(), id_claims()),
        sign(access_header(), access_claims()),
        Reply::Json(harness::person()),
    )
    .await;
    let client = harness::client(&harness::settings(esia.url.clone()));
    let identity = client.identify(&harness::code(), harness::now()).await.unwrap();
    assert_eq!(identity.issuer.as_str(), harness::ISSUER);
    assert_eq!(identity.subject.number(), OID);
    assert_eq!(identity.level, AssuranceLevel::Confirmed);
    assert_eq!(identity.name.full(), "Смирнова Анна Викторовна");
    assert_eq!(identity.birth_date, NaiveDate::from_ymd_opt(1990, 2, 1));
    assert_eq!(identity.snils.as_ref().map(|snils| snils.digits()), Some("11223344595"));
    assert!(!identity.snils_malformed);
    assert_eq!(identity.email.as_deref(), Some("anna@example.ru"));

    let [token, person] = esia.seen().try_into().unwrap();
    assert!(token.line.starts_with("POST /aas/oauth2/te "));
    assert_eq!(person.line, format!("GET /rs/prns/{OID}?embed=%28contacts.elements%29 HTTP/1.1"));
    let headers = person.headers.to_ascii_lowercase();
    assert!(headers.contains("authorization: bearer "));
    assert!(headers.contains("accept: application/json"));
    assert!(!headers.contains("accept-encoding"), "a compressed answer was asked for");
}

#[tokio::test]
async fn contacts_are_not_asked_for_without_their_scope() {
    let esia = Esia::with(
        sign(id_header(), id_claims()),
        sign(access_header(), access_claims()),
        Reply::Json(harness::person()),
    )
    .await;
    let mut settings = harness::settings(esia.url.clone());
    settings.scopes = ["openid", "fullname"].map(str::to_owned).to_vec();
    harness::client(&settings).identify(&harness::code(), harness::now()).await.unwrap();
    assert_eq!(esia.seen()[1].line, format!("GET /rs/prns/{OID} HTTP/1.1"));
}

#[tokio::test]
async fn documents_come_in_the_same_answer_when_their_scope_is_asked_for() {
    let esia = Esia::with(
        sign(id_header(), id_claims()),
        sign(access_header(), access_claims()),
        Reply::Json(harness::person()),
    )
    .await;
    let mut settings = harness::settings(esia.url.clone());
    settings.scopes.push("id_doc".to_owned());
    harness::client(&settings).identify(&harness::code(), harness::now()).await.unwrap();
    let [_, person] = esia.seen().try_into().unwrap();
    let embed = "%28contacts.elements%2Cdocuments.elements%29";
    assert_eq!(person.line, format!("GET /rs/prns/{OID}?embed={embed} HTTP/1.1"));
}

#[tokio::test]
async fn t18_levels_as_token_and_person_data_say_together() {
    use AssuranceLevel::{Child, Confirmed, Simplified, Standard};
    let (yes, no) = (json!(true), json!(false));
    let absent = Value::Null;
    for (is_tru, lvl, trusted, snils, by_parent, expected) in [
        (&yes, json!("PR"), &yes, true, &absent, Confirmed),
        (&yes, absent.clone(), &yes, true, &absent, Confirmed),
        (&yes, json!("PR"), &yes, false, &absent, Confirmed),
        (&yes, json!("P"), &yes, true, &absent, Standard),
        (&yes, json!("PR"), &no, true, &absent, Standard),
        (&no, json!("PR"), &yes, true, &absent, Standard),
        (&absent, json!("PR"), &yes, true, &absent, Standard),
        (&yes, json!("PR"), &absent, true, &absent, Standard),
        (&json!("true"), json!("PR"), &yes, true, &absent, Standard),
        (&yes, json!("PR"), &json!("true"), true, &absent, Standard),
        (&json!(1), json!("PR"), &json!(1), true, &absent, Standard),
        (&yes, json!(["PR"]), &yes, true, &absent, Standard),
        (&absent, json!("P"), &no, true, &absent, Standard),
        (&absent, json!("P"), &no, false, &absent, Simplified),
        (&absent, absent.clone(), &absent, false, &absent, Simplified),
        (&absent, json!("KD"), &no, true, &yes, Child),
        (&yes, json!("KD"), &yes, true, &absent, Child),
        (&yes, json!("PR"), &yes, true, &yes, Child),
    ] {
        let mut id = id_claims();
        id["urn:esia:sbj"]["urn:esia:sbj:is_tru"] = is_tru.clone();
        id["urn:esia:sbj"]["urn:esia:sbj:lvl"] = lvl.clone();
        let mut person = harness::person();
        person["trusted"] = trusted.clone();
        person["kidAccCreatedByParent"] = by_parent.clone();
        if !snils {
            person.as_object_mut().unwrap().remove("snils");
        }
        let identity =
            harness::identify(sign(id_header(), id), sign(access_header(), access_claims()), person)
                .await
                .unwrap();
        assert_eq!(identity.level, expected, "is_tru {is_tru}, lvl {lvl}, trusted {trusted}, snils {snils}");
    }
}

#[tokio::test]
async fn t19_a_wrong_snils_is_none_and_said_so() {
    for (snils, digits, malformed) in [
        (json!("112-233-445 95"), Some("11223344595"), false),
        (json!("11223344595"), Some("11223344595"), false),
        (json!("112-233-445 96"), None, true),
        (json!("1"), None, true),
        (json!(""), None, false),
        (json!(null), None, false),
    ] {
        let identity = identify(changed("snils", snils.clone())).await.unwrap();
        assert_eq!(identity.snils.as_ref().map(|snils| snils.digits()), digits, "{snils}");
        assert_eq!(identity.snils_malformed, malformed, "{snils}");
    }
}

#[tokio::test]
async fn missing_fields_stay_missing() {
    let identity = identify(json!({"status": "REGISTERED"})).await.unwrap();
    assert_eq!(identity.name.full(), "");
    assert!(identity.birth_date.is_none() && identity.snils.is_none() && identity.email.is_none());
    assert!(!identity.snils_malformed);
    assert_eq!(identity.level, AssuranceLevel::Simplified);
    assert!(identify(changed("contacts", json!({"totalSize": 0}))).await.unwrap().email.is_none());
}

#[tokio::test]
async fn a_closed_account_is_refused() {
    for status in [json!("DELETED"), json!("BLOCKED"), json!(1), json!("")] {
        let error = identify(changed("status", status.clone())).await.unwrap_err();
        assert_eq!(error.kind(), EsiaErrorKind::AccountClosed, "{status}");
    }
}

#[tokio::test]
async fn t20_hostile_names_become_harmless_text_or_a_refusal() {
    for (name, expected) in [
        ("<script>alert(1)</script>", Some("<script>alert(1)</script>".to_owned())),
        ("Ива\u{202e}нов", Some("Иванов".to_owned())),
        ("Ива\0нов", Some("Иванов".to_owned())),
        ("Ива\r\nнов\u{1b}[31m", Some("Ива нов[31m".to_owned())),
        ("😀", Some("😀".to_owned())),
        (&"я".repeat(10_000), Some("я".repeat(255))),
        (&format!("е{}", "\u{301}".repeat(200)), None),
    ] {
        let identity = identify(changed("lastName", json!(name))).await.unwrap();
        let last = identity.name.last;
        assert!(last.chars().count() <= 255 && !last.chars().any(char::is_control), "{name:.20}");
        if let Some(expected) = expected {
            assert_eq!(last, expected);
        }
    }
    for no_text in [json!({"a": 1}), json!(["Иванов"]), json!(7), json!(true)] {
        let error = identify(changed("lastName", no_text.clone())).await.unwrap_err();
        assert_eq!(error.kind(), EsiaErrorKind::Unavailable, "{no_text}");
    }
    let surrogate = r#"{"status":"REGISTERED","lastName":"\ud800"}"#;
    let esia = Esia::with(
        sign(id_header(), id_claims()),
        sign(access_header(), access_claims()),
        Reply::json_text("200 OK", surrogate),
    )
    .await;
    let client = harness::client(&harness::settings(esia.url.clone()));
    let error = client.identify(&harness::code(), harness::now()).await.unwrap_err();
    assert_eq!(error.kind(), EsiaErrorKind::Unavailable);
}
