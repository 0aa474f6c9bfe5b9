//! What we send: addresses, signatures, and that no two are alike.

use std::collections::{HashMap, HashSet};

use aws_lc_rs::digest;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use const_oid::db::rfc5911;
use der::asn1::OctetString;
use der::{Decode as _, Encode as _};
use privyazka::esia::EsiaClient;
use privyazka::identity::Issuer;
use privyazka::platform::{clock::Clock, random};
use url::Url;
use uuid::Uuid;

use super::harness::{
    self, Esia, Reply, access_claims, access_header, fixture, id_claims, id_header, now, sign,
};

const STATE: &str = "7d3f1b2a-1111-4222-8333-444455556666";

fn query(url: &Url) -> HashMap<String, String> {
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let map: HashMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(map.len(), pairs.len(), "a parameter is repeated");
    map
}

fn client() -> EsiaClient {
    harness::client(&harness::settings(Url::parse("https://esia.example").unwrap()))
}

/// Takes a client_secret apart and verifies it the way ESIA does.
fn assert_signs(client_secret: &str, signed: &str) {
    let der = URL_SAFE_NO_PAD.decode(client_secret).expect("base64url without padding");
    let content_info = ContentInfo::from_der(&der).unwrap();
    assert_eq!(content_info.content_type, rfc5911::ID_SIGNED_DATA);
    let signed_data: SignedData = content_info.content.decode_as().unwrap();
    assert_eq!(signed_data.encap_content_info.econtent_type, rfc5911::ID_DATA);
    assert!(signed_data.encap_content_info.econtent.is_none(), "the signature is not detached");
    let Some(CertificateChoices::Certificate(certificate)) =
        signed_data.certificates.as_ref().unwrap().0.get(0)
    else {
        panic!("no certificate included");
    };
    let own = std::fs::read(fixture("client.crt.pem")).unwrap();
    assert_eq!(certificate.to_der().unwrap(), der::pem::decode_vec(&own).unwrap().1);
    assert_eq!(signed_data.signer_infos.0.len(), 1);
    let signer = signed_data.signer_infos.0.get(0).unwrap();
    let attributes = signer.signed_attrs.as_ref().unwrap();
    let kinds: HashSet<_> = attributes.iter().map(|attribute| attribute.oid).collect();
    assert_eq!(
        kinds,
        HashSet::from([rfc5911::ID_CONTENT_TYPE, rfc5911::ID_SIGNING_TIME, rfc5911::ID_MESSAGE_DIGEST])
    );
    let message_digest = attributes.iter().find(|a| a.oid == rfc5911::ID_MESSAGE_DIGEST).unwrap();
    let message_digest: OctetString = message_digest.values.get(0).unwrap().decode_as().unwrap();
    assert_eq!(message_digest.as_bytes(), digest::digest(&digest::SHA256, signed.as_bytes()).as_ref());
    let key = certificate.tbs_certificate.subject_public_key_info.subject_public_key.raw_bytes();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
        .verify(&attributes.to_der().unwrap(), signer.signature.as_bytes())
        .expect("the signature verifies");
}

