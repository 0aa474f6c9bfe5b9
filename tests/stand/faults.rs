//! Every fault misbehaves where it says and only there.

use std::time::Duration;

use privyazka::stand::persona::Persona;
use privyazka::stand::{AnswerFault, Fault, ProviderCode, TokensFault};
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
            Err(error) if error.is_timeout() => return "timeout".to_owned(),
            Err(_) => return format!("{status} {kind} broken"),
        }
        if read > 1024 * 1024 {
            return format!("{status} {kind} huge");
        }
    }
    format!("{status} {kind}")
}

#[tokio::test]
async fn bad_answers_replace_the_right_one_at_their_address_and_nowhere_else() {
    let rig = Rig::start().await;
    let expected = |fault: AnswerFault| match fault {
        AnswerFault::Unavailable => "503 text/html",
        AnswerFault::Broken => "500 text/html",
        AnswerFault::BadGateway => "502 text/plain",
        AnswerFault::Busy => "429 ",
        AnswerFault::Hangs | AnswerFault::Slow => "timeout",
        AnswerFault::Cut => "200 application/json broken",
        AnswerFault::Html => "200 text/html",
        AnswerFault::Untyped => "200 ",
        AnswerFault::Huge | AnswerFault::Endless => "200 application/json huge",
        AnswerFault::Redirects => "302 ",
        AnswerFault::RedirectsKeepingTheMethod => "307 ",
        AnswerFault::Empty
        | AnswerFault::HtmlSaidToBeJson
        | AnswerFault::Packed
        | AnswerFault::List
        | AnswerFault::KeyTwice
        | AnswerFault::Deep
        | AnswerFault::NotUtf8 => "200 application/json",
    };
    let right = "200 application/json";
    for &(fault, name, _) in AnswerFault::ALL {
        let token = Some(Fault::TokenAnswer(fault));
        assert_eq!(seen(token_answer(&rig, token).await).await, expected(fault), "{name}");
        assert_eq!(seen(person_answer(&rig, token).await).await, right, "{name}");
        let person = Some(Fault::PersonAnswer(fault));
        assert_eq!(seen(person_answer(&rig, person).await).await, expected(fault), "{name}");
        assert_eq!(seen(token_answer(&rig, person).await).await, right, "{name}");
    }
    rig.stand.set_fault(None);
    assert_eq!(seen(token_answer(&rig, None).await).await, right);
    assert_eq!(rig.stand.followed_redirects(), 0);
}

#[tokio::test]
async fn a_refusal_on_demand_has_its_code_but_a_bad_request_keeps_its_own() {
    let rig = Rig::start().await;
    rig.stand.set_automatic(Persona::find_by_oid(1_000_000_001));
    for code in ProviderCode::of_callback() {
        rig.stand.set_fault(Some(Fault::CallbackRefuses(code)));
        let ask = rig.ask();
        let state = ask.get("state");
        let back = rig.browser().get(&ask.address()).await;
        assert_eq!(back.error(), (code.oauth_error().to_owned(), code.description()));
        assert_eq!((back.parameter("state"), back.parameter("code")), (Some(state), None));
        let refused = rig.browser().get(&rig.ask().with("scope", "").address()).await;
        assert!(refused.error().1.starts_with("ESIA-007013"));
    }
    for code in ProviderCode::of_token() {
        rig.stand.set_fault(None);
        let back = rig.browser().get(&rig.ask().address()).await;
        let one_time = back.parameter("code").unwrap();
        rig.stand.set_fault(Some(Fault::TokenRefuses(code)));
        let redeem = rig.redeem(&one_time);
        let state = redeem.get("state");
        let (status, answer) = redeem.post().await;
        let expected =
            json!({ "error": code.oauth_error(), "error_description": code.description(), "state": state });
        assert_eq!((status, answer), (400, expected));
        let (_, refused) = rig.redeem("nobody.knows.it").post().await;
        assert!(refused["error_description"].as_str().unwrap().starts_with("ESIA-007011"));
    }
}

