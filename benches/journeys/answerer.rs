//! The load's peer at ESIA's two server addresses: gives any made-up person's tokens and data, after a
//! delay. It refuses nothing and stores nothing; it runs in the load's process, so its work is not counted
//! as the service's. The training stand knows eight people, which is too few to link a region.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use privyazka::directory::demo_region::people::GeneratedPerson;
use privyazka::gost::SigningKey;
use privyazka::identity::Issuer;
use privyazka::platform::clock::Clock;
use serde_json::{Value, json};

/// The other algorithm is GOST's.
const RS256: &str = "RS256";
/// Our mnemonic there.
pub const CLIENT_ID: &str = "BENCH";
/// The first made-up person's number at ESIA.
const FIRST_SUBJECT: i64 = 1_000_000_000;
/// Real codes are signed tokens; their length is what matters here.
const CODE_LENGTH: usize = 1_400;

/// A file of the keys that the tests of the client use.
pub fn key_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The running peer.
pub struct Answerer {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    people: Vec<GeneratedPerson>,
    key: KeyPair,
    gost_key: SigningKey,
    issuer: String,
    delay_ms: AtomicU64,
    waiting: AtomicUsize,
}

/// The number of a made-up person at ESIA.
pub fn subject(person: u32) -> i64 {
    FIRST_SUBJECT + i64::from(person)
}

/// The code with which that person comes back.
pub fn code(person: u32) -> String {
    format!("{}.{}", subject(person), "c".repeat(CODE_LENGTH))
}

impl Answerer {
    /// Starts it on a spare port, for these people.
    pub fn start(people: Vec<GeneratedPerson>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("bound");
        let der = |name| {
            let pem = std::fs::read(key_file(name)).expect("the key file is there");
            der::pem::decode_vec(&pem).expect("PEM").1
        };
        let key = KeyPair::from_pkcs8(&der("esia/esia.key.pem")).expect("PKCS#8");
        let gost_key = SigningKey::from_pkcs8_der(&der("gost/tca.key.pem")).expect("PKCS#8");
        let shared = Arc::new(Shared {
            people,
            key,
            gost_key,
            issuer: format!("http://127.0.0.1:{}/", address.port()),
            delay_ms: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
        });
        let data = Data::from(Arc::clone(&shared));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/aas/oauth2/te", web::post().to(rsa_tokens))
                .route("/aas/oauth2/v3/te", web::post().to(gost_tokens))
                .route("/rs/prns/{oid}", web::get().to(person))
        })
        .workers(1)
        .keep_alive(Duration::from_secs(75))
        .disable_signals()
        .listen(listener)
        .expect("listening")
        .run();
        actix_web::rt::spawn(server);
        Self { address, shared }
    }

    /// What stands in its tokens as `iss`.
    pub fn issuer(&self) -> Issuer {
        Issuer::new(self.shared.issuer.clone())
    }

    /// From now on every answer waits this long.
    pub fn set_delay(&self, delay: Duration) {
        self.shared.delay_ms.store(u64::try_from(delay.as_millis()).expect("short"), Ordering::Relaxed);
    }

    /// Requests that wait now.
    pub fn waiting(&self) -> usize {
        self.shared.waiting.load(Ordering::Relaxed)
    }
}

impl Shared {
    async fn wait(&self) {
        let delay = self.delay_ms.load(Ordering::Relaxed);
        if delay > 0 {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(delay)).await;
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn sign(&self, algorithm: &str, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = if algorithm == RS256 {
            let mut signature = vec![0; self.key.public_modulus_len()];
            self.key
                .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
                .expect("an RSA key signs");
            signature
        } else {
            self.gost_key.sign(signed.as_bytes()).to_vec()
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

async fn rsa_tokens(shared: Data<Shared>, body: Bytes) -> HttpResponse {
    tokens(&shared, &body, RS256).await
}

async fn gost_tokens(shared: Data<Shared>, body: Bytes) -> HttpResponse {
    tokens(&shared, &body, "GOST3410_2012_256").await
}

async fn tokens(shared: &Shared, body: &[u8], algorithm: &str) -> HttpResponse {
    shared.wait().await;
    let field = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(body);
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let code = field("code");
    let oid: i64 = code.split('.').next().and_then(|oid| oid.parse().ok()).unwrap_or_default();
    let now = Clock::system().now().timestamp();
    let common = json!({ "iss": shared.issuer, "iat": now, "nbf": now, "exp": now + 3_600 });
    let with = |more: Value| {
        let mut claims = common.clone();
        let target = claims.as_object_mut().expect("an object");
        target.extend(more.as_object().cloned().unwrap_or_default());
        claims
    };
    let access = with(json!({
        "client_id": CLIENT_ID, "scope": format!("openid fullname?oid={oid} snils?oid={oid}"),
        "urn:esia:sbj_id": oid, "urn:esia:sid": "b3ab8f8a-0000-4000-8000-000000000001",
    }));
    let id = with(json!({
        "aud": CLIENT_ID, "sub": oid, "auth_time": now, "amr": "PWD", "urn:esia:amd": "PWD",
        "urn:esia:sid": "b3ab8f8a-0000-4000-8000-000000000001",
        "urn:esia:sbj": {
            "urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": oid, "urn:esia:sbj:nam": format!("OID.{oid}"),
            "urn:esia:sbj:is_tru": true, "urn:esia:sbj:lvl": "PR",
        },
    }));
    let header = |version, purpose| json!({"ver": version, "typ": "JWT", "sbt": purpose, "alg": algorithm});
    HttpResponse::Ok().json(json!({
        "access_token": shared.sign(algorithm, &header(1, "access"), &access),
        "id_token": shared.sign(algorithm, &header(0, "id"), &id),
        "token_type": "Bearer", "expires_in": 3_600, "state": field("state"),
    }))
}

async fn person(shared: Data<Shared>, oid: web::Path<i64>) -> HttpResponse {
    shared.wait().await;
    let number = usize::try_from(*oid - FIRST_SUBJECT).ok();
    let Some(person) = number.and_then(|number| shared.people.get(number)) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok().json(json!({
        "stateFacts": ["EntityRoot"], "eTag": "A3CE", "trusted": true, "verifying": false,
        "status": "REGISTERED", "updatedOn": 1_767_225_600, "containsUpCfmCode": false,
        "lastName": person.name.last, "firstName": person.name.first, "middleName": person.name.middle,
        "birthDate": person.birth_date.format("%d.%m.%Y").to_string(),
        "snils": person.snils.digits(),
        "contacts": { "stateFacts": ["hasSize"], "size": 1, "elements": [{
            "stateFacts": ["Identifiable"], "id": 1, "type": "EML", "vrfStu": "VERIFIED",
            "value": format!("{}@journal.example", person.login),
        }]},
    }))
}
