//! The current addresses, `/v2/ac` and `/v3/te`: what is signed, how, and what comes back.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::Duration;
use privyazka::gost::{PublicKey, streebog256};
use privyazka::stand::StandSettings;
use privyazka::stand::persona::Persona;
use serde_json::json;

use crate::rig::{CLIENT, GOST_CLIENT, Rig, part};
use crate::signer::{Form, base64_forms};

const SMIRNOVA: i64 = 1_000_000_001;
const PETROV_CHILD: i64 = 1_000_000_003;
const KUZNETSOV: i64 = 1_000_000_006;

async fn rig_serving(oid: i64) -> Rig {
    let rig = Rig::start().await;
    rig.stand.set_automatic(Persona::find_by_oid(oid));
    rig
}

async fn code(rig: &Rig) -> String {
    rig.browser().get(&rig.ask_current().address()).await.parameter("code").expect("a code")
}

fn certificate_of(rig: &Rig) -> Vec<u8> {
    der::pem::decode_vec(&fs::read(rig.stand.gost_certificate_file()).unwrap()).unwrap().1
}

#[tokio::test]
async fn a_whole_round_is_signed_by_gost_on_both_sides() {
    let rig = rig_serving(SMIRNOVA).await;
    let ask = rig.ask_current();
    let state = ask.get("state");
    let back = rig.browser().get(&ask.address()).await;
    assert_eq!(back.parameter("state"), Some(state.clone()));
    let code = back.parameter("code").unwrap();
    assert!((1_000..2_000).contains(&code.len()), "{}", code.len());
    let certificate = certificate_of(&rig);
    let thumbprint = hex::encode_upper(streebog256(&certificate));
    let header = json!({
        "ver": 1, "typ": "JWT", "sbt": "authorization_code", "alg": "GOST3410_2012_256", "x5t#St256": thumbprint,
    });
    assert_eq!(part(&code, 0), header);
    let claims = part(&code, 1);
    let now = rig.clock.now().timestamp();
    let oid = format!("?oid={SMIRNOVA}");
    assert_eq!(
        claims,
        json!({
            "iss": rig.stand.issuer(), "iat": now, "nbf": now, "exp": now + 240, "client_id": GOST_CLIENT,
            "scope": format!("birthdate{oid} email{oid} fullname{oid} openid snils{oid}"),
            "auth_time": now, "auth_mthd": "PWD", "urn:esia:sid": claims["urn:esia:sid"],
            "urn:esia:client:state": state, "params": {}, "acr": {"2fa": "otp"},
            "urn:esia:sbj": {
                "urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": SMIRNOVA, "urn:esia:sbj:is_tru": true,
                "urn:esia:sbj:nam": format!("OID.{SMIRNOVA}"), "urn:esia:sbj:lvl": "PR",
            },
        })
    );

    let (status, answer) = rig.redeem_current(&code).post().await;
    assert_eq!(status, 200, "{answer}");
    let key = PublicKey::from_certificate_der(&certificate).unwrap();
    for (name, token) in [("code", code.as_str()), ("id_token", ""), ("access_token", "")] {
        let token = if token.is_empty() { answer[name].as_str().unwrap() } else { token };
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap().try_into().unwrap();
        assert!(key.verify(signed.as_bytes(), &signature), "{name}");
        assert_eq!(part(token, 0)["alg"], json!("GOST3410_2012_256"));
        assert_eq!(part(token, 0).get("x5t#St256").is_some(), name == "code");
    }
    let access = answer["access_token"].as_str().unwrap();
    assert_eq!(rig.rest("/rs/prns/1000000001", Some(access)).await.0, 200);
}

#[tokio::test]
async fn a_setting_names_the_certificate_in_every_token() {
    let rig = Rig::start_with("http://journal.example:8080", |mut settings| {
        settings.rules.name_certificate_everywhere = true;
        settings
    })
    .await;
    rig.stand.set_automatic(Persona::find_by_oid(SMIRNOVA));
    let answer = rig.redeem_current(&code(&rig).await).post().await.1;
    for name in ["id_token", "access_token"] {
        assert!(part(answer[name].as_str().unwrap(), 0)["x5t#St256"].is_string(), "{name}");
    }
}

