//! Signatures from elsewhere: a program, a signing service. They are not believed until they verify.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use privyazka::config::esia::{EsiaSettings, SignerKind};
use privyazka::esia::{EsiaErrorKind, SignError, Stage};
use privyazka::gost::SigningKey;
use privyazka::platform::random;
use url::Url;
use uuid::Uuid;

use super::harness::{self, Esia, Reply, gost_fixture, v3_settings};

const STATE: &str = "7d3f1b2a-1111-4222-8333-444455556666";

/// What the authorize request with `STATE` signs: the clock of the tests stands still.
const SIGNED: &str = "TESTISopenid fullname birthdate snils email2026.01.02 03:04:05 +0000\
                      7d3f1b2a-1111-4222-8333-444455556666https://app.example/esia/callback";

fn key() -> SigningKey {
    let pem = std::fs::read(gost_fixture("xa.key.pem")).unwrap();
    SigningKey::from_pkcs8_der(&der::pem::decode_vec(&pem).unwrap().1).unwrap()
}

fn with_command(command: &[&str]) -> EsiaSettings {
    EsiaSettings {
        signer: SignerKind::Command,
        private_key_file: None,
        signer_command: command.iter().map(|&word| word.to_owned()).collect(),
        ..v3_settings(Url::parse("https://esia.example").unwrap(), "xa")
    }
}

async fn with_service(
    answer: impl Fn(&harness::Seen) -> Reply + Send + Sync + 'static,
) -> (EsiaSettings, Esia) {
    let service = Esia::start(answer).await;
    let settings = EsiaSettings {
        signer: SignerKind::Http,
        private_key_file: None,
        signer_url: Some(service.url.join("sign").unwrap()),
        ..v3_settings(Url::parse("https://esia.example").unwrap(), "xa")
    };
    (settings, service)
}

/// The `client_secret` of an authorize request, or what went wrong.
async fn client_secret(settings: &EsiaSettings, state: &Uuid) -> Result<String, EsiaErrorKind> {
    let url = harness::client(settings).authorization_url(state).await.map_err(|error| {
        assert_eq!(error.stage(), Stage::Request);
        error.kind()
    })?;
    Ok(url.query_pairs().find(|(name, _)| name == "client_secret").unwrap().1.into_owned())
}

fn state() -> Uuid {
    STATE.parse().unwrap()
}

fn write(folder: &Path, name: &str, content: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_program_gives_the_signature_of_the_one_message_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let signature = key().sign(SIGNED.as_bytes());
    let file = write(folder.path(), "signature", &signature);
    let settings = with_command(&["cat", &file]);
    assert_eq!(client_secret(&settings, &state()).await, Ok(URL_SAFE_NO_PAD.encode(signature)));
    // The same octets again, for another message: the signature of a request that has been.
    assert_eq!(client_secret(&settings, &random::uuid()).await, Err(EsiaErrorKind::OurFault));
}

#[tokio::test]
async fn t23_octets_in_the_wrong_order_or_of_another_key_never_leave() {
    let folder = tempfile::tempdir().unwrap();
    let mut signature = key().sign(SIGNED.as_bytes());
    signature.reverse();
    let file = write(folder.path(), "reversed", &signature);
    let settings = with_command(&["cat", &file]);
    assert_eq!(client_secret(&settings, &state()).await, Err(EsiaErrorKind::OurFault));
    let turned = EsiaSettings { signer_reverse_bytes: true, ..settings.clone() };
    assert!(client_secret(&turned, &state()).await.is_ok());
    let foreign = EsiaSettings { certificate_file: gost_fixture("a.crt.pem"), ..turned };
    assert_eq!(client_secret(&foreign, &state()).await, Err(EsiaErrorKind::OurFault));
    // The self-test at the start says so before the first person comes.
    let error = harness::client(&settings).test_signer().await.unwrap_err();
    assert_eq!(error, SignError::Foreign);
    assert!(!error.may_pass());
}

#[tokio::test]
async fn a_program_reads_the_message_from_its_input_and_sees_none_of_our_settings() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let settings = with_command(&["tee", copy.to_str().unwrap()]);
    assert_eq!(client_secret(&settings, &state()).await, Err(EsiaErrorKind::OurFault));
    assert_eq!(std::fs::read_to_string(copy).unwrap(), SIGNED);
}

