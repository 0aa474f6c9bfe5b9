//! A server that plays ESIA's part with prepared answers, and the tokens it needs. It verifies nothing:
//! the training stand does that.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use der::Decode as _;
use privyazka::config::esia::{EsiaApi, EsiaSettings, SignerKind};
use privyazka::esia::{AuthorizationCode, EsiaClient, EsiaError};
use privyazka::identity::{Issuer, VerifiedIdentity};
use privyazka::platform::clock::{Clock, Timestamp};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

pub const CLIENT_ID: &str = "TESTIS";
pub const ISSUER: &str = "http://esia.example/";
pub const OID: i64 = 1_000_000_001;

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/esia").join(name)
}

/// The moment at which every test happens.
pub fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

pub fn settings(base_url: Url) -> EsiaSettings {
    EsiaSettings {
        base_url,
        browser_url: None,
        api: EsiaApi::V1,
        client_id: CLIENT_ID.to_owned(),
        redirect_uri: None,
        issuer: Some(Issuer::new(ISSUER)),
        scopes: ["openid", "fullname", "birthdate", "snils", "email"].map(str::to_owned).to_vec(),
        signer: SignerKind::Rsa,
        certificate_file: fixture("client.crt.pem"),
        private_key_file: Some(fixture("client.key.pem")),
        scope_org: Vec::new(),
        person_filter: None,
        signer_command: Vec::new(),
        signer_url: None,
        signer_token_file: None,
        signer_timeout: Duration::from_secs(5),
        signer_reverse_bytes: false,
        token_algorithm: None,
        trusted_certificate_files: vec![fixture("esia.crt.pem")],
        ca_file: None,
        connect_timeout: Duration::from_secs(5),
        request_timeout: Duration::from_secs(5),
        clock_skew: Duration::from_secs(60),
    }
}

/// A key, certificate or signature of OpenSSL's GOST engine (`tests/fixtures/gost/`).
pub fn gost_fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gost").join(name)
}

/// The interface of today's ESIA, signed with one of the GOST keys; ESIA's tokens are RSA as before.
pub fn v3_settings(base_url: Url, set: &str) -> EsiaSettings {
    EsiaSettings {
        api: EsiaApi::V3,
        signer: SignerKind::Gost,
        certificate_file: gost_fixture(&format!("{set}.crt.pem")),
        private_key_file: Some(gost_fixture(&format!("{set}.key.pem"))),
        ..settings(base_url)
    }
}

pub fn client(settings: &EsiaSettings) -> EsiaClient {
    let redirect_uri = Url::parse("https://app.example/esia/callback").unwrap();
    EsiaClient::new(settings, redirect_uri, Clock::manual(now())).unwrap()
}

pub fn code() -> AuthorizationCode {
    AuthorizationCode::parse("one-time-code").unwrap()
}

// ---- tokens ----------------------------------------------------------------------------------------

pub fn id_header() -> Value {
    json!({"ver": 0, "typ": "JWT", "sbt": "id", "alg": "RS256"})
}

pub fn access_header() -> Value {
    json!({"ver": 1, "typ": "JWT", "sbt": "access", "alg": "RS256"})
}

pub fn id_claims() -> Value {
    let now = now().timestamp();
    json!({
        "iss": ISSUER, "aud": CLIENT_ID, "sub": OID,
        "iat": now, "nbf": now, "exp": now + 10_800, "auth_time": now,
        "amr": "PWD", "urn:esia:amd": "PWD", "urn:esia:sid": "b3ab8f8a-0000-4000-8000-000000000001",
        "urn:esia:sbj": {
            "urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": OID, "urn:esia:sbj:nam": format!("OID.{OID}"),
            "urn:esia:sbj:is_tru": true, "urn:esia:sbj:lvl": "PR",
        },
    })
}

pub fn access_claims() -> Value {
    let now = now().timestamp();
    json!({
        "iss": ISSUER, "client_id": CLIENT_ID, "iat": now, "nbf": now, "exp": now + 3600,
        "scope": format!("openid fullname?oid={OID}"), "urn:esia:sbj_id": OID,
        "urn:esia:sid": "b3ab8f8a-0000-4000-8000-000000000001",
    })
}

pub fn encode(part: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

/// RSA PKCS#1 v1.5 with SHA-256 by one of the fixture keys.
pub fn rsa_signature(key_file: &str, message: &str) -> Vec<u8> {
    let pem = std::fs::read(fixture(key_file)).unwrap();
    let key = KeyPair::from_pkcs8(&der::pem::decode_vec(&pem).unwrap().1).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    signature
}

pub fn sign_with(key_file: &str, header: impl ToString, claims: impl ToString) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let signature = encode(rsa_signature(key_file, &message));
    format!("{message}.{signature}")
}

pub fn sign(header: impl ToString, claims: impl ToString) -> String {
    sign_with("esia.key.pem", header, claims)
}

