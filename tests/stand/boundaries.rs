//! What keeps the stand a stand: where it listens, what every page says, what it does not offer.

use privyazka::stand::{self, RegisteredClient, StandError, StandSettings};

use crate::rig::{CLIENT, MARK, Rig};
use crate::signer::{Signer, credentials_dir};

#[tokio::test]
async fn t63_a_public_address_has_to_be_asked_for() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let settings = StandSettings::new(address.parse().unwrap(), credentials_dir(), Vec::new());
        let refused = stand::start(settings).await.err();
        assert!(matches!(refused, Some(StandError::PublicAddress(_))), "{address}");
    }
    let settings = StandSettings::new("0.0.0.0:0".parse().unwrap(), credentials_dir(), Vec::new());
    let allowed = stand::start(StandSettings { allow_public: true, ..settings }).await.unwrap();
    allowed.stop().await;
}

#[tokio::test]
async fn t63_every_page_says_that_it_is_a_training_stand() {
    let rig = Rig::start().await;
    let mut browser = rig.browser();
    let login = browser.get(&rig.ask().address()).await;
    let wrong = browser.submit(&login, "/login", &[("login", "x"), ("password", "y")]).await;
    let stale = browser.submit(&login, "/sign-out", &[("csrf", "x")]).await;
    let consent = browser.sign_in(&login, "smirnova@stand.example").await;
    let mut pages = vec![login, wrong, stale, consent];
    for path in [
        "/",
        "/login",
        "/login?request=x",
        "/password",
        "/consent",
        "/consent?request=x",
        "/idp/ext/Logout",
        "/aas/oauth2/ac",
        "/aas/oauth2/",
        "/nowhere",
        "/.well-known/openid-configuration",
        "/static/stand/x/y.css",
    ] {
        pages.push(browser.get(&rig.at(path)).await);
    }
    for page in pages {
        assert!(page.body.contains(MARK), "{} {}", page.status, page.address);
    }
}

#[tokio::test]
async fn pages_forbid_inline_code_and_let_forms_lead_to_registered_clients() {
    let rig = Rig::start().await;
    for path in ["/", "/login", "/password", "/nowhere"] {
        let response = rig.http.get(rig.at(path)).send().await.unwrap();
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "form-action 'self' http://journal.example:8080",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    }
}

#[tokio::test]
async fn files_named_by_pages_exist_and_may_be_kept() {
    let rig = Rig::start().await;
    let page = rig.browser().get(&rig.at("/")).await;
    let mut addresses: Vec<&str> =
        page.body.split('"').filter(|text| text.starts_with("/static/stand/")).collect();
    assert_eq!(addresses.len(), 3);
    addresses.push("/favicon.ico");
    for address in addresses {
        let response = rig.http.get(rig.at(address)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{address}");
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    }
}

#[tokio::test]
async fn there_is_no_discovery_document_and_no_key_set() {
    let rig = Rig::start().await;
    for path in
        ["/.well-known/openid-configuration", "/jwks", "/aas/oauth2/userinfo", "/.well-known/jwks.json"]
    {
        assert_eq!(rig.http.get(rig.at(path)).send().await.unwrap().status(), 404, "{path}");
    }
}

#[tokio::test]
async fn large_and_strange_forms_get_an_answer() {
    let rig = Rig::start().await;
    for (path, body) in [
        ("/login", "x=".to_owned() + &"y".repeat(70_000)),
        ("/login", "%ff=%fe&csrf".to_owned()),
        ("/consent", String::new()),
        ("/aas/oauth2/te", "x=".to_owned() + &"y".repeat(70_000)),
        ("/aas/oauth2/te", "\u{0}&&&=%".to_owned()),
    ] {
        let response = rig.http.post(rig.at(path)).body(body).send().await.unwrap();
        assert!(response.status().as_u16() < 500, "{path}: {}", response.status());
    }
}

#[tokio::test]
async fn what_cannot_be_registered_stops_the_start() {
    let listen = "127.0.0.1:0".parse().unwrap();
    let certificate = Signer::of(CLIENT).certificate_file();
    let start = |client| stand::start(StandSettings::new(listen, credentials_dir(), vec![client]));
    let bad_origin = RegisteredClient::new(CLIENT, "x", certificate, vec!["journal.example".to_owned()]);
    assert!(matches!(start(bad_origin).await.err(), Some(StandError::Client(_))));
    let no_certificate = RegisteredClient::new(CLIENT, "x", "/nowhere.crt", Vec::new());
    assert!(matches!(start(no_certificate).await.err(), Some(StandError::Client(_))));
}

#[tokio::test]
async fn a_stopped_stand_answers_no_more() {
    let rig = Rig::start().await;
    let (address, http) = (rig.at("/"), rig.http);
    assert_eq!(http.get(&address).send().await.unwrap().status(), 200);
    rig.stand.stop().await;
    assert!(http.get(&address).send().await.is_err());
}