#[tokio::test]
async fn only_the_right_text_signed_by_the_registered_key_passes_at_both_steps() {
    let rig = rig_serving(SMIRNOVA).await;
    let wrong = "ESIA-007053: OAuthErrorEnum.clientSecretWrong";
    let ask = rig.ask_current();
    let legacy = [ask.get("scope"), ask.get("timestamp"), ask.get("client_id"), ask.get("state")].concat();
    let cms = URL_SAFE_NO_PAD.encode(rig.signer.sign(&ask.message(), &Form::default()));
    let mut reversed = rig.gost.key.sign(ask.message().as_bytes());
    reversed.reverse();
    for (name, ask) in [
        ("the legacy order", rig.ask_current().signing(&legacy)),
        ("CMS", rig.ask_current().with("client_secret", &cms)),
        ("CryptoPro's order of octets", ask.with("client_secret", &URL_SAFE_NO_PAD.encode(reversed))),
        ("empty signature", rig.ask_current().with("client_secret", "AAAA")),
        ("another scope than signed", {
            let ask = rig.ask_current();
            let message = ask.message();
            ask.with("scope", "openid").signing(&message)
        }),
        ("hash of the PEM", {
            let pem = fs::read(&rig.gost.certificate_file).unwrap();
            let hash = hex::encode_upper(streebog256(&pem));
            rig.ask_current().with("client_certificate_hash", &hash)
        }),
        ("SHA-1", rig.ask_current().with("client_certificate_hash", &"A".repeat(40))),
        ("a client whose key is RSA", rig.ask_current().with("client_id", CLIENT)),
    ] {
        let refused = rig.browser().get(&ask.address()).await;
        assert_eq!(refused.error(), ("access_denied".to_owned(), wrong.to_owned()), "{name}");
    }
    let code = code(&rig).await;
    let authorize = rig.ask_current().message();
    let (status, answer) = rig.redeem_current(&code).signing(&authorize).post().await;
    assert_eq!((status, &answer["error_description"]), (400, &json!(wrong)), "the code is signed too");
    assert_eq!(rig.redeem_current(&code).post().await.0, 200, "and was not spent");
}

#[tokio::test]
async fn a_missing_hash_is_named() {
    let rig = rig_serving(SMIRNOVA).await;
    let text = "ESIA-007014: The request doesn`t contain the mandatory parameter [client_certificate_hash].";
    let ask = rig.ask_current().without("client_certificate_hash");
    assert_eq!(rig.browser().get(&ask.address()).await.error().1, text);
    let redeem = rig.redeem_current(&code(&rig).await).without("client_certificate_hash");
    let (status, answer) = redeem.post().await;
    assert_eq!((status, &answer["error_description"]), (400, &json!(text)));
}

#[tokio::test]
async fn what_is_tolerated_is_refused_where_the_rule_says_so() {
    let strict = |mut settings: StandSettings| {
        settings.rules.refuse_tolerated = true;
        settings.rules.code_lifetime = Duration::seconds(30);
        settings
    };
    let rig = Rig::start_with("http://journal.example:8080", strict).await;
    rig.stand.set_automatic(Persona::find_by_oid(1_000_000_001));
    let code = async || rig.browser().get(&rig.ask_current().address()).await.parameter("code");

    let lower = rig.gost.certificate_hash.to_lowercase();
    let ask = rig.ask_current().with("client_certificate_hash", &lower);
    assert!(rig.browser().get(&ask.address()).await.error().1.starts_with("ESIA-007053"));
    let padded = rig.ask_current();
    let secret = format!("{}==", URL_SAFE_NO_PAD.encode(rig.gost.key.sign(padded.message().as_bytes())));
    let padded = padded.with("client_secret", &secret);
    assert!(rig.browser().get(&padded.address()).await.error().1.starts_with("ESIA-007053"));

    let ask = rig.ask_current();
    let state = ask.get("state");
    let same = rig.browser().get(&ask.address()).await.parameter("code").unwrap();
    let (status, refused) = rig.redeem_current(&same).with("state", &state).post().await;
    assert_eq!((status, &refused["error_description"].as_str().unwrap()[..11]), (400, "ESIA-007003"));

    let in_query =
        format!("{}?{}", rig.at("/aas/oauth2/v3/te"), rig.redeem_current(&code().await.unwrap()).encoded());
    assert_eq!(rig.http.post(in_query).send().await.unwrap().status(), 400);

    let (fresh, stale) = (code().await.unwrap(), code().await.unwrap());
    assert_eq!(rig.redeem_current(&fresh).post().await.0, 200);
    rig.clock.advance(Duration::seconds(30));
    assert_eq!(rig.redeem_current(&stale).post().await.0, 400, "a code lives as long as the rule says");
}

