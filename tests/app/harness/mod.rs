//! A running service with a training stand, a folder of letters and people with browsers.
//!
//! ```ignore
//! let world = World::start(&database).await;
//! let anna = world.person();
//! anna.sign_in("teacher").await;
//! …
//! world.end().await;
//! ```
//!
//! [`World::end`] stops everything, proves that nothing runs on and that the log names nobody (T49); a test that passes must call it.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each journey uses a part of this; a world that cannot be set up shall panic"
)]

pub mod browser;
pub mod log;
pub mod look;
pub mod operator;
pub mod page;
pub mod person;
pub mod town;
pub mod wiretap;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use privyazka::app::{self, DemoExtras, RunningApp};
use privyazka::config::Settings;
use privyazka::mail::mailbox::{self, StoredLetter};
use privyazka::platform::clock::{Clock, Timestamp};
use privyazka::platform::secret::{Keys, MasterKey};
use privyazka::stand::credentials::ensure_client;
use privyazka::stand::persona::Persona;
use privyazka::stand::{self, RegisteredClient, StandHandle, StandSettings};
use privyazka::store::{Db, Store, StoreError};

use crate::support::database::{TestDatabase, block_on};
use crate::support::processes::spare_port;
pub use person::Person;

const CLIENT_ID: &str = "PRIVYAZKA_TEST";
/// How long something that happens in the background may take at most.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything a journey needs.
pub struct World {
    stand: Option<StandHandle>,
    pub clock: Clock,
    pub services: app::Services,
    /// Origin that browsers see.
    pub origin: String,
    /// Where the public listener really is.
    pub socket: SocketAddr,
    /// Where the admin listener really is.
    pub admin: SocketAddr,
    /// Keys, letters.
    folder: tempfile::TempDir,
    app: Option<RunningApp>,
    ended: bool,
}

/// How a world differs from the usual one.
pub struct Setup {
    public_url: Option<String>,
    demo: bool,
    adjust: Box<dyn Fn(&mut Settings)>,
}

impl Default for Setup {
    fn default() -> Self {
        Self { public_url: None, demo: false, adjust: Box::new(|_| {}) }
    }
}

impl Setup {
    /// Browsers see this address instead of `http://localhost:PORT`.
    #[must_use]
    pub fn public_url(self, url: &str) -> Self {
        Self { public_url: Some(url.to_owned()), ..self }
    }

    /// With the pages of the demo.
    #[must_use]
    pub fn demo(self) -> Self {
        Self { demo: true, ..self }
    }

    /// With these settings changed.
    #[must_use]
    pub fn with(self, adjust: impl Fn(&mut Settings) + 'static) -> Self {
        Self { adjust: Box::new(adjust), ..self }
    }

    /// Starts it over an empty database.
    pub async fn start(self, database: &TestDatabase) -> World {
        World::build(database, self).await
    }
}

/// Runs a journey on SQLite alone: what it shows does not depend on the database.
pub fn on_sqlite(journey: impl AsyncFnOnce(&TestDatabase)) {
    block_on(journey(&TestDatabase::sqlite()));
}

/// 22 November 2026, a Sunday morning in the region; the clock stands still until it is moved.
pub fn beginning() -> Timestamp {
    Timestamp::from_timestamp_micros(1_795_323_600_123_456).expect("a valid moment")
}

/// Keys are slow to make, so all tests share one folder of them.
fn credentials() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("stand-credentials")
}

impl World {
    /// The usual one.
    pub async fn start(database: &TestDatabase) -> Self {
        Setup::default().start(database).await
    }

    async fn build(database: &TestDatabase, setup: Setup) -> Self {
        log::keep();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        // One key for all: several services over one database have the same.
        MasterKey::from_bytes([7; 32])
            .write_new(&folder.path().join("master.key"))
            .expect("a key can be written");
        let clock = Clock::manual(beginning());
        // Somebody may take a port between its choice and its use; another is tried then.
        for _ in 0..5 {
            let (port, admin) = (spare_port(), spare_port());
            let origin = setup.public_url.clone().unwrap_or_else(|| format!("http://localhost:{port}"));
            let stand = start_stand(&clock, &origin).await;
            let mut settings = settings(&folder, database, &stand, port, admin, &origin);
            (setup.adjust)(&mut settings);
            populate(&settings, &clock).await;
            let extras = setup.demo.then(|| DemoExtras { mail_folder: folder.path().join("mail") });
            match app::start(settings, clock.clone(), extras).await {
                Ok(app) => {
                    return Self {
                        stand: Some(stand),
                        clock,
                        services: app.services.clone(),
                        origin,
                        socket: app.address,
                        admin: app.admin_address,
                        folder,
                        app: Some(app),
                        ended: false,
                    };
                }
                Err(error) if error.to_string().contains("cannot listen") => stand.stop().await,
                Err(error) => panic!("the service does not start: {error:#}"),
            }
        }
        panic!("no port stays free");
    }

    /// Somebody with a browser of their own.
    pub fn person(&self) -> Person {
        Person::new(self, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    }

    /// The same with another browser.
    pub fn person_with(&self, user_agent: &str) -> Person {
        Person::new(self, user_agent)
    }

    /// Keys of the service.
    pub fn keys(&self) -> Arc<Keys> {
        let key = MasterKey::read(&self.folder.path().join("master.key")).expect("written at the start");
        Arc::new(key.derive())
    }

    /// The database, for what no page shows.
    pub fn store(&self) -> &Store {
        &self.services.store
    }

    /// Reads from the database.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store().read(f).await.expect("readable")
    }

