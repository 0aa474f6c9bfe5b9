//! T11–T14: a well-signed token must also be meant for us, now, and for this one person.

use privyazka::esia::EsiaErrorKind;
use serde_json::{Value, json};

use super::harness::{self, ISSUER, OID, access_claims, access_header, id_claims, id_header, sign};

async fn outcome(id: Value, access: Value) -> Option<EsiaErrorKind> {
    harness::identify(sign(id_header(), id), sign(access_header(), access), harness::person())
        .await
        .err()
        .map(|error| error.kind())
}

/// `claims` with one member set, or removed where the value is `Value::Null` and `removed`.
fn changed(mut claims: Value, key: &str, value: Value) -> Value {
    let place = if key.starts_with("urn:esia:sbj:") { &mut claims["urn:esia:sbj"] } else { &mut claims };
    place[key] = value;
    claims
}

fn removed(mut claims: Value, key: &str) -> Value {
    let place = if key.starts_with("urn:esia:sbj:") { &mut claims["urn:esia:sbj"] } else { &mut claims };
    assert!(place.as_object_mut().unwrap().remove(key).is_some());
    claims
}

#[tokio::test]
async fn the_unchanged_tokens_are_accepted() {
    assert_eq!(outcome(id_claims(), access_claims()).await, None);
}

#[tokio::test]
async fn t11_issuer_and_audience_are_ours_exactly() {
    let issuers = [
        json!("http://esia.example"),
        json!("https://esia.example/"),
        json!("http://esia.example/x"),
        json!("http://ESIA.example/"),
        json!("http://esia.example.evil/"),
        json!([ISSUER]),
        json!(null),
        json!(1),
        json!(""),
    ];
    for bad in issuers {
        for (id, access) in [
            (changed(id_claims(), "iss", bad.clone()), access_claims()),
            (id_claims(), changed(access_claims(), "iss", bad.clone())),
        ] {
            assert_eq!(outcome(id, access).await, Some(EsiaErrorKind::NotTrusted), "iss {bad}");
        }
    }
    for bad in
        [json!("testis"), json!(["TESTIS", "OTHER"]), json!("OTHER"), json!(null), json!(""), json!({})]
    {
        let id = changed(id_claims(), "aud", bad.clone());
        assert_eq!(outcome(id, access_claims()).await, Some(EsiaErrorKind::NotTrusted), "aud {bad}");
        let access = changed(access_claims(), "client_id", bad.clone());
        assert_eq!(outcome(id_claims(), access).await, Some(EsiaErrorKind::NotTrusted), "client_id {bad}");
    }
}

#[tokio::test]
async fn t11_times_hold_within_the_skew_and_not_a_second_more() {
    let now = harness::now().timestamp();
    for (key, offset, accepted) in [
        ("exp", -59, true),
        ("exp", -61, false),
        ("nbf", 59, true),
        ("nbf", 61, false),
        ("iat", 59, true),
        ("iat", 61, false),
        // The attempt begins now, so a token from before it is a replay.
        ("iat", -59, true),
        ("iat", -61, false),
    ] {
        let expected = (!accepted).then_some(EsiaErrorKind::NotTrusted);
        let at = json!(now + offset);
        let id = changed(id_claims(), key, at.clone());
        assert_eq!(outcome(id, access_claims()).await, expected, "id_token {key} {offset}");
        let access = changed(access_claims(), key, at);
        assert_eq!(outcome(id_claims(), access).await, expected, "access_token {key} {offset}");
    }
}