#[tokio::test]
async fn every_way_to_write_the_same_is_tolerated() {
    let rig = rig_serving(SMIRNOVA).await;
    let lower = rig.gost.certificate_hash.to_lowercase();
    let lower = rig.ask_current().with("client_certificate_hash", &lower);
    assert!(rig.browser().get(&lower.address()).await.parameter("code").is_some());
    let ask = rig.ask_current();
    let signature = rig.gost.key.sign(ask.message().as_bytes());
    let state = ask.get("state");
    for form in base64_forms(&signature) {
        let ask = rig.ask_current().with("state", &state).with("client_secret", &form);
        assert!(rig.browser().get(&ask.address()).await.parameter("code").is_some(), "{form}");
    }
    // The state of the authorize request at the token step, as some clients have it.
    let redeem = rig.redeem_current(&code(&rig).await);
    assert_eq!(redeem.with("state", &state).post().await.0, 200);
    // An empty scope_org, and consents of the digital profile.
    for (name, value) in [("scope_org", ""), ("permissions", "W10"), ("permissions", "W10=")] {
        let ask = rig.ask_current().with(name, value);
        assert!(rig.browser().get(&ask.address()).await.parameter("code").is_some(), "{name}");
    }
    let bad = rig.ask_current().with("permissions", &STANDARD.encode("{}"));
    assert!(rig.browser().get(&bad.address()).await.error().1.starts_with("ESIA-007003"));
}

#[tokio::test]
async fn every_parameter_given_twice_is_refused() {
    let rig = rig_serving(SMIRNOVA).await;
    for name in ["scope", "scope_org", "state", "timestamp", "client_certificate_hash", "access_type"] {
        let refused = rig.browser().get(&rig.ask_current().and(name, "x").and(name, "x").address()).await;
        assert!(refused.error().1.starts_with("ESIA-007003"), "{name}: {:?}", refused.error());
    }
    let unknown = rig.ask_current().and("utm", "1").and("utm", "2");
    assert!(rig.browser().get(&unknown.address()).await.parameter("code").is_some());
}

#[tokio::test]
async fn a_filter_lets_in_whom_it_names() {
    for (filter, oid, let_in) in [
        ("conf_acc", SMIRNOVA, true),
        ("conf_acc", KUZNETSOV, false),
        ("conf_acc", PETROV_CHILD, false),
        ("acc_kid", PETROV_CHILD, true),
        ("acc_kid", SMIRNOVA, false),
        ("acc_not_kid", KUZNETSOV, true),
        ("acc_not_kid", PETROV_CHILD, false),
    ] {
        let rig = rig_serving(oid).await;
        let ask = rig.ask_current().with("person_filter", &STANDARD.encode(filter));
        let back = rig.browser().get(&ask.address()).await;
        assert_eq!(back.parameter("code").is_some(), let_in, "{filter} {oid}");
        if !let_in {
            assert_eq!(back.error().0, "access_denied");
            assert!(back.error().1.starts_with("ESIA-007055: "));
        }
        // With the pages of people, nobody is asked to agree first.
        rig.stand.set_automatic(None);
        let mut browser = rig.browser();
        let ask = rig.ask_current().with("person_filter", &STANDARD.encode(filter));
        let page = browser.get(&ask.address()).await;
        let page = browser.sign_in(&page, Persona::find_by_oid(oid).unwrap().email).await;
        assert_eq!(page.address.contains("/consent"), let_in, "{filter} {oid}");
    }
}

#[tokio::test]
async fn scopes_of_organisations_are_for_employees() {
    for (oid, org, code) in [
        (SMIRNOVA, "org_shortname org_inn", None),
        (SMIRNOVA, "http://esia.gosuslugi.ru/org_inn?org_oid=1000000101", None),
        (KUZNETSOV, "org_shortname", Some("ESIA-007194")),
        (SMIRNOVA, "fullname", Some("ESIA-007006")),
    ] {
        let rig = rig_serving(oid).await;
        let back = rig.browser().get(&rig.ask_current().with("scope_org", org).address()).await;
        assert_eq!(back.parameter("code").is_some(), code.is_none(), "{oid} {org}");
        assert!(back.error().1.starts_with(code.unwrap_or_default()), "{:?}", back.error());
    }
}