    /// Changes the database behind the service's back.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store().write(f).await.expect("writable")
    }

    /// Moves the one clock of service, stand and browsers.
    pub fn wait(&self, time: chrono::Duration) {
        self.clock.advance(time);
    }

    /// The letters to an address once there are `count`, oldest first. The dispatcher works in the
    /// background, so they are looked for until they are there.
    pub async fn letters_to(&self, address: &str, count: usize) -> Vec<StoredLetter> {
        let address = address.to_owned();
        let folder = self.folder.path().join("mail");
        let look = || {
            let mut letters = mailbox::list(&folder).expect("a folder of letters");
            letters.retain(|letter| letter.to == address);
            letters.reverse();
            letters
        };
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let letters = look();
            if letters.len() >= count {
                return letters;
            }
            assert!(tokio::time::Instant::now() < deadline, "{} letters, not {count}", letters.len());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The folder of letters.
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// The training stand.
    pub fn stand(&self) -> &StandHandle {
        self.stand.as_ref().expect("the stand runs")
    }

    /// The stand goes away, as an outage does.
    pub async fn stop_stand(&mut self) {
        if let Some(stand) = self.stand.take() {
            stand.stop().await;
        }
    }

    /// Everybody at the stand is this person from now on, and agrees to everything.
    pub fn stand_serves(&self, email: &str) {
        self.stand().set_automatic(Some(Persona::find_by_login(email).expect("a person of the stand")));
    }

    /// Stops the service and the stand.
    async fn stop(&mut self) {
        self.ended = true;
        if let Some(app) = self.app.take() {
            app.stop().await;
        }
        self.stop_stand().await;
    }

    /// Ends while another world of the same test goes on, whose end then looks after the tasks.
    pub async fn end_beside(mut self, _other: &Self) {
        self.stop().await;
    }

    /// Stops the service and the stand, and proves that no background task is left.
    pub async fn end(mut self) {
        self.stop().await;
        log::holds_nobody();
        // The pool of connections to ESIA has a task that lives as long as the last service.
        drop(self);
        let metrics = tokio::runtime::Handle::current().metrics();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while metrics.num_alive_tasks() > 0 {
            assert!(
                tokio::time::Instant::now() < deadline,
                "{} tasks outlive the service",
                metrics.num_alive_tasks()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        assert!(self.ended || std::thread::panicking(), "end the world with `world.end().await`");
    }
}

async fn start_stand(clock: &Clock, origin: &str) -> StandHandle {
    let made = tokio::task::spawn_blocking(|| ensure_client(&credentials(), CLIENT_ID));
    let certificate = made.await.expect("no panic").expect("credentials can be made").certificate_file;
    let client = RegisteredClient::new(CLIENT_ID, "Сетевой город", certificate, vec![origin.to_owned()]);
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = StandSettings::new(listen, credentials(), vec![client]).accepting_rsa();
    stand::start(StandSettings { clock: clock.clone(), ..settings }).await.expect("the stand starts")
}

fn settings(
    folder: &tempfile::TempDir,
    database: &TestDatabase,
    stand: &StandHandle,
    port: u16,
    admin: u16,
    origin: &str,
) -> Settings {
    let client = ensure_client(&credentials(), CLIENT_ID).expect("made before");
    let text = format!(
        r#"
        [server]
        listen = "127.0.0.1:{port}"
        admin_listen = "127.0.0.1:{admin}"
        public_url = "{origin}"
        workers = 2
        [database]
        url = "{database}"
        [esia]
        base_url = "{stand}"
        issuer = "{issuer}"
        client_id = "{CLIENT_ID}"
        certificate_file = "{certificate}"
        api = "v1"
        signer = "rsa"
        private_key_file = "{private_key}"
        trusted_certificate_files = ["{trusted}"]
        [mail]
        transport = "directory"
        directory = "{folder}/mail"
        from = "Сетевой город. Образование <noreply@journal.example>"
        [secrets]
        key_file = "{folder}/master.key"
        [access]
        second_factor = "off"
        [region]
        support_phone = "8 800 000-00-00"
        "#,
        database = database.url(),
        stand = stand.url(),
        issuer = stand.issuer(),
        certificate = client.certificate_file.display(),
        private_key = client.private_key_file.display(),
        trusted = stand.certificate_file().display(),
        folder = folder.path().display(),
    );
    Settings::from_toml(&text).expect("good settings")
}

/// The town, unless an earlier try has settled it.
async fn populate(settings: &Settings, clock: &Clock) {
    let (database, key_file) = (settings.database.clone(), settings.secrets.key_file.clone());
    let opened = tokio::task::spawn_blocking(move || {
        let keys = MasterKey::read(&key_file).expect("written before").derive();
        (Store::open(&database).expect("a test's database opens"), keys)
    });
    let (store, keys) = opened.await.expect("no panic");
    let (keys, now) = (Arc::new(keys), clock.now());
    let settled = store.write(move |db| {
        if privyazka::store::organisations::list_regions(db)?.is_empty() {
            town::settle(db, &keys, now)?;
        }
        Ok(())
    });
    settled.await.expect("the town can be settled");
}
