//! T15–T17: an ESIA that is down, slow, broken or hostile.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use privyazka::esia::{AuthorizationCode, EsiaErrorKind, Stage};
use serde_json::{Value, json};

use super::harness::{
    self, Esia, OID, Reply, access_claims, access_header, id_claims, id_header, sign, token_answer,
};

/// Long enough for a good answer on a busy machine; only the answers that hang take it whole.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(1);

/// That an answer says it is packed is enough to refuse it: no bomb is ever unpacked. The body under it is
/// good, so that only the refusal keeps it out.
const GZIP: &str = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
const JSON: &str = "Content-Type: application/json\r\n";
const HTML: &str = "Content-Type: text/html\r\n";

fn bad_answers() -> Vec<(&'static str, Reply)> {
    let bytes = |text: &str| Reply::Raw(text.as_bytes().to_vec());
    vec![
        ("slow", Reply::Drip),
        ("endless chunks", Reply::EndlessChunks),
        ("endless head", Reply::EndlessHead),
        ("silence", Reply::Silence),
        ("reset", Reply::Reset),
        ("64 MiB promised", bytes(&format!("HTTP/1.1 200 OK\r\n{JSON}Content-Length: 67108864\r\n\r\n"))),
        ("256 KiB and a byte", Reply::raw("200 OK", JSON, vec![b' '; 256 * 1024 + 1])),
        (
            "head over 64 KiB",
            Reply::raw("200 OK", &format!("{JSON}X-Long: {}\r\n", "x".repeat(70_000)), "{}"),
        ),
        ("gzip", Reply::raw("200 OK", GZIP, "{}")),
        ("500 html", Reply::raw("500 Internal Server Error", HTML, "<h1>500</h1>")),
        ("502 html", Reply::raw("502 Bad Gateway", HTML, "<h1>502</h1>")),
        ("503 retry later", Reply::raw("503 Service Unavailable", "Retry-After: 86400\r\n", "")),
        ("503 json", Reply::raw("503 Service Unavailable", JSON, r#"{"error":"invalid_grant"}"#)),
        ("429", Reply::raw("429 Too Many Requests", "Retry-After: 86400\r\n", "")),
        ("404", Reply::raw("404 Not Found", HTML, "")),
        ("204", bytes("HTTP/1.1 204 No Content\r\n\r\n")),
        ("302", Reply::raw("302 Found", "Location: /elsewhere\r\n", "")),
        ("400 html", Reply::raw("400 Bad Request", HTML, "<h1>400</h1>")),
        ("400 json without error", Reply::raw("400 Bad Request", JSON, "{}")),
        ("400 empty", Reply::raw("400 Bad Request", JSON, "")),
        ("html", Reply::raw("200 OK", HTML, "<html>")),
        ("json said to be html", Reply::raw("200 OK", HTML, "{}")),
        ("no content type", Reply::raw("200 OK", "", "{}")),
        ("empty", Reply::raw("200 OK", JSON, "")),
        ("cut", bytes(&format!("HTTP/1.1 200 OK\r\n{JSON}Content-Length: 100\r\n\r\n{{\"a\""))),
        ("cut in the head", bytes("HTTP/1.1 200 OK\r\nContent-")),
        ("no http", bytes("hello\r\n\r\n")),
        ("list", Reply::raw("200 OK", JSON, "[]")),
        ("repeated key", Reply::raw("200 OK", JSON, r#"{"oid":1,"oid":1}"#)),
        ("depth 100000", Reply::raw("200 OK", JSON, "[".repeat(100_000))),
        ("broken utf-8", Reply::raw("200 OK", JSON, b"{\"a\":\"\xff\"}")),
        ("two values", Reply::raw("200 OK", JSON, "{}{}")),
    ]
}

async fn identify_within(esia: &Esia, name: &str) -> (EsiaErrorKind, Stage) {
    let mut settings = harness::settings(esia.url.clone());
    settings.request_timeout = REQUEST_TIMEOUT;
    let client = harness::client(&settings);
    let started = Instant::now();
    let error = client.identify(&harness::code(), harness::now()).await.unwrap_err();
    assert!(
        started.elapsed() < 2 * REQUEST_TIMEOUT + Duration::from_secs(1),
        "{name}: {:?}",
        started.elapsed()
    );
    assert!(error.to_string().len() < 120, "{name}");
    (error.kind(), error.stage())
}

#[tokio::test]
async fn t16_t17_every_bad_answer_to_the_token_request_is_unavailable_in_time_and_not_repeated() {
    let answers = bad_answers();
    assert!(answers.len() >= 20);
    for (name, reply) in answers {
        let esia = Esia::start(move |_| reply.clone()).await;
        let outcome = identify_within(&esia, name).await;
        assert_eq!(outcome, (EsiaErrorKind::Unavailable, Stage::Token), "{name}");
        assert_eq!(esia.seen().len(), 1, "{name}: the code was sent again");
    }
}

#[tokio::test]
async fn t16_t17_every_bad_answer_to_the_person_request_is_unavailable_in_time() {
    let (id, access) = (sign(id_header(), id_claims()), sign(access_header(), access_claims()));
    for (name, reply) in bad_answers() {
        let esia = Esia::with(id.clone(), access.clone(), reply).await;
        let outcome = identify_within(&esia, name).await;
        assert_eq!(outcome, (EsiaErrorKind::Unavailable, Stage::Person), "{name}");
        assert_eq!(esia.seen().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn t17_nobody_listens() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = harness::client(&harness::settings(format!("http://{address}").parse().unwrap()));
    let error = client.identify(&harness::code(), harness::now()).await.unwrap_err();
    assert_eq!(error.kind(), EsiaErrorKind::Unavailable);
}

#[tokio::test]
async fn t16_twenty_endless_answers_at_once_are_all_cut() {
    let esia = Esia::start(|_| Reply::EndlessChunks).await;
    let client = harness::client(&harness::settings(esia.url.clone()));
    let (code, now) = (harness::code(), harness::now());
    let results = futures_util::future::join_all((0..20).map(|_| client.identify(&code, now))).await;
    assert!(results.iter().all(|result| result.as_ref().is_err_and(|e| e.to_string().contains("too large"))));
}

#[tokio::test]
async fn t15_nothing_in_an_answer_makes_us_go_elsewhere() {
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let address = trap.local_addr().unwrap();
    let (id, access) = (sign(id_header(), id_claims()), sign(access_header(), access_claims()));
    for status in
        ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let location = format!("Location: http://{address}/\r\n");
        let reply = Reply::raw(status, &location, "");
        let esia = Esia::start({
            let reply = reply.clone();
            move |_| reply.clone()
        })
        .await;
        assert_eq!(identify_within(&esia, status).await.0, EsiaErrorKind::Unavailable);
        let esia = Esia::with(id.clone(), access.clone(), reply).await;
        assert_eq!(identify_within(&esia, status).await.0, EsiaErrorKind::Unavailable);
    }
    // Contacts as addresses, among them foreign ones: never followed.
    let mut person = harness::person();
    person["contacts"]["elements"] = json!([
        format!("http://{address}/rs/prns/{OID}/ctts/1"),
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "../../ctts/1",
    ]);
    // A stranger's token that names where to fetch its key.
    let mut header = id_header();
    header["jku"] = json!(format!("http://{address}/keys"));
    header["x5u"] = json!(format!("http://{address}/certificate"));
    let identity =
        harness::identify(sign(header.clone(), id_claims()), access.clone(), person).await.unwrap();
    assert_eq!(identity.email, None);
    let forged = harness::sign_with("stranger.key.pem", header, id_claims());
    assert!(harness::identify(forged, access, harness::person()).await.is_err());
    assert_eq!(trap.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "somebody came");
}

async fn token_outcome(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Option<EsiaErrorKind> {
    let (id, access) = (sign(id_header(), id_claims()), sign(access_header(), access_claims()));
    let esia = Esia::start(move |request| {
        if request.line.starts_with("POST") {
            let mut answer = token_answer(request, &id, &access);
            change(&mut answer);
            Reply::Json(answer)
        } else {
            Reply::Json(harness::person())
        }
    })
    .await;
    let client = harness::client(&harness::settings(esia.url.clone()));
    client.identify(&harness::code(), harness::now()).await.err().map(|error| error.kind())
}

#[tokio::test]
async fn the_token_answer_is_checked_field_by_field() {
    for good in [json!(3600), json!("3600")] {
        assert_eq!(token_outcome(move |answer| answer["expires_in"] = good.clone()).await, None);
    }
    assert_eq!(token_outcome(|answer| answer["token_type"] = json!("bearer")).await, None);
    assert_eq!(token_outcome(|answer| answer["refresh_token"] = json!("unasked for")).await, None);
    for bad in [json!("soon"), json!(-1), json!(1.5), json!([3600])] {
        let outcome = token_outcome(move |answer| answer["expires_in"] = bad.clone()).await;
        assert_eq!(outcome, Some(EsiaErrorKind::Unavailable));
    }
    for field in ["access_token", "id_token", "token_type", "state"] {
        let outcome = token_outcome(move |answer| drop(answer.as_object_mut().unwrap().remove(field))).await;
        assert_eq!(outcome, Some(EsiaErrorKind::Unavailable), "without {field}");
        let outcome = token_outcome(move |answer| answer[field] = json!({"a": 1})).await;
        assert_eq!(outcome, Some(EsiaErrorKind::Unavailable), "{field} is an object");
    }
    let outcome = token_outcome(|answer| answer["token_type"] = json!("mac")).await;
    assert_eq!(outcome, Some(EsiaErrorKind::Unavailable));
    for foreign in [json!("7d3f1b2a-1111-4222-8333-444455556666"), json!("")] {
        let outcome = token_outcome(move |answer| answer["state"] = foreign.clone()).await;
        assert_eq!(outcome, Some(EsiaErrorKind::NotTrusted));
    }
}

#[tokio::test]
async fn a_refusal_at_the_token_step_is_classified_and_its_text_stays_out_of_the_error() {
    for (error, description, expected, code) in [
        ("invalid_grant", "ESIA-007011: SECRET", EsiaErrorKind::InvalidGrant, Some(7_011)),
        ("invalid_grant", "", EsiaErrorKind::InvalidGrant, None),
        (
            "access_denied",
            "ESIA-007053: OAuthErrorEnum.clientSecretWrong SECRET",
            EsiaErrorKind::OurFault,
            Some(7_053),
        ),
        ("invalid_request", "ESIA-007015: SECRET", EsiaErrorKind::OurFault, Some(7_015)),
        ("server_error", "ESIA-007007: SECRET", EsiaErrorKind::Unavailable, Some(7_007)),
        ("SECRET", "SECRET", EsiaErrorKind::Unavailable, None),
    ] {
        let body = json!({"error": error, "error_description": description}).to_string();
        let esia = Esia::start(move |_| Reply::json_text("400 Bad Request", &body)).await;
        let client = harness::client(&harness::settings(esia.url.clone()));
        let refusal = client.identify(&harness::code(), harness::now()).await.unwrap_err();
        assert_eq!((refusal.kind(), refusal.esia_code()), (expected, code), "{error} {description}");
        assert!(!format!("{refusal} {refusal:?}").contains("SECRET"));
    }
}

#[tokio::test]
async fn a_refused_scope_at_the_person_step_is_our_fault() {
    let (id, access) = (sign(id_header(), id_claims()), sign(access_header(), access_claims()));
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let body = r#"{"code":"ESIA-005029","message":"SecurityErrorEnum.scopeNotAllowed"}"#;
        let esia = Esia::with(id.clone(), access.clone(), Reply::json_text(status, body)).await;
        let client = harness::client(&harness::settings(esia.url.clone()));
        let error = client.identify(&harness::code(), harness::now()).await.unwrap_err();
        assert_eq!(error.kind(), EsiaErrorKind::OurFault, "{status}");
    }
}

#[tokio::test]
async fn t22_no_error_and_no_debug_text_holds_code_or_token() {
    let id = sign(id_header(), json!({"secret": "ID-CLAIM"}));
    let code = AuthorizationCode::parse("SECRET-CODE").unwrap();
    let esia = Esia::with(id.clone(), "SECRET-ACCESS".to_owned(), Reply::Json(harness::person())).await;
    let client = harness::client(&harness::settings(esia.url.clone()));
    let error = client.identify(&code, harness::now()).await.unwrap_err();
    let text = format!("{error} {error:?} {code:?} {client:?}");
    assert!(!text.contains("SECRET") && !text.contains(&id[..20]), "{text}");
}