#[tokio::test]
async fn a_verifier_belongs_to_its_challenge() {
    let rig = rig_serving(SMIRNOVA).await;
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    for (challenged, sent, code) in [
        (true, Some(verifier), None),
        (true, Some("another-verifier"), Some("ESIA-007040")),
        (true, None, Some("ESIA-007040")),
        (false, Some(verifier), Some("ESIA-007039")),
    ] {
        let mut ask = rig.ask_current();
        if challenged {
            ask = ask.with("code_challenge", challenge).with("code_challenge_method", "S256");
        }
        let back = rig.browser().get(&ask.address()).await;
        let mut redeem = rig.redeem_current(&back.parameter("code").unwrap());
        if let Some(verifier) = sent {
            redeem = redeem.with("code_verifier", verifier);
        }
        let (status, answer) = redeem.post().await;
        assert_eq!(status == 200, code.is_none(), "{answer}");
        let description = answer["error_description"].as_str().unwrap_or_default();
        assert!(description.starts_with(code.unwrap_or_default()), "{answer}");
    }
}

#[tokio::test]
async fn rsa_is_a_switch_of_the_legacy_addresses() {
    let rig = Rig::start_with("http://journal.example:8080", |settings| settings).await;
    rig.stand.set_automatic(Persona::find_by_oid(SMIRNOVA));
    let refused = rig.browser().get(&rig.ask().address()).await;
    assert!(refused.error().1.starts_with("ESIA-007053"), "{:?}", refused.error());
}

#[tokio::test]
async fn the_legacy_addresses_take_gost_in_every_form_of_cms() {
    let rig = Rig::start_with("http://journal.example:8080", |settings| settings).await;
    rig.stand.set_automatic(Persona::find_by_oid(SMIRNOVA));
    let signed = |text: &str, form: &Form| URL_SAFE_NO_PAD.encode(rig.gost.cms(text, form));
    let ask = || rig.ask().with("client_id", GOST_CLIENT);
    for bare in [false, true] {
        let form = Form { bare, ..Form::default() };
        let ask = ask();
        let secret = signed(&ask.message(), &form);
        let back = rig.browser().get(&ask.with("client_secret", &secret).address()).await;
        let code = back.parameter("code").unwrap_or_else(|| panic!("{:?}", back.error()));
        let redeem = rig.redeem(&code).with("client_id", GOST_CLIENT);
        let secret = signed(&redeem.message(), &form);
        assert_eq!(redeem.with("client_secret", &secret).post().await.0, 200);
    }
    let wrong = Form { stated_digest_of: Some("x".to_owned()), ..Form::default() };
    let asked = ask();
    let secret = signed(&asked.message(), &wrong);
    let refused = rig.browser().get(&asked.with("client_secret", &secret).address()).await;
    assert!(refused.error().1.starts_with("ESIA-007053"));
}

#[tokio::test]
async fn repeats_are_refused_only_where_the_stand_is_told_so() {
    for refuse in [false, true] {
        let rig = Rig::start_with("http://journal.example:8080", |mut settings| {
            settings.rules.refuse_repeated_requests = refuse;
            settings
        })
        .await;
        rig.stand.set_automatic(Persona::find_by_oid(SMIRNOVA));
        let address = rig.ask_current().address();
        assert!(rig.browser().get(&address).await.parameter("code").is_some());
        let again = rig.browser().get(&address).await;
        assert_eq!(again.parameter("code").is_some(), !refuse);
        assert_eq!(again.error().1.starts_with("ESIA-007003"), refuse);
    }
}

#[tokio::test]
async fn an_expired_certificate_of_the_client_is_refused() {
    let rig = rig_serving(SMIRNOVA).await;
    rig.clock.advance(Duration::days(366 * 40));
    let refused = rig.browser().get(&rig.ask_current().address()).await;
    assert!(refused.error().1.starts_with("ESIA-007053"), "{:?}", refused.error());
}
