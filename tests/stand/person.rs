//! The person and contacts: what the scopes open, and nothing beside.

use chrono::Duration;
use serde_json::{Value, json};

use crate::rig::{Rig, SCOPE};

const SMIRNOVA: &str = "smirnova@stand.example";
const PERSON: &str = "/rs/prns/1000000001";

fn access(answer: &Value) -> &str {
    answer["access_token"].as_str().unwrap()
}

#[tokio::test]
async fn fields_without_their_scope_are_absent() {
    let rig = Rig::start().await;
    let always = [
        "stateFacts",
        "eTag",
        "trusted",
        "verifying",
        "status",
        "containsUpCfmCode",
        "rfgUOperatorCheck",
        "updatedOn",
    ];
    for (scope, fields) in [
        ("openid", vec![]),
        ("openid fullname", vec!["lastName", "firstName", "middleName"]),
        ("openid birthdate gender", vec!["birthDate", "gender"]),
        ("openid snils", vec!["snils"]),
        ("openid email", vec!["contacts"]),
    ] {
        let answer = rig.tokens_for(SMIRNOVA, scope).await;
        let (status, person) =
            rig.rest(&format!("{PERSON}?embed=(contacts.elements)"), Some(access(&answer))).await;
        assert_eq!(status, 200);
        let mut got: Vec<&str> = person.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = [&always[..], &fields[..]].concat();
        got.sort_unstable();
        expected.sort_unstable();
        assert_eq!(got, expected, "{scope}");
    }
}

#[tokio::test]
async fn a_person_is_written_as_the_provider_writes_it() {
    let rig = Rig::start().await;
    let answer = rig.tokens_for(SMIRNOVA, "openid fullname birthdate gender snils").await;
    let (_, mut person) = rig.rest(PERSON, Some(access(&answer))).await;
    assert_eq!(person["eTag"].as_str().unwrap().len(), 40);
    person["eTag"] = json!("…");
    assert_eq!(
        person,
        json!({
            "stateFacts": ["EntityRoot"], "eTag": "…", "trusted": true, "verifying": false,
            "status": "REGISTERED", "containsUpCfmCode": false, "rfgUOperatorCheck": false,
            "updatedOn": 1_767_225_600, "lastName": "Смирнова", "firstName": "Анна",
            "middleName": "Викторовна", "birthDate": "14.03.1985", "gender": "F", "snils": "100-200-301 31",
        })
    );
}

#[tokio::test]
async fn levels_show_in_the_person_too() {
    let rig = Rig::start().await;
    let scope = "openid fullname snils";
    let answer = rig.tokens_for("kuznetsov@stand.example", scope).await;
    let (_, simplified) = rig.rest("/rs/prns/1000000006", Some(access(&answer))).await;
    assert_eq!((&simplified["trusted"], simplified.get("snils")), (&json!(false), None));
    let answer = rig.tokens_for("alesha@stand.example", scope).await;
    let (_, child) = rig.rest("/rs/prns/1000000003", Some(access(&answer))).await;
    assert_eq!((&child["trusted"], &child["kidAccCreatedByParent"]), (&json!(false), &json!(true)));
    assert!(child["snils"].is_string());
}

#[tokio::test]
async fn clients_differ_in_small_things_and_all_are_answered() {
    let rig = Rig::start().await;
    let answer = rig.tokens_for(SMIRNOVA, SCOPE).await;
    let token = access(&answer);
    let (_, plain) = rig.rest(&format!("{PERSON}?embed=(contacts.elements)"), Some(token)).await;
    assert_eq!(plain["contacts"]["elements"][0]["value"], json!("smirnova@stand.example"));
    for query in [
        "/?embed=(contacts.elements)",
        "?embed=%28contacts.elements%29",
        "?embed=(addresses.elements,contacts.elements,documents.elements)",
    ] {
        assert_eq!(rig.rest(&format!("{PERSON}{query}"), Some(token)).await, (200, plain.clone()), "{query}");
    }
    let response = rig.http.get(rig.at(PERSON)).header("authorization", format!("bearer {token}"));
    let response = response.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["location"], rig.at(PERSON));
}

#[tokio::test]
async fn contacts_are_addresses_unless_embedded() {
    let rig = Rig::start().await;
    let answer = rig.tokens_for(SMIRNOVA, "openid contacts").await;
    let token = access(&answer);
    let (_, list) = rig.rest(&format!("{PERSON}/ctts"), Some(token)).await;
    assert_eq!((&list["stateFacts"], &list["size"]), (&json!(["hasSize"]), &json!(2)));
    let (_, embedded) = rig.rest(&format!("{PERSON}/ctts?embed=(elements)"), Some(token)).await;
    for (address, element) in
        list["elements"].as_array().unwrap().iter().zip(embedded["elements"].as_array().unwrap())
    {
        let path = address.as_str().unwrap().strip_prefix(&rig.at("")).unwrap();
        assert_eq!(rig.rest(path, Some(token)).await, (200, element.clone()));
    }
    let kinds: Vec<_> =
        embedded["elements"].as_array().unwrap().iter().map(|e| (&e["type"], &e["value"])).collect();
    assert_eq!(
        kinds,
        [(&json!("EML"), &json!("smirnova@stand.example")), (&json!("MBT"), &json!("+7(900)1000001"))]
    );
    assert_eq!(rig.rest(&format!("{PERSON}/ctts/1"), Some(token)).await.0, 404);
    assert_eq!(rig.rest(&format!("{PERSON}/docs"), Some(token)).await.0, 403);
}

#[tokio::test]
async fn one_contact_scope_opens_one_kind() {
    let rig = Rig::start().await;
    for (scope, kind) in [("email", "EML"), ("mobile", "MBT")] {
        let answer = rig.tokens_for(SMIRNOVA, scope).await;
        let (_, list) = rig.rest(&format!("{PERSON}/ctts?embed=(elements)"), Some(access(&answer))).await;
        assert_eq!((&list["size"], &list["elements"][0]["type"]), (&json!(1), &json!(kind)));
    }
}

#[tokio::test]
async fn contacts_without_their_scope_are_forbidden() {
    let rig = Rig::start().await;
    let answer = rig.tokens_for(SMIRNOVA, "openid fullname").await;
    let forbidden = json!({"code": "ESIA-005029", "message": "SecurityErrorEnum.scopeNotAllowed"});
    for path in ["/ctts", "/ctts/", "/ctts/11"] {
        assert_eq!(
            rig.rest(&format!("{PERSON}{path}"), Some(access(&answer))).await,
            (403, forbidden.clone())
        );
    }
}

#[tokio::test]
async fn a_missing_foreign_or_expired_token_opens_nothing() {
    let rig = Rig::start().await;
    let answer = rig.tokens_for(SMIRNOVA, SCOPE).await;
    let token = access(&answer);
    let id_token = answer["id_token"].as_str().unwrap();
    let spoiled = token.replacen('e', "f", 1);
    for (path, shown) in [
        (PERSON, None),
        (PERSON, Some("")),
        (PERSON, Some(id_token)),
        (PERSON, Some(spoiled.as_str())),
        ("/rs/prns/1000000002", Some(token)),
        ("/rs/prns/01000000001", Some(token)),
        ("/rs/prns/x", Some(token)),
    ] {
        assert_eq!(rig.rest(path, shown).await.0, 401, "{path}");
    }
    rig.clock.advance(Duration::seconds(3_599));
    assert_eq!(rig.rest(PERSON, Some(token)).await.0, 200);
    rig.clock.advance(Duration::seconds(1));
    assert_eq!(rig.rest(PERSON, Some(token)).await.0, 401);
}
