//! OpenSSL's GOST engine judges every kind of request that we sign, and signs some for us.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use privyazka::config::esia::{EsiaApi, EsiaSettings, SignerKind};
use privyazka::gost::SigningKey;
use privyazka::platform::random;
use url::Url;

use super::gost_engine::GostEngine;
use super::harness::{self, Esia, Reply, gost_fixture, v3_settings};

const SETS: [&str; 9] = ["a", "b", "c", "xa", "xb", "tca", "tcb", "tcc", "tcd"];

/// The signed text of an authorize request of each interface, and the signature.
async fn signed_request(settings: &EsiaSettings) -> (String, Vec<u8>) {
    let url = harness::client(settings).authorization_url(&random::uuid()).await.unwrap();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let order: &[&str] = match settings.api {
        EsiaApi::V1 => &["scope", "timestamp", "client_id", "state"],
        EsiaApi::V3 => &["client_id", "scope", "timestamp", "state", "redirect_uri"],
    };
    let signed = order.iter().map(|name| query[*name].as_str()).collect();
    (signed, URL_SAFE_NO_PAD.decode(&query["client_secret"]).unwrap())
}

/// That the engine takes what both interfaces send with these settings.
async fn assert_engine_takes(engine: &GostEngine, settings: EsiaSettings, set: &str) {
    let certificate = gost_fixture(&format!("{set}.crt.pem"));
    let (signed, signature) = signed_request(&settings).await;
    assert_eq!(signature.len(), 64);
    assert!(engine.verifies(&certificate, signed.as_bytes(), &signature), "{set}: v3");
    assert!(!engine.verifies(&certificate, format!("{signed}0").as_bytes(), &signature), "{set}: v3");
    let settings = EsiaSettings { api: EsiaApi::V1, ..settings };
    let (signed, cms) = signed_request(&settings).await;
    assert!(engine.verifies_cms(&certificate, signed.as_bytes(), &cms), "{set}: v1");
    assert!(!engine.verifies_cms(&certificate, format!("{signed}0").as_bytes(), &cms), "{set}: v1");
}

fn esia_url() -> Url {
    Url::parse("https://esia.example").unwrap()
}

#[tokio::test]
async fn the_engine_takes_what_the_gost_signer_signs() {
    let engine = GostEngine::new();
    for set in SETS {
        assert_engine_takes(&engine, v3_settings(esia_url(), set), set).await;
    }
}

#[tokio::test]
async fn the_engine_itself_is_a_signer_by_command() {
    let engine = GostEngine::new();
    for set in SETS {
        let key = gost_fixture(&format!("{set}.key.pem"));
        let configuration = format!("OPENSSL_CONF={}", engine.configuration().display());
        let command =
            ["env", &configuration, "openssl", "dgst", "-md_gost12_256", "-sign", key.to_str().unwrap()];
        let settings = EsiaSettings {
            signer: SignerKind::Command,
            private_key_file: None,
            signer_command: command.map(str::to_owned).to_vec(),
            ..v3_settings(esia_url(), set)
        };
        harness::client(&settings).test_signer().await.unwrap();
        assert_engine_takes(&engine, settings, set).await;
    }
}

#[tokio::test]
async fn the_engine_takes_what_a_signing_service_signs_in_the_opposite_order() {
    let engine = GostEngine::new();
    for set in SETS {
        let pem = std::fs::read(gost_fixture(&format!("{set}.key.pem"))).unwrap();
        let key = SigningKey::from_pkcs8_der(&der::pem::decode_vec(&pem).unwrap().1).unwrap();
        let service = Esia::start(move |request| {
            let mut signature = key.sign(&request.body);
            signature.reverse();
            Reply::raw("200 OK", "Content-Type: application/octet-stream\r\n", signature)
        })
        .await;
        let settings = EsiaSettings {
            signer: SignerKind::Http,
            private_key_file: None,
            signer_url: Some(service.url.clone()),
            signer_reverse_bytes: true,
            ..v3_settings(esia_url(), set)
        };
        assert_engine_takes(&engine, settings, set).await;
    }
}

#[tokio::test]
async fn openssl_takes_what_the_rsa_signer_signs() {
    let engine = GostEngine::new();
    let (signed, cms) = signed_request(&harness::settings(esia_url())).await;
    let certificate = harness::fixture("client.crt.pem");
    assert!(engine.verifies_cms(&certificate, signed.as_bytes(), &cms));
    assert!(!engine.verifies_cms(&certificate, format!("{signed}0").as_bytes(), &cms));
}
