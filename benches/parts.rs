//! `make bench`, first half: the parts that the journeys are made of (`docs/performance.md`).

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion's macros make functions; a measurement that cannot be set up shall end"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use askama::Template as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use privyazka::audit::RequestMeta;
use privyazka::config::Settings;
use privyazka::directory::demo_region::{self, generated_people, people::GeneratedPerson};
use privyazka::directory::{DirectoryCatalog, OrganisationId, ProfileId, snils_vault};
use privyazka::esia::EsiaClient;
use privyazka::federation::Purpose;
use privyazka::federation::authorization_request::seal_identity;
use privyazka::gost::{ParameterSet, SigningKey};
use privyazka::identity::{AssuranceLevel, Issuer, Snils, Subject, VerifiedIdentity};
use privyazka::linking::link_account::{Confirmation, LinkResult};
use privyazka::linking::{Linking, UndoLinks};
use privyazka::mail::Outbox;
use privyazka::platform::clock::Clock;
use privyazka::platform::random;
use privyazka::platform::secret::{Digest, Keys, MasterKey, Token};
use privyazka::sign_in::{BrowserSession, NewSession, Password, SessionStage, Sessions, SignInWay, password};
use privyazka::store::authorization_requests::{self, NewRequest};
use privyazka::store::{Db, Store, StoreError, organisations, profiles};
use privyazka::web::page::Page;
use privyazka::web::sign_in::selection::Choices;
use privyazka::web::sign_in::view::{LoginPage, Phase, Tab};

fn key_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The service with the legacy interface and RSA.
fn settings(folder: &Path) -> Settings {
    settings_of(folder, "v1", "rsa", "esia/client")
}

/// The service that speaks to ESIA so, and signs with this key.
fn settings_of(folder: &Path, api: &str, signer: &str, own: &str) -> Settings {
    let file = |name: &str| key_file(name).display().to_string();
    let folder = folder.display();
    let text = format!(
        r#"
        [server]
        listen = "127.0.0.1:0"
        public_url = "http://localhost:8080"
        [database]
        url = "sqlite://{folder}/parts.db"
        [esia]
        base_url = "http://127.0.0.1:9"
        client_id = "BENCH"
        certificate_file = "{}"
        api = "{api}"
        signer = "{signer}"
        private_key_file = "{}"
        trusted_certificate_files = ["{}"]
        [mail]
        transport = "memory"
        from = "Журнал <noreply@journal.example>"
        [secrets]
        key_file = "{folder}/master.key"
        "#,
        file(&format!("{own}.crt.pem")),
        file(&format!("{own}.key.pem")),
        file("esia/esia.crt.pem"),
    );
    Settings::from_toml(&text).unwrap()
}

fn signatures(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Each is signed and then checked with the own certificate, as before every request.
    for (what, api, signer, own) in [
        ("authorize address, v1: CMS by RSA, signed and checked", "v1", "rsa", "esia/client"),
        ("authorize address, v1: CMS by GOST, signed and checked", "v1", "gost", "gost/xa"),
        ("authorize address, v3: raw GOST signature, signed and checked", "v3", "gost", "gost/xa"),
    ] {
        let settings = settings_of(folder.path(), api, signer, own);
        let redirect = "http://localhost:8080/esia/callback".parse().unwrap();
        let client = EsiaClient::new(&settings.esia, redirect, Clock::system()).unwrap();
        c.bench_function(what, |b| {
            b.iter(|| runtime.block_on(client.authorization_url(&random::uuid())).unwrap());
        });
    }
    // The client's own checks of a token are not public; this is their costliest part.
    let pem = std::fs::read(key_file("esia/esia.key.pem")).unwrap();
    let key = KeyPair::from_pkcs8(&der::pem::decode_vec(&pem).unwrap().1).unwrap();
    let message = [b'x'; 900];
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &message, &mut signature).unwrap();
    c.bench_function("RS256 check of a token's signature", |b| {
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref());
        b.iter(|| public.verify(black_box(&message), black_box(&signature)).unwrap());
    });
}

fn gost(c: &mut Criterion) {
    let key = SigningKey::generate(ParameterSet::CryptoProXchA).unwrap();
    let message = [b'x'; 900];
    let signature = key.sign(&message);
    c.bench_function("GOST signature", |b| b.iter(|| key.sign(black_box(&message))));
    c.bench_function("GOST check of a signature", |b| {
        b.iter(|| assert!(key.public_key().verify(black_box(&message), black_box(&signature))));
    });
}

fn secrets(c: &mut Criterion) {
    let typed = Password::new("bench-2026-bench".into());
    let stored = password::hash(&typed).unwrap();
    let mut slow = c.benchmark_group("password");
    slow.sample_size(30);
    slow.bench_function("argon2id check", |b| b.iter(|| password::matches(&typed, &stored)));
    slow.finish();
    let keys = MasterKey::from_bytes([7; 32]).derive();
    let snils = Snils::with_control_sum(500_000_001);
    let sealed = snils_vault::store_snils(&keys, "uid", &snils);
    c.bench_function("SNILS sealed and hashed", |b| {
        b.iter(|| snils_vault::store_snils(&keys, "uid", black_box(&snils)));
    });
    c.bench_function("SNILS opened", |b| {
        b.iter(|| snils_vault::open_snils(&keys, "uid", black_box(&sealed)).unwrap());
    });
    c.bench_function("SNILS hashed", |b| b.iter(|| snils_vault::snils_hash(&keys, black_box(&snils))));
}

