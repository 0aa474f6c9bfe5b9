//! T10 and T12: what is not signed by a configured certificate with the configured algorithm is nothing.

use aws_lc_rs::{hmac, signature};
use privyazka::esia::EsiaErrorKind;
use serde_json::{Value, json};

use super::harness::{
    self, CLIENT_ID, Esia, Reply, access_claims, access_header, encode, fixture, id_claims, id_header, sign,
    sign_with,
};

fn hs256(header: Value, secret: &[u8]) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(id_claims().to_string()));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", encode(tag.as_ref()))
}

fn header_with(changes: Value) -> Value {
    let mut header = id_header();
    for (key, value) in changes.as_object().unwrap() {
        header[key] = value.clone();
    }
    header
}

/// Signed by ESIA's own key, but with another RSA algorithm.
fn other_rsa(name: &str, encoding: &'static dyn signature::RsaEncoding) -> String {
    let pem = std::fs::read(fixture("esia.key.pem")).unwrap();
    let key = aws_lc_rs::rsa::KeyPair::from_pkcs8(&der::pem::decode_vec(&pem).unwrap().1).unwrap();
    let message = format!(
        "{}.{}",
        encode(header_with(json!({"alg": name})).to_string()),
        encode(id_claims().to_string())
    );
    let mut octets = vec![0; key.public_modulus_len()];
    key.sign(encoding, &aws_lc_rs::rand::SystemRandom::new(), message.as_bytes(), &mut octets).unwrap();
    format!("{message}.{}", encode(octets))
}