/// Every fault of the tokens' claims and of the person's data changes what it says: none is a name only.
#[tokio::test]
async fn every_other_fault_changes_its_answer_and_leaves_the_other_address_alone() {
    let rig = Rig::start().await;
    rig.stand.set_automatic(Persona::find_by_oid(1_000_000_001));
    let plain = |answer: &serde_json::Value| {
        let mut answer = answer.clone();
        for (name, value) in answer.as_object_mut().unwrap() {
            if name == "state" {
                *value = json!("");
            }
            if let Some(token) = value.as_str().filter(|text| text.matches('.').count() == 2) {
                let (mut claims, signed) = (part(token, 1), signature_is_right(&rig, token));
                claims["urn:esia:sid"] = json!("");
                // The length tells of a claim that stands there twice.
                *value = json!([part(token, 0), claims, signed, token.len()]);
            }
        }
        answer
    };
    let path = "/rs/prns/1000000001?embed=(contacts.elements)";
    let ask = async |fault: Option<Fault>| {
        rig.stand.set_fault(None);
        let code = rig.browser().get(&rig.ask().address()).await.parameter("code").unwrap();
        let sound = rig.redeem(&code).post().await.1["access_token"].as_str().unwrap().to_owned();
        rig.stand.set_fault(fault);
        let code = rig.browser().get(&rig.ask().address()).await.parameter("code").unwrap();
        let redeem = rig.redeem(&code);
        let state = redeem.get("state");
        let answer = redeem.post().await.1;
        let right_state = answer["state"] == json!(state);
        (plain(&answer), right_state, rig.rest(path, Some(&sound)).await)
    };
    let right = ask(None).await;
    for entry in Fault::catalog() {
        let at_token = matches!(entry.fault, Fault::Token(_) | Fault::Tokens(_));
        let at_person = matches!(entry.fault, Fault::Person(_));
        if at_token || at_person {
            let wrong = ask(Some(entry.fault)).await;
            assert_eq!((wrong.0.clone(), wrong.1) != (right.0.clone(), right.1), at_token, "{}", entry.name);
            assert_eq!(wrong.2 != right.2, at_person, "{}", entry.name);
        }
    }
}

#[tokio::test]
async fn a_client_that_follows_a_redirect_is_counted() {
    let rig = Rig::start().await;
    let answer = token_answer(&rig, Some(Fault::TokenAnswer(AnswerFault::Redirects))).await.unwrap();
    let next = answer.headers()["location"].to_str().unwrap();
    rig.http.get(rig.at(next)).send().await.unwrap();
    assert_eq!(rig.stand.followed_redirects(), 1);
}

#[tokio::test]
async fn token_faults_change_exactly_one_thing() {
    let rig = Rig::start().await;
    let now = rig.clock.now().timestamp();
    use TokensFault::{Expired, OtherPerson, WrongAudience, WrongIssuer, WrongSignature};
    for fault in [WrongIssuer, WrongAudience, Expired, OtherPerson, WrongSignature] {
        let answer = token_answer(&rig, Some(Fault::Tokens(fault))).await.unwrap().text().await.unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let (id_token, access) =
            (answer["id_token"].as_str().unwrap(), answer["access_token"].as_str().unwrap());
        let (id, access) = (part(id_token, 1), part(access, 1));
        let right_issuer = json!(rig.stand.issuer());
        assert_eq!(id["iss"] == right_issuer, fault != WrongIssuer);
        assert_eq!(access["iss"] == right_issuer, fault != WrongIssuer);
        assert_eq!(id["aud"] == json!("TEST_JOURNAL"), fault != WrongAudience);
        assert_eq!(id["exp"].as_i64().unwrap() > now, fault != Expired);
        assert_eq!(access["urn:esia:sbj_id"] == id["sub"], fault != OtherPerson);
        assert_eq!(signature_is_right(&rig, id_token), fault != WrongSignature, "{fault:?}");
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
