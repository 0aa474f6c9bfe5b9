//! Refresh tokens: who gets one, what it buys, how often.

use chrono::Duration;
use privyazka::stand::persona::Persona;
use serde_json::{Value, json};

use crate::rig::{Ask, CLIENT, Rig, SCOPE};

async fn offline(rig: &Rig) -> Value {
    rig.stand.set_automatic(Persona::find_by_oid(1_000_000_001));
    let back = rig.browser().get(&rig.ask_current().with("access_type", "offline").address()).await;
    let (status, answer) = rig.redeem_current(&back.parameter("code").unwrap()).post().await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name}: {answer}")).to_owned()
}

/// A right request, by the variant with the address and the hash.
fn refresh<'a>(rig: &'a Rig, token: &str) -> Ask<'a> {
    let ask = rig.ask_current().without("response_type").without("access_type");
    ask.with("grant_type", "refresh_token").with("token_type", "Bearer").with("refresh_token", token)
}

#[tokio::test]
async fn only_an_offline_request_gets_a_refresh_token() {
    let rig = Rig::start().await;
    assert_eq!(text(&offline(&rig).await, "refresh_token").len(), 36);
    let back = rig.browser().get(&rig.ask_current().address()).await;
    let answer = rig.redeem_current(&back.parameter("code").unwrap()).post().await.1;
    assert!(answer.get("refresh_token").is_none());
}

#[tokio::test]
async fn a_refresh_token_is_used_up_and_followed_by_a_new_one() {
    let rig = Rig::start().await;
    let first = text(&offline(&rig).await, "refresh_token");
    rig.clock.advance(Duration::hours(2));
    let ask = refresh(&rig, &first);
    let state = ask.get("state");
    let (status, answer) = ask.post().await;
    assert_eq!((status, &answer["state"]), (200, &json!(state)), "{answer}");
    assert!(answer["id_token"].is_string());
    assert_eq!(rig.rest("/rs/prns/1000000001", Some(&text(&answer, "access_token"))).await.0, 200);
    let (status, refused) = refresh(&rig, &first).post().await;
    assert_eq!((status, &refused["error"]), (400, &json!("invalid_grant")));
    assert!(text(&refused, "error_description").starts_with("ESIA-007011"));

    // The second variant of what is signed: the token instead of the address.
    let second = text(&answer, "refresh_token");
    let ask = refresh(&rig, &second).without("redirect_uri");
    let message =
        ["client_id", "scope", "timestamp", "state", "refresh_token"].map(|name| ask.get(name)).concat();
    assert_eq!(ask.signing(&message).post().await.0, 200);
}

#[tokio::test]
async fn a_refresh_token_is_of_one_client_one_scope_and_one_month() {
    let rig = Rig::start().await;
    let token = text(&offline(&rig).await, "refresh_token");
    let wider = format!("{SCOPE} mobile");
    let (_, refused) = refresh(&rig, &token).with("scope", &wider).post().await;
    assert!(text(&refused, "error_description").starts_with("ESIA-007019"));
    let stranger = rig.ask().without("response_type").without("access_type");
    let stranger = stranger.with("grant_type", "refresh_token").with("token_type", "Bearer");
    let (_, refused) = stranger.with("client_id", CLIENT).with("refresh_token", &token).post().await;
    assert!(text(&refused, "error_description").starts_with("ESIA-007011"));

    let (status, answer) = refresh(&rig, &token).with("scope", "openid").post().await;
    assert_eq!(status, 200, "{answer}");
    let access = text(&answer, "access_token");
    let (_, person) = rig.rest("/rs/prns/1000000001", Some(&access)).await;
    assert!(person.get("lastName").is_none(), "the narrower scope holds");

    rig.clock.advance(Duration::days(30));
    let late = refresh(&rig, &text(&answer, "refresh_token")).with("scope", "openid");
    assert_eq!(late.post().await.1["error"], json!("invalid_grant"));
}

#[tokio::test]
async fn a_repeated_code_revokes_the_refresh_token_too() {
    let rig = Rig::start().await;
    rig.stand.set_automatic(Persona::find_by_oid(1_000_000_001));
    let back = rig.browser().get(&rig.ask_current().with("access_type", "offline").address()).await;
    let code = back.parameter("code").unwrap();
    let answer = rig.redeem_current(&code).post().await.1;
    assert_eq!(rig.redeem_current(&code).post().await.0, 400);
    assert_eq!(refresh(&rig, &text(&answer, "refresh_token")).post().await.0, 400);
}
