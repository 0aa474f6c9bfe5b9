//! The authorize address: whom it lets in, and each of its refusals.

use chrono::Duration;

use crate::rig::{Ask, CALLBACK, CLIENT, MARK, Rig};
use crate::signer::{Form, Signer, base64_forms};

async fn outcome(rig: &Rig, ask: Ask<'_>) -> (String, String) {
    let state = ask.get("state");
    let page = rig.browser().get(&ask.address()).await;
    if page.address.contains("/login?request=") {
        return ("login".to_owned(), String::new());
    }
    assert!(page.address.starts_with(&format!("{CALLBACK}?error=")), "{} {}", page.status, page.address);
    assert_eq!(page.parameter("state").unwrap_or_default(), state);
    page.error()
}

#[tokio::test]
async fn every_refusal_goes_back_with_its_code_and_the_same_state() {
    let rig = Rig::start().await;
    let late = rig.timestamp(Duration::seconds(-301));
    let early = rig.timestamp(Duration::seconds(301));
    let signer = Signer::of("OTHER");
    let other = {
        let ask = rig.ask();
        let secret = base64_forms(&signer.sign(&ask.message(), &Form::default()))[1].clone();
        ask.with("client_secret", &secret)
    };
    for (ask, error, description) in [
        (rig.ask().with("response_type", "token"), "unsupported_response_type", "ESIA-007009: "),
        (rig.ask().with("access_type", "always"), "invalid_request", "ESIA-007003: "),
        (rig.ask().with("state", "not-a-uuid"), "invalid_request", "ESIA-007003: "),
        (rig.ask().with("state", "7d3f1b2a11114222833344445555666677"), "invalid_request", "ESIA-007003: "),
        (rig.ask().and("timestamp", "x"), "invalid_request", "ESIA-007003: "),
        (rig.ask().and("scope", "openid"), "invalid_request", "ESIA-007003: "),
        (rig.ask().without("scope"), "invalid_scope", "ESIA-007013: "),
        (rig.ask().with("scope", "openid everything"), "invalid_scope", "ESIA-007006: "),
        (
            rig.ask().with("scope", "openid medical_doc"),
            "access_denied",
            "ESIA-007019: OAuthErrorEnum.noGrants",
        ),
        (
            rig.ask().without("timestamp"),
            "invalid_request",
            "ESIA-007014: The request doesn`t contain the mandatory parameter [timestamp].",
        ),
        (
            rig.ask().without("response_type").with("access_type", ""),
            "invalid_request",
            "ESIA-007014: The request doesn`t contain the mandatory parameter [response_type, access_type].",
        ),
        (
            rig.ask().with("timestamp", "2026-01-02T03:04:05Z"),
            "invalid_request",
            "ESIA-007014: The request doesn`t contain the mandatory parameter [timestamp].",
        ),
        (rig.ask().with("timestamp", &late), "invalid_request", "ESIA-007015: "),
        (rig.ask().with("timestamp", &early), "invalid_request", "ESIA-007015: "),
        (rig.ask().with("client_secret", ""), "invalid_request", "ESIA-007014: "),
        (
            rig.ask().with("client_secret", "AAAA"),
            "access_denied",
            "ESIA-007053: OAuthErrorEnum.clientSecretWrong",
        ),
        (
            other,
            "unauthorized_client",
            "ESIA-007005: The client is not authorized to request an access token using this method.",
        ),
    ] {
        let shown = ask.message();
        let (got, text) = outcome(&rig, ask).await;
        assert_eq!(got, error, "{shown}");
        assert!(text.starts_with(description), "{shown}: {text}");
    }
    assert_eq!(rig.stand.token_requests(), 0);
}

#[tokio::test]
async fn without_state_the_refusal_has_none() {
    let rig = Rig::start().await;
    let page = rig.browser().get(&rig.ask().without("state").address()).await;
    assert_eq!(page.parameter("state"), None);
    assert!(page.error().1.contains("[state]"));
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let rig = Rig::start().await;
    let with_redirect = |uri: &str| rig.ask().with("redirect_uri", uri);
    for (ask, code) in [
        (rig.ask().with("client_id", "UNKNOWN"), "ESIA-007002"),
        (rig.ask().with("client_id", &CLIENT.to_lowercase()), "ESIA-007002"),
        (rig.ask().without("client_id"), "ESIA-007014"),
        (rig.ask().and("client_id", CLIENT), "ESIA-007003"),
        (rig.ask().without("redirect_uri"), "ESIA-007014"),
        (rig.ask().and("redirect_uri", CALLBACK), "ESIA-007003"),
        (with_redirect("http://evil.example/esia/callback"), "ESIA-007023"),
        (with_redirect("https://journal.example:8080/esia/callback"), "ESIA-007023"),
        (with_redirect("http://journal.example/esia/callback"), "ESIA-007023"),
        (with_redirect("http://journal.example:8080.evil.example/"), "ESIA-007023"),
        (with_redirect("http://journal.example:8080@evil.example/"), "ESIA-007023"),
        (with_redirect("http://user@journal.example:8080/"), "ESIA-007023"),
        (with_redirect("http://journal.example:8080/#fragment"), "ESIA-007023"),
        (with_redirect("javascript:alert(1)"), "ESIA-007023"),
        (with_redirect("/esia/callback"), "ESIA-007023"),
        (with_redirect("//journal.example:8080/"), "ESIA-007023"),
    ] {
        let shown = ask.get("redirect_uri");
        let page = rig.browser().get(&ask.address()).await;
        assert_eq!(page.status, 400, "{shown}");
        assert!(page.address.starts_with(&rig.at("/aas/oauth2/ac")), "{shown} led to {}", page.address);
        assert!(page.body.contains(code) && page.body.contains(MARK), "{shown}");
    }
}

