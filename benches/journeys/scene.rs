//! What every measurement needs: a folder, keys, ESIA's side, and services on filled databases.

use std::path::PathBuf;
use std::sync::Arc;

use privyazka::directory::demo_region::generated_people;
use privyazka::platform::secret::{Keys, MasterKey};

use super::answerer::Answerer;
use super::flows::Flow;
use super::region::{Region, SEED, Size};
use super::service::{Interface, Service};

/// How much is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// A try-out.
    Quick,
    /// What `make bench` does.
    Default,
    /// With a million people.
    Full,
}

impl Scale {
    /// From `PRIVYAZKA_BENCH`.
    pub fn from_environment() -> Self {
        match std::env::var("PRIVYAZKA_BENCH").as_deref() {
            Ok("quick") => Self::Quick,
            Ok("full") => Self::Full,
            _ => Self::Default,
        }
    }

    /// People in the region that the flows are measured in.
    pub fn users(self) -> u32 {
        if self == Self::Quick { 5_000 } else { 100_000 }
    }

    /// A number of flows, fewer in a try-out.
    pub fn flows(self, number: usize) -> usize {
        if self == Self::Quick { number.div_ceil(5) } else { number }
    }
}

/// What `PRIVYAZKA_BENCH_ONLY` asks for: names of measurements and of flows, divided by commas. With no
/// name of a kind, all of that kind are meant.
pub struct Wanted(Vec<String>);

impl Wanted {
    /// From the environment.
    pub fn from_environment() -> Self {
        let list = std::env::var("PRIVYAZKA_BENCH_ONLY").unwrap_or_default();
        Self(list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }

    /// Whether the measurement of this name shall run.
    pub fn measurement(&self, name: &str) -> bool {
        self.one_of(name, |word| Flow::from_word(word).is_none())
    }

    /// Those flows of the budget that shall be measured.
    pub fn flows(&self) -> Vec<Flow> {
        let wanted = |flow: &Flow| self.one_of(flow.word(), |word| Flow::from_word(word).is_some());
        Flow::ALL.into_iter().filter(wanted).collect()
    }

    fn one_of(&self, name: &str, is_of_kind: impl Fn(&str) -> bool) -> bool {
        let mut of_kind = self.0.iter().filter(|word| is_of_kind(word)).peekable();
        of_kind.peek().is_none() || of_kind.any(|word| word == name)
    }
}

/// The place of all measurements; removed at the end.
pub struct Stage {
    folder: tempfile::TempDir,
    keys: Arc<Keys>,
    /// ESIA's side.
    pub answerer: Answerer,
    /// How much is measured.
    pub scale: Scale,
    /// Which part of it.
    pub wanted: Wanted,
}

/// A service on a filled database.
pub struct Scene {
    /// The database.
    pub region: Region,
    /// The service.
    pub service: Service,
}

impl Stage {
    /// Makes keys and people, starts ESIA's side.
    pub fn new(scale: Scale, wanted: Wanted) -> Self {
        let folder = tempfile::Builder::new().prefix("privyazka-bench-").tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("mail")).expect("writable");
        let key = MasterKey::generate();
        key.write_new(&folder.path().join("master.key")).expect("writable");
        let people = if scale == Scale::Full { 1_000_000 } else { scale.users() };
        let answerer = Answerer::start(generated_people(SEED, people).collect());
        Self { folder, keys: Arc::new(key.derive()), answerer, scale, wanted }
    }

    /// The keys of all its services.
    pub fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys)
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A service on a new SQLite file.
    pub async fn sqlite(&self, size: Size) -> Scene {
        let name = format!("region-{}-{}.db", size.users, super::processes::spare_port());
        let url = format!("sqlite://{}", self.path(&name).display());
        self.scene(url, size, None).await
    }

    /// A service on any database.
    pub async fn scene(&self, url: String, size: Size, postmaster: Option<u32>) -> Scene {
        let issuer = self.answerer.issuer();
        let region = Region::fill(url, Arc::clone(&self.keys), issuer, size).await;
        let service = self.serve(&region).await.with_postgres(postmaster);
        Scene { region, service }
    }

    /// The scene with a service in the place of its own that speaks to ESIA by today's interface.
    pub async fn current(&self, scene: Scene) -> Scene {
        let url = &scene.region.url;
        let service = Service::start(self.folder.path(), url, &self.answerer, Interface::Current).await;
        Scene { service, ..scene }
    }

    /// A service on a filled database.
    pub async fn serve(&self, region: &Region) -> Service {
        Service::start(self.folder.path(), &region.url, &self.answerer, Interface::Legacy).await
    }
}
