//! Tokens that ESIA signs with GOST, and the choice among several certificates.

use privyazka::config::esia::{EsiaSettings, TokenAlgorithm};
use privyazka::esia::{EsiaClient, EsiaError, EsiaErrorKind};
use privyazka::gost::{SigningKey, streebog256};
use privyazka::platform::clock::Clock;
use serde_json::{Value, json};
use url::Url;

use super::harness::{
    self, Esia, OID, Reply, access_claims, access_header, encode, fixture, gost_fixture, id_claims,
    id_header, now, settings, sign,
};

fn der_of(file: &str) -> Vec<u8> {
    der::pem::decode_vec(&std::fs::read(gost_fixture(file)).unwrap()).unwrap().1
}

fn certificate_hash(set: &str) -> String {
    hex::encode_upper(streebog256(&der_of(&format!("{set}.crt.pem"))))
}

fn gost_header(mut header: Value) -> Value {
    header["alg"] = json!("GOST3410_2012_256");
    header
}

fn gost_sign(set: &str, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let key = SigningKey::from_pkcs8_der(&der_of(&format!("{set}.key.pem"))).unwrap();
    format!("{message}.{}", encode(key.sign(message.as_bytes())))
}

fn trusting(base_url: Url, sets: &[&str]) -> EsiaSettings {
    let files = sets.iter().map(|set| gost_fixture(&format!("{set}.crt.pem"))).collect();
    EsiaSettings { trusted_certificate_files: files, ..settings(base_url) }
}

async fn identify(id_token: String, access_token: String, trusted: &[&str]) -> Result<i64, EsiaError> {
    let esia = Esia::with(id_token, access_token, Reply::Json(harness::person())).await;
    let client = harness::client(&trusting(esia.url.clone(), trusted));
    client.identify(&harness::code(), now()).await.map(|person| person.subject.number())
}

fn good(set: &str) -> (String, String) {
    (
        gost_sign(set, &gost_header(id_header()), &id_claims()),
        gost_sign(set, &gost_header(access_header()), &access_claims()),
    )
}

#[tokio::test]
async fn tokens_of_every_curve_are_believed_when_their_certificate_is_trusted() {
    for set in ["a", "b", "c", "xa", "xb", "tca", "tcb", "tcc", "tcd"] {
        let (id, access) = good(set);
        assert_eq!(identify(id.clone(), access.clone(), &["xa", set]).await, Ok(OID), "{set}");
        let other = if set == "xa" { "a" } else { "xa" };
        let refused = identify(id, access, &[other]).await.unwrap_err();
        assert_eq!(refused.kind(), EsiaErrorKind::NotTrusted, "{set} by {other}");
    }
}

#[tokio::test]
async fn a_certificate_that_the_token_names_narrows_the_choice_and_never_widens_it() {
    let (_, access) = good("xa");
    let naming = |hash: Value| {
        let mut header = gost_header(id_header());
        header["x5t#St256"] = hash;
        gost_sign("xa", &header, &id_claims())
    };
    let own = certificate_hash("xa");
    for hash in [json!(own), json!(own.to_lowercase())] {
        assert_eq!(identify(naming(hash), access.clone(), &["a", "xa"]).await, Ok(OID));
    }
    for hash in
        [json!(certificate_hash("a")), json!(certificate_hash("b")), json!(""), json!(7), json!([own])]
    {
        let refused = identify(naming(hash.clone()), access.clone(), &["a", "xa"]).await.unwrap_err();
        assert_eq!(refused.kind(), EsiaErrorKind::NotTrusted, "{hash}");
    }
}

#[tokio::test]
async fn t10_with_gost_configured_nothing_else_is_believed() {
    let (good_id, access) = good("xa");
    let [header, claims, signature] = good_id.split('.').collect::<Vec<_>>().try_into().unwrap();
    let with_alg = |alg: &str| {
        let mut header = id_header();
        header["alg"] = json!(alg);
        header
    };
    let octets =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature).unwrap();
    let mut reversed = octets.clone();
    reversed.reverse();
    let mut forged = vec![
        ("RS256, signed so", sign(id_header(), id_claims())),
        ("RSA said to be GOST", sign(gost_header(id_header()), id_claims())),
        ("GOST said to be RSA", gost_sign("xa", &id_header(), &id_claims())),
        ("a stranger's", gost_sign("b", &gost_header(id_header()), &id_claims())),
        ("no signature", format!("{header}.{claims}.")),
        ("CryptoPro's order", format!("{header}.{claims}.{}", encode(reversed))),
        ("cut", format!("{header}.{claims}.{}", encode(&octets[..63]))),
        ("long", format!("{header}.{claims}.{}", encode([octets.as_slice(), &[0]].concat()))),
        ("zero", format!("{header}.{claims}.{}", encode([0; 64]))),
        ("padded", format!("{good_id}==")),
        ("an access token in its place", access.clone()),
    ];
    for alg in ["none", "NONE", "", "gost3410_2012_256", "GOST3410_2012_512", "GOST3410_2012_256 "] {
        forged.push((alg, gost_sign("xa", &with_alg(alg), &id_claims())));
    }
    let mut changed = id_claims();
    changed["sub"] = json!(7);
    forged.push(("claims changed", format!("{header}.{}.{signature}", encode(changed.to_string()))));
    for (name, token) in forged {
        let refused = identify(token, access.clone(), &["xa"]).await.unwrap_err();
        assert_eq!(refused.kind(), EsiaErrorKind::NotTrusted, "{name}");
    }
    assert_eq!(identify(good_id, access, &["xa"]).await, Ok(OID));
}

#[tokio::test]
async fn the_algorithm_follows_from_the_certificates_or_is_said() {
    let both = |algorithm| EsiaSettings {
        trusted_certificate_files: vec![fixture("esia.crt.pem"), gost_fixture("xa.crt.pem")],
        token_algorithm: algorithm,
        ..settings(Url::parse("https://esia.example").unwrap())
    };
    let callback = || Url::parse("https://app.example/esia/callback").unwrap();
    let unsaid = EsiaClient::new(&both(None), callback(), Clock::manual(now())).unwrap_err().to_string();
    assert!(unsaid.starts_with("esia.token_algorithm: "), "{unsaid}");
    let (gost_id, gost_access) = good("xa");
    let (rsa_id, rsa_access) = (sign(id_header(), id_claims()), sign(access_header(), access_claims()));
    for (algorithm, accepts_gost) in [(TokenAlgorithm::Gost2012, true), (TokenAlgorithm::Rs256, false)] {
        for (id, access, is_gost) in [(&gost_id, &gost_access, true), (&rsa_id, &rsa_access, false)] {
            let esia = Esia::with(id.clone(), access.clone(), Reply::Json(harness::person())).await;
            let client =
                harness::client(&EsiaSettings { base_url: esia.url.clone(), ..both(Some(algorithm)) });
            let result = client.identify(&harness::code(), now()).await;
            assert_eq!(result.is_ok(), is_gost == accepts_gost, "{algorithm:?}");
        }
    }
    let gost_only = EsiaSettings {
        token_algorithm: Some(TokenAlgorithm::Rs256),
        ..trusting(Url::parse("https://esia.example").unwrap(), &["xa"])
    };
    let error = EsiaClient::new(&gost_only, callback(), Clock::manual(now())).unwrap_err().to_string();
    assert!(error.starts_with("esia.trusted_certificate_files: no certificate of ESIA for RS256"), "{error}");
}