#[tokio::test]
async fn every_usual_form_of_the_signature_is_accepted() {
    let rig = Rig::start().await;
    for bare in [false, true] {
        for attached in [false, true] {
            for kind in 0..4 {
                let ask = rig.ask();
                let form = Form {
                    bare,
                    attached: attached.then(|| ask.message()),
                    no_certificate: kind == 0,
                    ..Form::default()
                };
                let secret = &base64_forms(&rig.signer.sign(&ask.message(), &form))[kind];
                let (got, text) = outcome(&rig, ask.with("client_secret", secret)).await;
                assert_eq!(got, "login", "bare {bare}, attached {attached}, base64 {kind}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_signature_that_is_not_of_this_request_is_refused() {
    let rig = Rig::start().await;
    let text = |changed: &str, form: Form| (changed.to_owned(), form);
    for (what, (changed, form)) in [
        ("another key", text("", Form { foreign_key: true, ..Form::default() })),
        ("another key, bare", text("", Form { foreign_key: true, bare: true, ..Form::default() })),
        ("another text", text("x", Form::default())),
        ("another text, bare", text("x", Form { bare: true, ..Form::default() })),
        (
            "digest of another text",
            text("", Form { stated_digest_of: Some("x".to_owned()), ..Form::default() }),
        ),
        ("another text attached", text("", Form { attached: Some("x".to_owned()), ..Form::default() })),
    ] {
        let ask = rig.ask();
        let secret = signed(&rig, &(ask.message() + &changed), form);
        assert_wrong_secret(&rig, ask, &secret, what).await;
    }
    let ask = rig.ask();
    let no_cms = rig.signer.bare_signature(&ask.message());
    assert_wrong_secret(&rig, ask, &no_cms, "no CMS around it").await;
    for text in ["не подпись", "secret", "=", "MAA="] {
        assert_wrong_secret(&rig, rig.ask(), text, text).await;
    }
}

async fn assert_wrong_secret(rig: &Rig, ask: Ask<'_>, secret: &str, what: &str) {
    let (error, text) = outcome(rig, ask.with("client_secret", secret)).await;
    let expected = ("access_denied", "ESIA-007053: OAuthErrorEnum.clientSecretWrong");
    assert_eq!((error.as_str(), text.as_str()), expected, "{what}");
}

fn signed(rig: &Rig, message: &str, form: Form) -> String {
    base64_forms(&rig.signer.sign(message, &form))[1].clone()
}

#[tokio::test]
async fn a_secret_serves_only_the_request_it_was_made_for() {
    let rig = Rig::start().await;
    let ask = rig.ask();
    let secret = signed(&rig, &ask.message(), Form::default());
    let moved = rig.timestamp(Duration::seconds(1));
    for (name, value) in [
        ("state", "7d3f1b2a-1111-4222-8333-444455556666"),
        ("scope", "openid"),
        ("timestamp", moved.as_str()),
    ] {
        let same = ["state", "timestamp"].iter().fold(rig.ask(), |new, name| new.with(name, &ask.get(name)));
        let changed = same.with(name, value).with("client_secret", &secret);
        let (_, text) = outcome(&rig, changed).await;
        assert!(text.starts_with("ESIA-007053"), "{name}: {text}");
    }
    assert_eq!(outcome(&rig, ask.with("client_secret", &secret)).await.0, "login");
}

#[tokio::test]
async fn the_clocks_may_differ_by_five_minutes() {
    let rig = Rig::start().await;
    for seconds in [-300, 300] {
        let timestamp = rig.timestamp(Duration::seconds(seconds));
        assert_eq!(outcome(&rig, rig.ask().with("timestamp", &timestamp)).await.0, "login", "{seconds}");
    }
    let moscow = "2026.09.21 17:13:20 +0300";
    assert_eq!(rig.timestamp(Duration::zero()), "2026.09.21 14:13:20 +0000");
    assert_eq!(outcome(&rig, rig.ask().with("timestamp", moscow)).await.0, "login");
}
