//! The control address: the panel of who leads a training, the same form for tests, and who may not reach it.

use privyazka::stand::persona::Persona;
use privyazka::stand::{self, StandError, StandSettings};
use serde_json::{Value, json};

use crate::rig::{MARK, Rig, part};
use crate::signer::credentials_dir;

async fn rig() -> (Rig, String) {
    let rig = Rig::start_with("http://journal.example:8080", |settings| StandSettings {
        control: Some("127.0.0.1:0".parse().unwrap()),
        ..settings
    })
    .await;
    let panel = format!("http://{}", rig.stand.control_address().unwrap());
    (rig, panel)
}

async fn set(rig: &Rig, panel: &str, form: &[(&str, &str)]) -> u16 {
    rig.http.post(format!("{panel}/")).form(form).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn the_panel_chooses_a_persona_a_level_and_a_fault_and_takes_all_of_it_back() {
    let (rig, panel) = rig().await;
    let (kuznetsov, fault) = ("1000000006", "token-007011");
    assert_eq!(set(&rig, &panel, &[("persona", kuznetsov), ("level", "PR"), ("fault", fault)]).await, 303);
    let page = rig.http.get(format!("{panel}/")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(MARK) && page.matches(" selected>").count() == 3, "{page}");

    let code = rig.browser().get(&rig.ask_current().address()).await.parameter("code").unwrap();
    let subject = part(&code, 1)["urn:esia:sbj"].clone();
    assert_eq!(
        (&subject["urn:esia:sbj:oid"], &subject["urn:esia:sbj:lvl"]),
        (&json!(1_000_000_006), &json!("PR"))
    );
    let refused = rig.redeem_current(&code).post().await.1;
    assert!(refused["error_description"].as_str().unwrap().starts_with("ESIA-007011"));
    let counts = rig.http.get(format!("{panel}/counts")).send().await.unwrap().text().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&counts).unwrap()["token_requests"], json!(1));

    assert_eq!(set(&rig, &panel, &[("reset", "yes")]).await, 303);
    let mut browser = rig.browser();
    let page = browser.get(&rig.ask_current().address()).await;
    assert!(page.address.contains("/login"), "people sign in by themselves again");
    let consent = browser.sign_in(&page, "kuznetsov@stand.example").await;
    let back = browser.consent(&consent, "allow").await;
    let code = back.parameter("code").unwrap();
    assert_eq!(part(&code, 1)["urn:esia:sbj"]["urn:esia:sbj:lvl"], json!("P"));
    assert_eq!(rig.redeem_current(&code).post().await.0, 200);
}

#[tokio::test]
async fn a_form_with_a_mistake_changes_nothing() {
    let (rig, panel) = rig().await;
    for form in [[("persona", "7"), ("fault", "")], [("persona", "1000000001"), ("fault", "token-hang")]] {
        assert_eq!(set(&rig, &panel, &form).await, 400, "{form:?}");
    }
    assert!(rig.browser().get(&rig.ask_current().address()).await.address.contains("/login"));
}

#[tokio::test]
async fn t63_the_panel_is_for_this_machine_and_for_no_other_site() {
    let public = Some("0.0.0.0:0".parse().unwrap());
    let settings = StandSettings::new("127.0.0.1:0".parse().unwrap(), credentials_dir(), Vec::new());
    let refused = stand::start(StandSettings { control: public, ..settings }).await.err();
    assert!(matches!(refused, Some(StandError::PublicControl(_))));

    let (rig, panel) = rig().await;
    for (name, value) in [("origin", "http://evil.example"), ("origin", "null"), ("host", "evil.example")] {
        let request = rig.http.post(format!("{panel}/")).header(name, value);
        assert_eq!(request.body("persona=1000000001").send().await.unwrap().status(), 403, "{name}: {value}");
        for path in ["/", "/counts"] {
            let request = rig.http.get(format!("{panel}{path}")).header(name, value);
            assert_eq!(request.send().await.unwrap().status(), 403, "{name}: {value}");
        }
    }
    assert!(rig.browser().get(&rig.ask_current().address()).await.address.contains("/login"));
    // The public listener has neither the form nor the counts.
    assert_eq!(rig.http.post(rig.at("/")).body("fault=token-hangs").send().await.unwrap().status(), 404);
    assert_eq!(rig.http.get(rig.at("/counts")).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_request_says_who_signs_in_where_that_is_allowed() {
    let allowed = |mut settings: StandSettings| {
        settings.rules.take_login_hints = true;
        settings
    };
    let rig = Rig::start_with("http://journal.example:8080", allowed).await;
    rig.stand.set_automatic(Persona::find_by_oid(1_000_000_002));
    for (hint, oid) in [("smirnova@stand.example", 1_000_000_001), ("", 1_000_000_002)] {
        let answer = rig.browser().get(&rig.ask_current().with("login_hint", hint).address()).await;
        let subject = part(&answer.parameter("code").unwrap(), 1)["urn:esia:sbj"]["urn:esia:sbj:oid"].clone();
        assert_eq!(subject, json!(oid), "{hint}");
    }
    let unknown = rig.ask_current().with("login_hint", "who@stand.example").address();
    assert!(rig.browser().get(&unknown).await.error().1.starts_with("ESIA-007003"));

    let usual = Rig::start().await;
    let hinted = usual.ask_current().with("login_hint", "smirnova@stand.example").address();
    assert!(usual.browser().get(&hinted).await.address.contains("/login"), "the provider has no such thing");
}
