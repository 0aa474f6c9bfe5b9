//! Every fault misbehaves where it says and only there.

use std::time::Duration;

use privyazka::stand::Fault;
use privyazka::stand::persona::Persona;
use reqwest::Response;
use serde_json::json;

use crate::rig::{Rig, SCOPE, part};

const SMIRNOVA: &str = "smirnova@stand.example";
/// Long enough for a right answer of a busy machine; only the two hanging faults use it up.
const PATIENCE: Duration = Duration::from_secs(3);

async fn token_answer(rig: &Rig, fault: Option<Fault>) -> Result<Response, reqwest::Error> {
    let code = rig.code_for(SMIRNOVA, SCOPE).await;
    rig.stand.set_fault(fault);
    let request = rig.http.post(rig.at("/aas/oauth2/te")).body(rig.redeem(&code).encoded());
    request.timeout(PATIENCE).send().await
}

async fn person_answer(rig: &Rig, fault: Option<Fault>) -> Result<Response, reqwest::Error> {
    rig.stand.set_fault(None);
    let answer = rig.tokens_for(SMIRNOVA, SCOPE).await;
    rig.stand.set_fault(fault);
    let request = rig.http.get(rig.at("/rs/prns/1000000001"));
    let request = request.bearer_auth(answer["access_token"].as_str().unwrap());
    request.timeout(PATIENCE).send().await
}

/// What can be seen of an answer from outside.
async fn seen(answer: Result<Response, reqwest::Error>) -> String {
    let response = match answer {
        Err(error) if error.is_timeout() => return "timeout".to_owned(),
        answer => answer.unwrap(),
    };
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap());
    let kind = kind.split(';').next().unwrap_or_default().to_owned();
    let mut response = response;
    let mut read = 0;
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => read += chunk.len(),
            Ok(None) => break,
            Err(_) => return format!("{status} {kind} broken"),
        }
        if read > 1024 * 1024 {
            return format!("{status} {kind} huge");
        }
    }
    format!("{status} {kind}")
}

#[tokio::test]
async fn bad_answers_replace_the_right_one_at_their_address() {
    let rig = Rig::start().await;
    let expected = |fault: Fault| match fault {
        Fault::TokenUnavailable | Fault::PersonUnavailable => "503 text/html",
        Fault::TokenHangs | Fault::PersonHangs => "timeout",
        Fault::TokenCut | Fault::PersonCut => "200 application/json broken",
        Fault::TokenHtml | Fault::PersonHtml => "200 text/html",
        Fault::TokenHuge | Fault::PersonHuge => "200 application/json huge",
        Fault::TokenRedirects | Fault::PersonRedirects => "302 ",
        Fault::InvalidGrant => "400 application/json",
        _ => "200 application/json",
    };
    for (fault, name) in Fault::ALL {
        let at_person = name.starts_with("person-");
        let token = seen(token_answer(&rig, Some(*fault)).await).await;
        let person = seen(person_answer(&rig, Some(*fault)).await).await;
        let right = "200 application/json";
        assert_eq!(token, if at_person { right } else { expected(*fault) }, "{name}");
        assert_eq!(person, if at_person { expected(*fault) } else { right }, "{name}");
    }
    rig.stand.set_fault(None);
    assert_eq!(seen(token_answer(&rig, None).await).await, "200 application/json");
    assert_eq!(rig.stand.followed_redirects(), 0);
}

#[tokio::test]
async fn a_client_that_follows_a_redirect_is_counted() {
    let rig = Rig::start().await;
    let answer = token_answer(&rig, Some(Fault::TokenRedirects)).await.unwrap();
    let next = answer.headers()["location"].to_str().unwrap();
    rig.http.get(rig.at(next)).send().await.unwrap();
    assert_eq!(rig.stand.followed_redirects(), 1);
}

#[tokio::test]
async fn token_faults_change_exactly_one_thing() {
    let rig = Rig::start().await;
    let now = rig.clock.now().timestamp();
    for fault in
        [Fault::WrongIssuer, Fault::WrongAudience, Fault::Expired, Fault::OtherPerson, Fault::WrongSignature]
    {
        let answer = token_answer(&rig, Some(fault)).await.unwrap().text().await.unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let (id_token, access) =
            (answer["id_token"].as_str().unwrap(), answer["access_token"].as_str().unwrap());
        let (id, access) = (part(id_token, 1), part(access, 1));
        let right_issuer = json!(rig.stand.issuer());
        assert_eq!(id["iss"] == right_issuer, fault != Fault::WrongIssuer);
        assert_eq!(access["iss"] == right_issuer, fault != Fault::WrongIssuer);
        assert_eq!(id["aud"] == json!("TEST_JOURNAL"), fault != Fault::WrongAudience);
        assert_eq!(id["exp"].as_i64().unwrap() > now, fault != Fault::Expired);
        assert_eq!(access["urn:esia:sbj_id"] == id["sub"], fault != Fault::OtherPerson);
        assert_eq!(signature_is_right(&rig, id_token), fault != Fault::WrongSignature, "{fault:?}");
    }
}

fn signature_is_right(rig: &Rig, token: &str) -> bool {
    use base64::Engine;
    use der::DecodePem;
    let pem = std::fs::read(rig.stand.certificate_file()).unwrap();
    let certificate = x509_cert::Certificate::from_pem(pem).unwrap();
    let key = certificate.tbs_certificate.subject_public_key_info.subject_public_key;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(signature).unwrap();
    let algorithm = &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
    aws_lc_rs::signature::UnparsedPublicKey::new(algorithm, key.raw_bytes())
        .verify(signed.as_bytes(), &signature)
        .is_ok()
}

#[tokio::test]
async fn in_automatic_mode_no_page_is_shown() {
    let rig = Rig::start().await;
    rig.stand.set_automatic(Persona::find_by_oid(1_000_000_008));
    let back = rig.browser().get(&rig.ask().address()).await;
    let (status, answer) = rig.redeem(&back.parameter("code").unwrap()).post().await;
    assert_eq!(status, 200);
    assert_eq!(part(answer["id_token"].as_str().unwrap(), 1)["sub"], json!(1_000_000_008));
    let refused = rig.browser().get(&rig.ask().with("client_secret", "AAAA").address()).await;
    assert!(refused.error().1.starts_with("ESIA-007053"), "requests are judged all the same");
    rig.stand.set_automatic(None);
    assert!(rig.browser().get(&rig.ask().address()).await.address.contains("/login"));
}