#[tokio::test]
async fn a_program_that_fails_floods_or_hangs_ends_in_its_time() {
    for command in [
        vec!["/nonexistent/signer"],
        vec!["false"],
        vec!["true"],
        vec!["yes"],
        vec!["sleep", "60"],
        vec!["sh", "-c", "cat >/dev/null; sleep 60"],
    ] {
        let settings = EsiaSettings { signer_timeout: Duration::from_millis(500), ..with_command(&command) };
        let begun = Instant::now();
        let result = client_secret(&settings, &state()).await;
        assert_eq!(result, Err(EsiaErrorKind::OurFault), "{command:?}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{command:?}");
    }
}

#[tokio::test]
async fn a_message_longer_than_a_pipe_does_not_stop_a_program_that_will_not_read_it() {
    let mut settings = with_command(&["true"]);
    settings.scopes = vec!["x".repeat(300_000)];
    assert_eq!(client_secret(&settings, &state()).await, Err(EsiaErrorKind::OurFault));
}

#[tokio::test]
async fn at_most_four_programs_run_at_once() {
    let folder = tempfile::tempdir().unwrap();
    // Each run leaves a file and stays, so the files tell how many run at once.
    let script = format!("mktemp -p {} >/dev/null; exec sleep 60", folder.path().display());
    let settings =
        EsiaSettings { signer_timeout: Duration::from_secs(60), ..with_command(&["sh", "-c", &script]) };
    let client = harness::client(&settings);
    let states: Vec<Uuid> = (0..12).map(|_| random::uuid()).collect();
    let all = futures_util::future::join_all(states.iter().map(|state| client.authorization_url(state)));
    assert!(tokio::time::timeout(Duration::from_secs(2), all).await.is_err(), "none of them ends");
    let begun = std::fs::read_dir(folder.path()).unwrap().count();
    assert!((1..=4).contains(&begun), "{begun} programs ran");
}

#[tokio::test]
async fn a_service_is_sent_the_message_and_its_token_and_its_signature_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let key = key();
    let (settings, service) = with_service(move |request| {
        Reply::raw("200 OK", "Content-Type: application/octet-stream\r\n", key.sign(&request.body))
    })
    .await;
    let token = write(folder.path(), "token", b"secret-of-the-service\n");
    let settings = EsiaSettings { signer_token_file: Some(token.into()), ..settings };
    assert_eq!(client_secret(&settings, &state()).await.unwrap().len(), 86);
    assert!(client_secret(&settings, &random::uuid()).await.is_ok());
    let first = service.seen().swap_remove(0);
    assert_eq!(first.line, "POST /sign HTTP/1.1");
    assert_eq!(first.body, SIGNED.as_bytes());
    let headers = first.headers.to_ascii_lowercase();
    assert!(headers.contains("authorization: bearer secret-of-the-service"), "{headers}");
    assert!(headers.contains("content-type: application/octet-stream"), "{headers}");
    harness::client(&settings).test_signer().await.unwrap();
}

#[tokio::test]
async fn a_service_that_fails_or_lies_signs_nothing() {
    let octets = "Content-Type: application/octet-stream\r\n";
    for reply in [
        Reply::raw("500 Internal Server Error", octets, ""),
        Reply::raw("401 Unauthorized", octets, ""),
        Reply::raw("302 Found", "Location: /elsewhere\r\n", ""),
        Reply::raw("200 OK", octets, ""),
        Reply::raw("200 OK", octets, [1; 64]),
        Reply::raw("200 OK", octets, vec![1; 100_000]),
        Reply::Silence,
        Reply::Reset,
        Reply::Drip,
        Reply::EndlessChunks,
    ] {
        let (settings, service) = with_service(move |_| reply.clone()).await;
        let settings = EsiaSettings { signer_timeout: Duration::from_millis(500), ..settings };
        assert_eq!(client_secret(&settings, &state()).await, Err(EsiaErrorKind::OurFault));
        assert!(service.seen().len() <= 1, "nothing is asked twice");
    }
}

#[tokio::test]
async fn a_signer_that_is_away_at_the_start_may_come_later() {
    let away = EsiaSettings {
        signer: SignerKind::Http,
        signer_url: Some(Url::parse("http://127.0.0.1:9/sign").unwrap()),
        ..with_command(&["unused"])
    };
    let error = harness::client(&away).test_signer().await.unwrap_err();
    assert!(error.may_pass(), "{error}");
}
