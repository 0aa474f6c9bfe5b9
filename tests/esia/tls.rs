//! T66: ESIA must prove its name over TLS, or no request reaches it.

use std::sync::Arc;

use privyazka::esia::{EsiaErrorKind, Stage};
use rustls::ServerConfig;

use super::harness::{
    self, Esia, Reply, Seen, access_claims, access_header, client, code, id_claims, id_header, now, person,
    sign, token_answer,
};
use super::support::certificates::{Authority, ServerCertificate, authority};

fn answer(request: &Seen) -> Reply {
    if request.line.starts_with("POST /aas/oauth2/te ") {
        let tokens = (sign(id_header(), id_claims()), sign(access_header(), access_claims()));
        Reply::Json(token_answer(request, &tokens.0, &tokens.1))
    } else {
        Reply::Json(person())
    }
}

/// One sign-in at this server; how many requests it saw, and where it failed.
async fn attempt(esia: &Esia, trusted: Option<&Authority>) -> (usize, Result<(), (Stage, EsiaErrorKind)>) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = harness::settings(esia.url.clone());
    settings.ca_file = trusted.map(|authority| {
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, authority.pem()).unwrap();
        file
    });
    let result = client(&settings).identify(&code(), now()).await;
    let result = result.map(drop).map_err(|error| (error.stage(), error.kind()));
    (esia.seen().len(), result)
}

fn config(authority: Option<&Authority>, name: &str, year: i32) -> Arc<ServerConfig> {
    ServerCertificate::new(authority, name, year).config()
}

#[tokio::test]
async fn t66_our_own_authority_by_file_is_enough_for_esia() {
    let ours = authority();
    let esia = Esia::start_tls(config(Some(&ours), "localhost", 2200), answer).await;
    assert_eq!(attempt(&esia, Some(&ours)).await, (2, Ok(())));
}

#[tokio::test]
async fn t66_an_esia_that_cannot_prove_its_name_gets_no_request() {
    let (ours, theirs) = (authority(), authority());
    for (what, config, trusted) in [
        ("unknown authority", config(Some(&theirs), "localhost", 2200), Some(&ours)),
        ("no authority of ours", config(Some(&ours), "localhost", 2200), None),
        ("vouched for by itself", config(None, "localhost", 2200), Some(&ours)),
        ("wrong name", config(Some(&ours), "esia.example", 2200), Some(&ours)),
        ("expired", config(Some(&ours), "localhost", 2020), Some(&ours)),
    ] {
        let esia = Esia::start_tls(config, answer).await;
        let refused = Err((Stage::Token, EsiaErrorKind::Unavailable));
        assert_eq!(attempt(&esia, trusted).await, (0, refused), "{what}");
    }
}

#[tokio::test]
async fn t66_nobody_talks_us_out_of_tls() {
    let ours = authority();
    // No TLS where https is meant.
    let mut plain = Esia::start(answer).await;
    plain.url.set_scheme("https").unwrap();
    let refused = Err((Stage::Token, EsiaErrorKind::Unavailable));
    assert_eq!(attempt(&plain, Some(&ours)).await, (0, refused));
    // A good server that sends us on to a plain address.
    let elsewhere = format!("Location: http://{}/aas/oauth2/te\r\n", plain.url.authority());
    let reply = Reply::raw("307 Temporary Redirect", &elsewhere, "");
    let esia = Esia::start_tls(config(Some(&ours), "localhost", 2200), move |_| reply.clone()).await;
    let (seen, result) = attempt(&esia, Some(&ours)).await;
    assert_eq!(seen, 1);
    assert!(result.is_err());
    assert!(plain.seen().is_empty(), "it was followed");
}