/// A small region on SQLite.
struct World {
    _folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    settings: Settings,
    keys: Arc<Keys>,
    store: Store,
    clock: Clock,
    organisation: OrganisationId,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let keys = Arc::new(MasterKey::from_bytes([7; 32]).derive());
        let store = Store::open(&settings.database).unwrap();
        let clock = Clock::system();
        let (for_region, now) = (Arc::clone(&keys), clock.now());
        runtime.block_on(store.write(move |db| demo_region::ensure(db, &for_region, now, "none"))).unwrap();
        let organisations = runtime.block_on(store.read(organisations::list_organisations)).unwrap();
        let organisation = organisations[0].id;
        Self { _folder: folder, runtime, settings, keys, store, clock, organisation }
    }

    fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.store.write(f)).unwrap()
    }

    fn session(&self, sessions: &Sessions, profile: ProfileId) -> (Token, BrowserSession) {
        let new = NewSession {
            profile: Some(profile),
            esia_subject: None,
            stage: SessionStage::Full,
            way: SignInWay::Password,
            shared_computer: false,
            place: "Firefox, Linux".into(),
            token: Token::generate(),
        };
        let (sessions, now, token) = (sessions.clone(), self.clock.now(), new.token.clone());
        (token, self.write(move |db| sessions.begin(db, &new, now)))
    }

    /// A person with a session and a trip that waits for confirmation.
    fn prepare(
        &self,
        sessions: &Sessions,
        number: u32,
        person: &GeneratedPerson,
    ) -> (BrowserSession, String) {
        let now = self.clock.now();
        let new = person.clone().profile(self.organisation, &self.keys, now, None);
        let profile = self.write(move |db| profiles::insert(db, &new));
        let (_, session) = self.session(sessions, profile);
        let reference = format!("BENCH-{number}");
        let identity = VerifiedIdentity {
            issuer: Issuer::new("http://127.0.0.1:9/"),
            subject: Subject::from_number(i64::from(number) + 1).unwrap(),
            level: AssuranceLevel::Confirmed,
            name: person.name.clone(),
            birth_date: Some(person.birth_date),
            snils: Some(person.snils.clone()),
            snils_malformed: false,
            email: None,
        };
        let sealed = seal_identity(&self.keys, &reference, &identity);
        let request = NewRequest {
            reference: reference.clone(),
            state_digest: Digest::of(format!("state {number}").as_bytes()),
            cookie_digest: Digest::of(b"cookie"),
            ticket_digest: None,
            connection: "bench".into(),
            purpose: Purpose::Link { profile, session: session.id },
            shared_computer: false,
            next_page: "settings",
            created_at: now,
            expires_at: now + chrono::Duration::minutes(20),
        };
        self.write(move |db| {
            let id = authorization_requests::insert(db, &request)?;
            authorization_requests::claim(db, id, now)?;
            authorization_requests::keep_identity(db, id, &sealed)
        });
        (session, reference)
    }
}

fn pages(c: &mut Criterion) {
    let world = World::new();
    let catalog = world.runtime.block_on(DirectoryCatalog::load(&world.store)).unwrap();
    let snapshot = catalog.snapshot();
    c.bench_function("organisation search", |b| b.iter(|| snapshot.search(black_box("сош 12 миасс"))));
    c.bench_function("sign-in page: lists and template", |b| {
        b.iter(|| {
            let lists = Choices::default().lists(&snapshot, Tab::Organisation);
            let view = LoginPage {
                linking_codes: true,
                page: Page::default(),
                tab: Tab::Organisation,
                phase: Phase::Both,
                form_action: "/login".into(),
                organisation: privyazka::web::sign_in::view::Organisation::Lists(lists),
                next: "",
                login: String::new(),
                shared_computer: false,
                demo_logins: Vec::new(),
            };
            view.render().unwrap()
        });
    });
}

fn database(c: &mut Criterion) {
    let world = World::new();
    let sessions = Sessions::new(world.store.clone(), world.clock.clone(), world.settings.sign_in.clone());
    let (token, _) = world.session(&sessions, ProfileId(1));
    c.bench_function("session and profile by cookie, SQLite", |b| {
        b.iter(|| world.runtime.block_on(sessions.find_live_with_profile(&token)).unwrap().unwrap());
    });
    let outbox = Outbox::new(
        Arc::clone(&world.keys),
        world.settings.region.clone(),
        world.settings.mail.sender().unwrap(),
    );
    let undo = UndoLinks::new("http://localhost:8080/undo/".into(), world.settings.linking.undo_life);
    let linking = Linking::new(sessions.clone(), Arc::clone(&world.keys), outbox, undo, &world.settings);
    let mut people = generated_people(7, u32::MAX).zip(0..);
    let meta = RequestMeta { request_id: "bench".into(), address: "127.0.0.1".into() };
    let mut durable = c.benchmark_group("durable");
    durable.sample_size(60).measurement_time(Duration::from_secs(5));
    durable.bench_function("link confirmed, SQLite, with its letter", |b| {
        b.iter_batched(
            || {
                let (person, number) = people.next().unwrap();
                world.prepare(&sessions, number, &person)
            },
            |(session, reference)| {
                let confirmation = Confirmation { explicit: true, password_proven: true };
                let link = linking.link(&session, reference, confirmation, meta.clone());
                let result = world.runtime.block_on(link).unwrap();
                assert!(matches!(result, LinkResult::Linked { .. }), "{result:?}");
            },
            BatchSize::PerIteration,
        );
    });
    durable.finish();
}

criterion_group!(parts, signatures, gost, secrets, pages, database);
criterion_main!(parts);