fn forged_tokens() -> Vec<(String, String)> {
    let good = sign(id_header(), id_claims());
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let mut forged: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, token: String| forged.push((name.to_owned(), token));
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = encode(header_with(json!({"alg": alg})).to_string());
        add(&format!("alg {alg:?} without signature"), format!("{header}.{claims}."));
        add(&format!("alg {alg:?} well signed"), sign(header_with(json!({"alg": alg})), id_claims()));
    }
    let mut without_alg = id_header();
    without_alg.as_object_mut().unwrap().remove("alg");
    add("no alg", sign(without_alg, id_claims()));
    let mut without_use = id_header();
    without_use.as_object_mut().unwrap().remove("sbt");
    add("no sbt", sign(without_use, id_claims()));
    for alg in [
        json!(null),
        json!(["RS256"]),
        json!(256),
        json!("rs256"),
        json!("RS256 "),
        json!("RS1"),
        json!("RS384"),
    ] {
        add(&format!("alg {alg} signed RS256"), sign(header_with(json!({ "alg": alg })), id_claims()));
    }
    for alg in ["ES256", "PS256", "EdDSA", "GOST3410_2012_256"] {
        add(&format!("alg {alg} named only"), sign(header_with(json!({ "alg": alg })), id_claims()));
    }
    add("really RS384", other_rsa("RS384", &signature::RSA_PKCS1_SHA384));
    add("RS384 said to be RS256", other_rsa("RS256", &signature::RSA_PKCS1_SHA384));
    add("RS512", other_rsa("RS512", &signature::RSA_PKCS1_SHA512));
    add("PS256 said to be RS256", other_rsa("RS256", &signature::RSA_PSS_SHA256));
    let hs = || header_with(json!({"alg": "HS256"}));
    let pem = std::fs::read(fixture("esia.crt.pem")).unwrap();
    add("HS256 with the public key", hs256(hs(), &harness::esia_public_key()));
    add("HS256 with the certificate", hs256(hs(), &pem));
    add("HS256 with its DER", hs256(hs(), &der::pem::decode_vec(&pem).unwrap().1));
    add("HS256 with the client id", hs256(hs(), CLIENT_ID.as_bytes()));
    add("HS256 said to be RS256", hs256(id_header(), &harness::esia_public_key()));
    add("a stranger's signature", sign_with("stranger.key.pem", id_header(), id_claims()));
    add("our own signature", sign_with("client.key.pem", id_header(), id_claims()));
    for named in [
        json!({"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}),
        json!({"x5c": [std::fs::read_to_string(fixture("client.crt.pem")).unwrap()]}),
        json!({"jku": "http://127.0.0.1:9/keys"}),
        json!({"x5u": "http://127.0.0.1:9/certificate"}),
        json!({"kid": "../../client.crt.pem"}),
    ] {
        add(
            &format!("stranger names {named}"),
            sign_with("stranger.key.pem", header_with(named), id_claims()),
        );
    }
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!(null), json!("x")] {
        add(&format!("crit {crit}"), sign(header_with(json!({ "crit": crit })), id_claims()));
    }
    add("an access token in its place", sign(access_header(), id_claims()));
    add("a code in its place", sign(header_with(json!({"sbt": "authorization_code"})), id_claims()));
    add("no signature", format!("{header}.{claims}."));
    add("two parts", format!("{header}.{claims}"));
    add("four parts", format!("{good}.{signature}"));
    add("another token's signature", {
        let other = sign(id_header(), access_claims());
        format!("{header}.{claims}.{}", other.rsplit('.').next().unwrap())
    });
    add("claims changed after signing", {
        let mut changed = id_claims();
        changed["sub"] = json!(7);
        format!("{header}.{}.{signature}", encode(changed.to_string()))
    });
    add("signature cut", format!("{header}.{claims}.{}", &signature[..signature.len() - 4]));
    add("signature padded", format!("{good}=="));
    add("zero signature", format!("{header}.{claims}.{}", encode([0; 256])));
    add("line break", format!("{header}.{claims}.{signature}\n"));
    add("repeated alg", sign(r#"{"alg":"none","sbt":"id","alg":"RS256"}"#, id_claims()));
    add("header is a list", sign("[]", id_claims()));
    add("claims are no object", sign(id_header(), "7"));
    add("repeated sub", sign(id_header(), id_claims().to_string().replacen('{', r#"{"sub":7,"#, 1)));
    add("huge", sign(id_header(), format!("{}{}", id_claims(), " ".repeat(20_000))));
    add("empty", String::new());
    add("dots", "..".to_owned());
    forged
}

#[tokio::test]
async fn t10_no_forged_token_is_believed_in_either_place() {
    let forged = forged_tokens();
    assert!(forged.len() >= 20);
    for (name, token) in forged {
        let esia =
            Esia::with(token, sign(access_header(), access_claims()), Reply::Json(harness::person())).await;
        let error = harness::client(&harness::settings(esia.url.clone()))
            .identify(&harness::code(), harness::now())
            .await;
        assert_eq!(error.unwrap_err().kind(), EsiaErrorKind::NotTrusted, "{name}");
        assert_eq!(esia.seen().len(), 1, "{name}: the person was asked for with an unchecked token");
    }
}

#[tokio::test]
async fn t10_the_access_token_is_checked_the_same_way() {
    for (name, token) in [
        ("stranger", sign_with("stranger.key.pem", access_header(), access_claims())),
        ("id header", sign(id_header(), access_claims())),
        (
            "unsigned",
            format!("{}.{}.", encode(access_header().to_string()), encode(access_claims().to_string())),
        ),
        ("opaque", "b3ab8f8a".to_owned()),
    ] {
        let result = harness::identify(sign(id_header(), id_claims()), token, harness::person()).await;
        assert_eq!(result.unwrap_err().kind(), EsiaErrorKind::NotTrusted, "{name}");
    }
}

#[tokio::test]
async fn t10_each_of_several_certificates_may_have_signed_and_a_removed_one_may_not() {
    let esia = Esia::with(
        sign_with("client.key.pem", id_header(), id_claims()),
        sign(access_header(), access_claims()),
        Reply::Json(harness::person()),
    )
    .await;
    let mut settings = harness::settings(esia.url.clone());
    let identify =
        async |settings: &_| harness::client(settings).identify(&harness::code(), harness::now()).await;
    assert_eq!(identify(&settings).await.unwrap_err().kind(), EsiaErrorKind::NotTrusted);
    settings.trusted_certificate_files.push(fixture("client.crt.pem"));
    assert!(identify(&settings).await.is_ok());
    settings.trusted_certificate_files.remove(0);
    assert_eq!(identify(&settings).await.unwrap_err().kind(), EsiaErrorKind::NotTrusted);
}