#[tokio::test]
async fn the_authorize_address_has_every_parameter_once_and_its_signature_verifies() {
    let url = client().authorization_url(&STATE.parse::<Uuid>().unwrap()).await.unwrap();
    assert!(url.as_str().starts_with("https://esia.example/aas/oauth2/ac?"));
    assert!(url.as_str().contains("%2B0000"), "the zone's plus would arrive as a space");
    let mut query = query(&url);
    assert_signs(
        &query.remove("client_secret").unwrap(),
        &format!("openid fullname birthdate snils email2026.01.02 03:04:05 +0000TESTIS{STATE}"),
    );
    let expected = [
        ("client_id", "TESTIS"),
        ("redirect_uri", "https://app.example/esia/callback"),
        ("scope", "openid fullname birthdate snils email"),
        ("response_type", "code"),
        ("state", STATE),
        ("timestamp", "2026.01.02 03:04:05 +0000"),
        ("access_type", "online"),
    ];
    assert_eq!(query, expected.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
}

#[tokio::test]
async fn the_signature_equals_the_fixed_vector() {
    let mut settings = harness::settings(Url::parse("https://esia.example").unwrap());
    settings.scopes = ["openid", "fullname"].map(str::to_owned).to_vec();
    let url = harness::client(&settings).authorization_url(&STATE.parse().unwrap()).await.unwrap();
    let vector = std::fs::read_to_string(fixture("client_secret.txt")).unwrap();
    assert_eq!(query(&url)["client_secret"], vector.trim());
}

#[tokio::test]
async fn the_token_request_is_a_form_with_a_state_and_signature_of_its_own() {
    let esia = Esia::with(
        sign(id_header(), id_claims()),
        sign(access_header(), access_claims()),
        Reply::Json(harness::person()),
    )
    .await;
    let client = harness::client(&harness::settings(esia.url.clone()));
    client.identify(&harness::code(), now()).await.unwrap();
    let request = esia.seen().swap_remove(0);
    assert_eq!(request.line, "POST /aas/oauth2/te HTTP/1.1");
    let headers = request.headers.to_ascii_lowercase();
    assert!(headers.contains("content-type: application/x-www-form-urlencoded"));
    assert!(!headers.contains("authorization"), "the secret belongs into the body");
    let mut form = request.form;
    let state = form.remove("state").unwrap();
    assert_eq!(state.parse::<Uuid>().unwrap().hyphenated().to_string(), state);
    assert_signs(
        &form.remove("client_secret").unwrap(),
        &format!("openid fullname birthdate snils email2026.01.02 03:04:05 +0000TESTIS{state}"),
    );
    let expected = [
        ("client_id", "TESTIS"),
        ("code", "one-time-code"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://app.example/esia/callback"),
        ("scope", "openid fullname birthdate snils email"),
        ("timestamp", "2026.01.02 03:04:05 +0000"),
        ("token_type", "Bearer"),
    ];
    assert_eq!(form, expected.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
}

#[tokio::test]
async fn t23_a_thousand_requests_have_a_thousand_signatures() {
    let client = client();
    let mut secrets = HashSet::new();
    for _ in 0..1000 {
        let url = client.authorization_url(&random::uuid()).await.unwrap();
        secrets.insert(query(&url).remove("client_secret").unwrap());
    }
    assert_eq!(secrets.len(), 1000);
}

#[tokio::test]
async fn t23_every_token_request_has_a_state_and_a_signature_of_its_own() {
    let (id, access) = (sign(id_header(), id_claims()), sign(access_header(), access_claims()));
    let esia = Esia::with(id, access, Reply::Json(harness::person())).await;
    for settings in [harness::settings(esia.url.clone()), harness::v3_settings(esia.url.clone(), "xa")] {
        let client = harness::client(&settings);
        for _ in 0..20 {
            client.identify(&harness::code(), now()).await.unwrap();
        }
    }
    let seen = esia.seen();
    let forms: Vec<_> = seen.iter().filter(|request| request.line.starts_with("POST ")).collect();
    assert_eq!(forms.len(), 40);
    for field in ["state", "client_secret"] {
        let values: HashSet<&str> = forms.iter().map(|request| request.form[field].as_str()).collect();
        assert_eq!(values.len(), 40, "{field}");
    }
    let states = forms.iter().map(|request| request.form["state"].parse::<Uuid>().unwrap());
    assert!(states.into_iter().all(|state| state.get_version_num() == 4), "a random UUID");
}

#[tokio::test]
async fn t23_the_timestamp_moves_with_the_clock() {
    let clock = Clock::manual(now());
    let settings = harness::settings(Url::parse("https://esia.example").unwrap());
    let redirect_uri = Url::parse("https://app.example/esia/callback").unwrap();
    let client = EsiaClient::new(&settings, redirect_uri, clock.clone()).unwrap();
    let first = query(&client.authorization_url(&STATE.parse().unwrap()).await.unwrap());
    clock.advance(chrono::Duration::seconds(1));
    let second = query(&client.authorization_url(&STATE.parse().unwrap()).await.unwrap());
    assert_eq!(second["timestamp"], "2026.01.02 03:04:06 +0000");
    assert_ne!(first["client_secret"], second["client_secret"]);
}

#[test]
fn logout_uses_its_own_parameter_name_and_the_browsers_address() {
    let mut settings = harness::settings(Url::parse("https://internal.example").unwrap());
    settings.browser_url = Some(Url::parse("https://esia.example").unwrap());
    let url =
        harness::client(&settings).logout_url(&Url::parse("https://app.example/goodbye?a=1&b=2").unwrap());
    assert_eq!(
        url.as_str(),
        "https://esia.example/idp/ext/Logout?client_id=TESTIS&redirect_url=https%3A%2F%2Fapp.example%2Fgoodbye%3Fa%3D1%26b%3D2"
    );
}

#[test]
fn t09_environments_have_different_names() {
    let base = harness::settings(Url::parse("https://esia.example").unwrap());
    let mut other_client = base.clone();
    other_client.client_id = "OTHER".to_owned();
    let mut other_base = base.clone();
    other_base.base_url = Url::parse("https://test.esia.example").unwrap();
    let mut other_issuer = base.clone();
    other_issuer.issuer = Some(Issuer::new("http://other.example/"));
    let names: HashSet<_> = [&base, &other_client, &other_base, &other_issuer]
        .map(|settings| harness::client(settings).connection().to_owned())
        .into();
    assert_eq!(names.len(), 4);
    assert!(names.contains(harness::client(&base).connection()));
}

#[test]
fn a_key_that_does_not_fit_or_a_file_that_cannot_be_used_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let (empty, garbage) = (dir.path().join("empty.pem"), dir.path().join("garbage.pem"));
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&garbage, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    let base = harness::settings(Url::parse("https://esia.example").unwrap());
    let mut cases = Vec::new();
    for file in [fixture("esia.key.pem"), fixture("client.crt.pem"), dir.path().join("none"), empty.clone()] {
        let mut settings = base.clone();
        settings.private_key_file = Some(file);
        cases.push(settings);
    }
    for file in [fixture("esia.crt.pem"), fixture("client.key.pem"), garbage.clone(), empty.clone()] {
        let mut settings = base.clone();
        settings.certificate_file = file;
        cases.push(settings);
    }
    for files in [vec![], vec![garbage], vec![fixture("esia.crt.pem"), empty]] {
        let mut settings = base.clone();
        settings.trusted_certificate_files = files;
        cases.push(settings);
    }
    for settings in cases {
        let redirect_uri = Url::parse("https://app.example/esia/callback").unwrap();
        let error = EsiaClient::new(&settings, redirect_uri, Clock::manual(now())).unwrap_err().to_string();
        assert!(!error.is_empty() && !error.contains("MII"), "{error}");
    }
}
