//! The token address: the round as a whole, the tokens claim by claim, each refusal.

use std::fs;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use der::DecodePem;
use serde_json::json;
use x509_cert::Certificate;

use crate::rig::{CALLBACK, CLIENT, Rig, SCOPE, part};

const SMIRNOVA: &str = "smirnova@stand.example";

#[tokio::test]
async fn a_person_signs_in_and_the_journal_learns_who_it_is() {
    let rig = Rig::start().await;
    let mut browser = rig.browser();
    let ask = rig.ask();
    let state = ask.get("state");
    let page = browser.get(&ask.address()).await;
    assert!(page.body.contains("Вход на учебный портал") && page.body.contains("Сетевой город"));
    let page = browser.sign_in(&page, SMIRNOVA).await;
    for words in ["Сетевой город", "Смирнова Анна Викторовна", "фамилия, имя и отчество", "СНИЛС", "Отказать"]
    {
        assert!(page.body.contains(words), "{words}");
    }
    let back = browser.consent(&page, "allow").await;
    assert!(back.address.starts_with(&format!("{CALLBACK}?code=")));
    assert_eq!((back.status, back.parameter("state")), (303, Some(state.clone())));
    let code = back.parameter("code").unwrap();
    assert!((1_000..2_000).contains(&code.len()), "{}", code.len());
    let certificate = der::pem::decode_vec(&fs::read(rig.stand.certificate_file()).unwrap()).unwrap().1;
    let thumbprint = hex::encode_upper(privyazka::gost::streebog256(&certificate));
    assert_eq!(
        part(&code, 0),
        json!({"ver": 1, "typ": "JWT", "sbt": "authorization_code", "alg": "RS256", "x5t#St256": thumbprint})
    );
    assert_eq!(part(&code, 1)["urn:esia:client:state"], json!(state));

    let redeem = rig.redeem(&code);
    let state = redeem.get("state");
    let (status, answer) = redeem.post().await;
    assert_eq!((status, &answer["token_type"], &answer["expires_in"]), (200, &json!("Bearer"), &json!(3600)));
    assert_eq!(answer["state"], json!(state));
    assert!(answer.get("refresh_token").is_none());
    assert_eq!((rig.stand.token_requests(), rig.stand.person_requests()), (1, 0));

    let access = answer["access_token"].as_str().unwrap();
    let (status, person) = rig.rest("/rs/prns/1000000001?embed=(contacts.elements)", Some(access)).await;
    assert_eq!(status, 200);
    assert_eq!(person["snils"], json!("100-200-301 31"));
    assert_eq!(rig.stand.person_requests(), 1);
}

#[tokio::test]
async fn tokens_say_exactly_what_the_protocol_says() {
    let rig = Rig::start().await;
    let answer = rig.tokens_for(SMIRNOVA, SCOPE).await;
    let now = rig.clock.now().timestamp();
    let issuer = format!("http://{}/", rig.stand.address());
    assert_eq!(rig.stand.issuer(), issuer);

    let id_token = answer["id_token"].as_str().unwrap();
    assert_eq!(part(id_token, 0), json!({"ver": 0, "typ": "JWT", "sbt": "id", "alg": "RS256"}));
    let claims = part(id_token, 1);
    let sid = claims["urn:esia:sid"].clone();
    assert_eq!(sid.as_str().unwrap().len(), 36);
    assert_eq!(
        claims,
        json!({
            "iss": issuer, "aud": CLIENT, "sub": 1_000_000_001, "iat": now, "nbf": now, "exp": now + 10_800,
            "auth_time": now, "amr": "PWD", "urn:esia:amd": "PWD", "urn:esia:sid": sid,
            "urn:esia:sbj": {
                "urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": 1_000_000_001,
                "urn:esia:sbj:nam": "OID.1000000001", "urn:esia:sbj:is_tru": true, "urn:esia:sbj:lvl": "PR",
            },
        })
    );

    let access = answer["access_token"].as_str().unwrap();
    assert_eq!(part(access, 0), json!({"ver": 1, "typ": "JWT", "sbt": "access", "alg": "RS256"}));
    let oid = "?oid=1000000001";
    assert_eq!(
        part(access, 1),
        json!({
            "iss": issuer, "iat": now, "nbf": now, "exp": now + 3_600, "client_id": CLIENT,
            "scope": format!("birthdate{oid} email{oid} fullname{oid} openid snils{oid}"),
            "urn:esia:sbj_id": 1_000_000_001, "urn:esia:sid": sid,
        })
    );
    let raw = URL_SAFE_NO_PAD.decode(access.split('.').nth(1).unwrap()).unwrap();
    assert!(String::from_utf8(raw).unwrap().contains(r"http:\/\/127.0.0.1"), "slashes are escaped");
}

#[tokio::test]
async fn tokens_are_signed_by_the_published_certificate() {
    let rig = Rig::start().await;
    let answer = rig.tokens_for(SMIRNOVA, SCOPE).await;
    let published =
        rig.http.get(rig.at("/public/certificate.crt")).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(published, fs::read(rig.stand.certificate_file()).unwrap());
    let certificate = Certificate::from_pem(&published).unwrap();
    let key = certificate.tbs_certificate.subject_public_key_info.subject_public_key;
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.raw_bytes());
    for name in ["id_token", "access_token"] {
        let (signed, signature) = answer[name].as_str().unwrap().rsplit_once('.').unwrap();
        key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    }
}

