//! The interface of today's ESIA: bare GOST signatures over other words in another order.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use privyazka::config::esia::{EsiaSettings, PersonFilter, SignerKind};
use privyazka::esia::EsiaClient;
use privyazka::gost::PublicKey;
use privyazka::platform::clock::Clock;
use url::Url;
use uuid::Uuid;

use super::harness::{
    self, Esia, Reply, access_claims, access_header, fixture, gost_fixture, id_claims, id_header, now, sign,
    v3_settings,
};

const STATE: &str = "7d3f1b2a-1111-4222-8333-444455556666";
const CALLBACK: &str = "https://app.example/esia/callback";
const TIME: &str = "2026.01.02 03:04:05 +0000";

fn esia_url() -> Url {
    Url::parse("https://esia.example").unwrap()
}

fn public_key(set: &str) -> PublicKey {
    let pem = std::fs::read(gost_fixture(&format!("{set}.crt.pem"))).unwrap();
    PublicKey::from_certificate_der(&der::pem::decode_vec(&pem).unwrap().1).unwrap()
}

/// The hash that OpenSSL's engine gives for a certificate of the fixtures.
fn certificate_hash(set: &str) -> String {
    let hashes = std::fs::read_to_string(gost_fixture("certificate_hashes.txt")).unwrap();
    let line = hashes.lines().find(|line| line.starts_with(&format!("{set} "))).unwrap();
    line.rsplit(' ').next().unwrap().to_owned()
}

fn assert_signs(set: &str, client_secret: &str, signed: &str) {
    assert_eq!(client_secret.len(), 86, "64 octets in base64url without padding");
    let signature = URL_SAFE_NO_PAD.decode(client_secret).unwrap().try_into().unwrap();
    assert!(public_key(set).verify(signed.as_bytes(), &signature), "{set}: {signed}");
}

async fn authorize_query(settings: &EsiaSettings) -> (String, HashMap<String, String>) {
    let url = harness::client(settings).authorization_url(&STATE.parse::<Uuid>().unwrap()).await.unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let query: HashMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(query.len(), pairs.len(), "a parameter is repeated");
    (url.into(), query)
}

fn owned<const N: usize>(pairs: [(&str, &str); N]) -> HashMap<String, String> {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

#[tokio::test]
async fn the_authorize_address_has_every_parameter_once_and_its_signature_verifies() {
    for set in ["a", "xa", "tca", "tcb", "c"] {
        let (address, mut query) = authorize_query(&v3_settings(esia_url(), set)).await;
        assert!(address.starts_with("https://esia.example/aas/oauth2/v2/ac?"), "{address}");
        assert!(address.contains("%2B0000"), "the zone's plus would arrive as a space");
        let signed = format!("TESTISopenid fullname birthdate snils email{TIME}{STATE}{CALLBACK}");
        assert_signs(set, &query.remove("client_secret").unwrap(), &signed);
        assert_eq!(query.remove("client_certificate_hash").unwrap(), certificate_hash(set));
        let expected = owned([
            ("client_id", "TESTIS"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid fullname birthdate snils email"),
            ("response_type", "code"),
            ("state", STATE),
            ("timestamp", TIME),
            ("access_type", "online"),
        ]);
        assert_eq!(query, expected);
    }
}

#[tokio::test]
async fn scopes_of_organisations_are_signed_behind_those_of_persons_and_the_filter_is_not() {
    let mut settings = v3_settings(esia_url(), "xa");
    settings.scope_org = ["org_ogrn", "org_inn"].map(str::to_owned).to_vec();
    for (filter, encoded) in [
        (PersonFilter::ConfAcc, "Y29uZl9hY2M="),
        (PersonFilter::AccKid, "YWNjX2tpZA=="),
        (PersonFilter::AccNotKid, "YWNjX25vdF9raWQ="),
    ] {
        settings.person_filter = Some(filter);
        let (_, query) = authorize_query(&settings).await;
        let signed =
            format!("TESTISopenid fullname birthdate snils emailorg_ogrn org_inn{TIME}{STATE}{CALLBACK}");
        assert_signs("xa", &query["client_secret"], &signed);
        assert_eq!(query["scope_org"], "org_ogrn org_inn");
        assert_eq!(query["person_filter"], encoded);
    }
}

#[tokio::test]
async fn the_token_request_signs_the_code_too_and_has_a_state_of_its_own() {
    let esia = Esia::with(
        sign(id_header(), id_claims()),
        sign(access_header(), access_claims()),
        Reply::Json(harness::person()),
    )
    .await;
    let client = harness::client(&v3_settings(esia.url.clone(), "xa"));
    client.identify(&harness::code(), now()).await.unwrap();
    let request = esia.seen().swap_remove(0);
    assert_eq!(request.line, "POST /aas/oauth2/v3/te HTTP/1.1");
    let headers = request.headers.to_ascii_lowercase();
    assert!(headers.contains("content-type: application/x-www-form-urlencoded"));
    assert!(!headers.contains("authorization"), "the secret belongs into the body");
    let mut form = request.form;
    let state = form.remove("state").unwrap();
    assert_eq!(state.parse::<Uuid>().unwrap().hyphenated().to_string(), state);
    let signed = format!("TESTISopenid fullname birthdate snils email{TIME}{state}{CALLBACK}one-time-code");
    assert_signs("xa", &form.remove("client_secret").unwrap(), &signed);
    let hash = certificate_hash("xa");
    let expected = owned([
        ("client_id", "TESTIS"),
        ("client_certificate_hash", &hash),
        ("code", "one-time-code"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid fullname birthdate snils email"),
        ("timestamp", TIME),
        ("token_type", "Bearer"),
    ]);
    assert_eq!(form, expected);
}

#[test]
fn what_v3_cannot_be_signed_with_stops_the_start_with_a_sentence() {
    let base = || v3_settings(esia_url(), "xa");
    let rsa_signer = EsiaSettings { signer: SignerKind::Rsa, ..base() };
    let no_key = EsiaSettings { private_key_file: None, ..base() };
    let rsa_certificate = EsiaSettings { certificate_file: fixture("client.crt.pem"), ..base() };
    let foreign_key = EsiaSettings { private_key_file: Some(gost_fixture("a.key.pem")), ..base() };
    let rsa_key = EsiaSettings { private_key_file: Some(fixture("client.key.pem")), ..base() };
    for (settings, expected) in [
        (rsa_signer, "`rsa` serves `esia.api = \"v1\"` only"),
        (no_key, "need the key"),
        (rsa_certificate, "needs a certificate of a GOST key"),
        (foreign_key, "does not verify with our certificate"),
        (rsa_key, "the key is not one of GOST R 34.10-2012"),
    ] {
        let callback = Url::parse(CALLBACK).unwrap();
        let error = EsiaClient::new(&settings, callback, Clock::manual(now())).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