/// The public key in the client's trusted certificate, as the DER of an RSAPublicKey.
pub fn esia_public_key() -> Vec<u8> {
    let pem = std::fs::read(fixture("esia.crt.pem")).unwrap();
    let certificate = x509_cert::Certificate::from_der(&der::pem::decode_vec(&pem).unwrap().1).unwrap();
    certificate.tbs_certificate.subject_public_key_info.subject_public_key.raw_bytes().to_vec()
}

pub fn person() -> Value {
    json!({
        "stateFacts": ["EntityRoot"], "firstName": "Анна", "lastName": "Смирнова", "middleName": "Викторовна",
        "birthDate": "01.02.1990", "snils": "112-233-445 95", "trusted": true, "verifying": false,
        "status": "REGISTERED", "updatedOn": 1_700_000_000,
        "contacts": {"stateFacts": ["hasSize"], "size": 1, "elements": [
            {"type": "EML", "vrfStu": "VERIFIED", "value": "anna@example.ru"}]},
    })
}

// ---- the server ------------------------------------------------------------------------------------

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub line: String,
    pub headers: String,
    pub form: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// How to answer it.
#[derive(Clone)]
pub enum Reply {
    /// 200 and JSON.
    Json(Value),
    /// Status line, headers and body exactly as given; then the connection is closed.
    Raw(Vec<u8>),
    /// A good head, then a byte of the body each second.
    Drip,
    /// A good head, then chunks without end.
    EndlessChunks,
    /// A header line without end.
    EndlessHead,
    /// Nothing.
    Silence,
    /// Closed without an answer.
    Reset,
}

impl Reply {
    pub fn raw(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes = format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        Self::Raw(bytes)
    }

    pub fn json_text(status: &str, body: impl AsRef<[u8]>) -> Self {
        Self::raw(status, "Content-Type: application/json;charset=UTF-8\r\n", body)
    }
}

/// A running server. It ends with the test's runtime.
pub struct Esia {
    pub url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Esia {
    pub async fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (seen.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answer) = (log.clone(), answer.clone());
                tokio::spawn(async move {
                    // A client that hangs up in the middle is what some tests are about.
                    let _ = serve(stream, &log, &*answer).await;
                });
            }
        });
        Self { url, seen }
    }

    /// Answers the token request with these tokens and the right state, the person request with `person`.
    pub async fn with(id_token: String, access_token: String, person: Reply) -> Self {
        Self::start(move |request| {
            if request.line.starts_with("POST /aas/oauth2/") {
                Reply::Json(token_answer(request, &id_token, &access_token))
            } else {
                person.clone()
            }
        })
        .await
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

pub fn token_answer(request: &Seen, id_token: &str, access_token: &str) -> Value {
    json!({
        "access_token": access_token, "id_token": id_token, "token_type": "Bearer", "expires_in": 3600,
        "state": request.form["state"],
    })
}

pub async fn identify(
    id_token: String,
    access_token: String,
    person: Value,
) -> Result<VerifiedIdentity, EsiaError> {
    let esia = Esia::with(id_token, access_token, Reply::Json(person)).await;
    client(&settings(esia.url.clone())).identify(&code(), now()).await
}

async fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Seen>>,
    answer: &(dyn Fn(&Seen) -> Reply + Send + Sync),
) -> std::io::Result<()> {
    let request = read_request(&mut stream).await?;
    let reply = answer(&request);
    log.lock().unwrap().push(request);
    const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    match reply {
        Reply::Json(json) => {
            let Reply::Raw(bytes) = Reply::json_text("200 OK", json.to_string()) else { unreachable!() };
            stream.write_all(&bytes).await?;
        }
        Reply::Raw(bytes) => stream.write_all(&bytes).await?,
        Reply::Drip => {
            stream.write_all(&[HEAD, b"Content-Length: 1000\r\n\r\n"].concat()).await?;
            for _ in 0..1000 {
                stream.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        Reply::EndlessChunks => {
            stream.write_all(&[HEAD, b"Transfer-Encoding: chunked\r\n\r\n"].concat()).await?;
            let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 0x10000], b"\r\n"].concat();
            // 64 MiB, far beyond what a client may read.
            for _ in 0..1024 {
                stream.write_all(&chunk).await?;
            }
        }
        Reply::EndlessHead => {
            stream.write_all(&[HEAD, b"X: "].concat()).await?;
            for _ in 0..1024 {
                stream.write_all(&vec![b'x'; 0x10000]).await?;
            }
        }
        Reply::Silence => {
            let mut rest = [0; 1];
            let _ = stream.read(&mut rest).await?;
        }
        Reply::Reset => {}
    }
    Ok(())
}

async fn read_request(stream: &mut TcpStream) -> std::io::Result<Seen> {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head
                .lines()
                .filter_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
                .next()
                .unwrap_or(0_usize);
            if bytes.len() >= end + 4 + length {
                bytes.drain(..end + 4);
                break (head, length);
            }
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    };
    let body = bytes[..length].to_vec();
    let form = url::form_urlencoded::parse(&body).into_owned().collect();
    let (line, headers) = head.split_once("\r\n").unwrap_or((&head, ""));
    Ok(Seen { line: line.to_owned(), headers: headers.to_owned(), form, body })
}