#[tokio::test]
async fn levels_are_written_as_the_provider_writes_them() {
    let rig = Rig::start().await;
    for (login, level, confirmed) in [
        (SMIRNOVA, "PR", json!(true)),
        ("kuznetsov@stand.example", "P", json!(null)),
        ("alesha@stand.example", "KD", json!(null)),
    ] {
        let answer = rig.tokens_for(login, SCOPE).await;
        let subject = part(answer["id_token"].as_str().unwrap(), 1)["urn:esia:sbj"].clone();
        assert_eq!(
            (&subject["urn:esia:sbj:lvl"], &subject["urn:esia:sbj:is_tru"]),
            (&json!(level), &confirmed)
        );
    }
}

#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let rig = Rig::start().await;
    let answer = rig.tokens_for(SMIRNOVA, "fullname").await;
    assert!(answer.get("id_token").is_none() && answer["access_token"].is_string());
}

#[tokio::test]
async fn every_refusal_is_json_with_its_code_and_state() {
    let rig = Rig::start().await;
    let code = "nobody.knows.it";
    let late = rig.timestamp(Duration::minutes(-6));
    for (ask, error, description) in [
        (
            rig.redeem(code).without("client_id"),
            "invalid_request",
            "ESIA-007014: The request doesn`t contain the mandatory parameter [client_id].",
        ),
        (rig.redeem(code).with("client_id", "UNKNOWN"), "invalid_request", "ESIA-007002: "),
        (
            rig.redeem(code).without("code").without("redirect_uri"),
            "invalid_request",
            "ESIA-007014: The request doesn`t contain the mandatory parameter [redirect_uri, code].",
        ),
        (rig.redeem(code).and("code", "twice"), "invalid_request", "ESIA-007003: "),
        (
            rig.redeem(code).with("grant_type", "client_credentials"),
            "unsupported_grant_type",
            "ESIA-007012: ",
        ),
        (rig.redeem(code).with("token_type", "MAC"), "invalid_request", "ESIA-007003: "),
        (rig.redeem(code).with("scope", ""), "invalid_scope", "ESIA-007013: "),
        (rig.redeem(code).with("state", "1"), "invalid_request", "ESIA-007003: "),
        (rig.redeem(code).with("timestamp", &late), "invalid_request", "ESIA-007015: "),
        (
            rig.redeem(code).with("client_secret", "AAAA"),
            "access_denied",
            "ESIA-007053: OAuthErrorEnum.clientSecretWrong",
        ),
        (rig.redeem(code).with("client_id", "OTHER"), "unauthorized_client", "ESIA-007005: "),
        (rig.redeem(code), "invalid_grant", "ESIA-007011: "),
    ] {
        let state = ask.get("state");
        let (status, answer) = ask.post().await;
        assert_eq!((status, &answer["error"]), (400, &json!(error)), "{answer}");
        assert!(answer["error_description"].as_str().unwrap().starts_with(description), "{answer}");
        assert_eq!(answer["state"], json!(state));
    }
    assert_eq!(rig.stand.token_requests(), 12);
}

#[tokio::test]
async fn a_code_works_once_and_its_repeat_revokes_the_token() {
    let rig = Rig::start().await;
    let code = rig.code_for(SMIRNOVA, SCOPE).await;
    let (status, answer) = rig.redeem(&code).post().await;
    assert_eq!(status, 200);
    let access = answer["access_token"].as_str().unwrap();
    assert_eq!(rig.rest("/rs/prns/1000000001", Some(access)).await.0, 200);
    let (status, answer) = rig.redeem(&code).post().await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    assert_eq!(rig.rest("/rs/prns/1000000001", Some(access)).await.0, 401);
}

#[tokio::test]
async fn of_many_callers_with_one_code_one_gets_tokens() {
    let rig = Rig::start().await;
    let code = rig.code_for(SMIRNOVA, SCOPE).await;
    let callers = (0..8).map(|_| rig.redeem(&code).post());
    let answers = futures_util::future::join_all(callers).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1);
}

#[tokio::test]
async fn a_code_lives_240_seconds() {
    let rig = Rig::start().await;
    for (seconds, expected) in [(239, 200), (240, 400)] {
        let code = rig.code_for(SMIRNOVA, SCOPE).await;
        rig.clock.advance(Duration::seconds(seconds));
        assert_eq!(rig.redeem(&code).post().await.0, expected, "{seconds}");
    }
}

#[tokio::test]
async fn a_code_is_for_one_address_and_one_client() {
    let rig = Rig::start().await;
    let code = rig.code_for(SMIRNOVA, SCOPE).await;
    let (status, answer) = rig.redeem(&code).with("redirect_uri", &format!("{CALLBACK}/")).post().await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    assert_eq!(rig.redeem(&code).post().await.0, 400, "a code shown with a wrong address is spent");

    let code = rig.code_for(SMIRNOVA, SCOPE).await;
    let other = rig.redeem(&code).with("client_id", "OTHER");
    let secret = crate::signer::Signer::of("OTHER").sign(&other.message(), &crate::signer::Form::default());
    let (status, answer) = other.with("client_secret", &URL_SAFE_NO_PAD.encode(secret)).post().await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    assert_eq!(rig.redeem(&code).post().await.0, 200, "a stranger cannot spend a code");
}

#[tokio::test]
async fn parameters_in_the_query_are_tolerated_when_there_is_no_body() {
    let rig = Rig::start().await;
    let code = rig.code_for(SMIRNOVA, SCOPE).await;
    let address = rig.at(&format!("/aas/oauth2/te?{}", rig.redeem(&code).encoded()));
    assert_eq!(rig.http.post(address).send().await.unwrap().status(), 200);
}