#[tokio::test]
async fn t12_what_the_library_lets_pass_is_refused_here() {
    let now = harness::now().timestamp();
    for key in
        ["iss", "aud", "sub", "iat", "nbf", "exp", "urn:esia:sbj", "urn:esia:sbj:typ", "urn:esia:sbj:oid"]
    {
        let result = outcome(removed(id_claims(), key), access_claims()).await;
        assert_eq!(result, Some(EsiaErrorKind::NotTrusted), "id_token without {key}");
    }
    for key in ["iss", "client_id", "iat", "nbf", "exp", "urn:esia:sbj_id"] {
        let result = outcome(id_claims(), removed(access_claims(), key)).await;
        assert_eq!(result, Some(EsiaErrorKind::NotTrusted), "access_token without {key}");
    }
    for key in ["iat", "nbf", "exp"] {
        for bad in [json!(now.to_string()), json!(now as f64 + 0.5), json!(null), json!([now]), json!(true)] {
            let id = changed(id_claims(), key, bad.clone());
            assert_eq!(outcome(id, access_claims()).await, Some(EsiaErrorKind::NotTrusted), "{key} {bad}");
        }
    }
    // The widest numbers neither wrap nor panic.
    for (key, accepted) in [("exp", true), ("nbf", false), ("iat", false)] {
        let id = changed(id_claims(), key, json!(i64::MAX));
        assert_eq!(outcome(id, access_claims()).await.is_none(), accepted, "{key} at its largest");
        let id = changed(id_claims(), key, json!(i64::MIN));
        assert_eq!(outcome(id, access_claims()).await.is_none(), key == "nbf", "{key} at its smallest");
    }
}

#[tokio::test]
async fn t13_digits_in_a_string_are_the_same_person_and_near_numbers_are_not() {
    let with_oid = |oid: Value| {
        let id = changed(changed(id_claims(), "sub", oid.clone()), "urn:esia:sbj:oid", oid.clone());
        (id, changed(access_claims(), "urn:esia:sbj_id", oid))
    };
    let (id, access) = with_oid(json!(OID.to_string()));
    assert_eq!(outcome(id, access).await, None);
    let largest: i64 = i64::MAX;
    let (id, access) = with_oid(json!(largest));
    assert_eq!(outcome(id, access).await, None);
    for bad in [
        json!(0),
        json!(-OID),
        json!(OID as f64),
        json!("01000000001"),
        json!("+1000000001"),
        json!(" 1000000001"),
        json!("１０００００００01"),
        json!("1e9"),
        json!(""),
        json!("../1000000001"),
        json!(true),
        json!(null),
        json!([OID]),
        json!(u64::MAX),
        json!("18446744074709551617"),
    ] {
        let (id, access) = with_oid(bad.clone());
        assert_eq!(outcome(id, access).await, Some(EsiaErrorKind::NotTrusted), "{bad}");
    }
}

#[tokio::test]
async fn t14_each_of_the_four_places_alone_can_refuse() {
    for other in [OID + 1, OID + (1 << 32)] {
        let other = json!(other);
        for (id, access) in [
            (changed(id_claims(), "sub", other.clone()), access_claims()),
            (changed(id_claims(), "urn:esia:sbj:oid", other.clone()), access_claims()),
            (id_claims(), changed(access_claims(), "urn:esia:sbj_id", other.clone())),
        ] {
            assert_eq!(outcome(id, access).await, Some(EsiaErrorKind::NotTrusted));
        }
        let mut person = harness::person();
        person["oid"] = other;
        let result =
            harness::identify(sign(id_header(), id_claims()), sign(access_header(), access_claims()), person)
                .await;
        assert_eq!(result.unwrap_err().kind(), EsiaErrorKind::NotTrusted);
    }
}

#[tokio::test]
async fn t11_only_a_person_may_enter() {
    for kind in ["O", "L", "p", ""] {
        let id = changed(id_claims(), "urn:esia:sbj:typ", json!(kind));
        assert_eq!(outcome(id, access_claims()).await, Some(EsiaErrorKind::OrganisationAccount), "{kind:?}");
    }
    for no_text in [json!(null), json!(["P"]), json!(1)] {
        let id = changed(id_claims(), "urn:esia:sbj:typ", no_text.clone());
        assert_eq!(outcome(id, access_claims()).await, Some(EsiaErrorKind::NotTrusted), "{no_text}");
    }
}
