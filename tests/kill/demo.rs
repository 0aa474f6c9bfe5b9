//! The built program with its training stand, as people start it; killed in the middle of a journey (T73).

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use privyazka::each;
use privyazka::platform::clock::Clock;
use privyazka::platform::random;
use privyazka::store::links;
use privyazka::store::schema::profiles;
use privyazka::{directory::ProfileId, stand::persona::STAND_PASSWORD};
use url::Url;

use crate::harness::browser::{Ask, Browser};
use crate::harness::page::Page;
use crate::harness::person::filled;
use crate::remains::halves;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::processes::spare_port;
use crate::support::scale::rounds;

on_each_database![t73_the_program_killed_in_a_journey_goes_on_without_help];

/// Patience for the first start, which fills the database, on a busy machine.
pub const FIRST_START: Duration = Duration::from_secs(120);
/// Five seconds where time is measured, in `make soak`; elsewhere a busy machine shall fail nothing.
pub fn start_limit() -> Duration {
    Duration::from_secs(rounds(60, 5) as u64)
}

const PASSWORD: &str = "demo-2026";

/// People of the demo who can link, and their accounts at the stand.
const PEOPLE: [(&str, &str); 4] = [
    ("teacher", "smirnova@stand.example"),
    ("parent", "petrov@stand.example"),
    ("anna", "smirnova@stand.example"),
    ("parent-gym", "petrov@stand.example"),
];

/// A running `privyazka demo`; killed when dropped.
pub struct Demo {
    child: Child,
    pub address: SocketAddr,
    pub stand: SocketAddr,
}

impl Demo {
    /// Starts it on two ports that are free now and waits until it answers.
    pub async fn start(folder: &Path, database_url: &str, patience: Duration) -> Self {
        let (address, stand) = (loopback(), loopback());
        Self::start_at(folder, database_url, address, stand, patience).await
    }

    /// The same with its calls of the network noted in a file, and its letters sent to a mail server.
    #[cfg(feature = "test-postgres")]
    pub async fn start_recorded(folder: &Path, database_url: &str, smtp_url: &str, record: &Path) -> Self {
        // With -D the program is our own child, and ends with it when killed.
        let mut strace = Command::new("strace");
        strace.args(["-D", "-f", "-q", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o"]).arg(record);
        strace.arg(env!("CARGO_BIN_EXE_privyazka"));
        strace.envs([("PRIVYAZKA__MAIL__TRANSPORT", "smtp"), ("PRIVYAZKA__MAIL__SMTP_URL", smtp_url)]);
        let (address, stand) = (loopback(), loopback());
        Self::start_as(strace, folder, database_url, address, stand, FIRST_START).await
    }

    async fn start_at(
        folder: &Path,
        database_url: &str,
        address: SocketAddr,
        stand: SocketAddr,
        patience: Duration,
    ) -> Self {
        let program = Command::new(env!("CARGO_BIN_EXE_privyazka"));
        Self::start_as(program, folder, database_url, address, stand, patience).await
    }

    /// The same, the command given as far as the program's name.
    async fn start_as(
        mut command: Command,
        folder: &Path,
        database_url: &str,
        address: SocketAddr,
        stand: SocketAddr,
        patience: Duration,
    ) -> Self {
        let begun = Instant::now();
        let child = command
            .args(["demo", "--database-url", database_url, "--dir"])
            .arg(folder)
            .args(["--listen", &address.to_string(), "--stand-listen", &stand.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program can be started");
        let mut demo = Self { child, address, stand };
        while tokio::net::TcpStream::connect(address).await.is_err() {
            assert_eq!(demo.child.try_wait().expect("waitable"), None, "it ended by itself");
            assert!(begun.elapsed() < patience, "no answer after {patience:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        demo
    }

    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it is gone");
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Waits for its end.
    pub async fn end(&mut self, patience: Duration) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("waitable") {
                return status;
            }
            assert!(begun.elapsed() < patience, "it still runs after {patience:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    pub fn browser(&self) -> Browser {
        let places = vec![(self.origin(), self.address), (format!("http://{}", self.stand), self.stand)];
        Browser::new(places, Clock::system(), "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], spare_port()))
}

/// A person's whole journey: signs in, links, sees the success page.
pub async fn link(browser: Browser, origin: String, organisation: i64, login: &str, at_stand: &str) {
    let open = async |path: &str| {
        let url = Url::parse(&origin).unwrap().join(path).unwrap();
        browser.show(Ask::get(url)).await
    };
    let submit = async |page: &Page, path: &str, values: &[(&str, &str)]| {
        browser.show(browser.post(page, &filled(page, path, values))).await
    };
    let page = open("/login").await;
    let organisation = organisation.to_string();
    let values = [("organisation", organisation.as_str()), ("login", login), ("password", PASSWORD)];
    assert_eq!(submit(&page, "/login", &values).await.status, 303);
    let before = open("/settings/link").await;
    let mut page = open(&before.link("Продолжить").expect("a way to ESIA")).await;
    for _ in 0..12 {
        page = if page.location().is_some() {
            browser.follow(&page).await
        } else if page.form("/consent").is_some() {
            submit(&page, "/consent", &[("decision", "allow")]).await
        } else if page.path().starts_with("/settings/link/confirm") {
            submit(&page, "/settings/link/confirm", &[("decision", "link")]).await
        } else if page.form("/login").is_some() {
            submit(&page, "/login", &[("login", at_stand), ("password", STAND_PASSWORD)]).await
        } else {
            assert_eq!(page.heading(), "Учётная запись привязана", "{page:?}");
            return;
        };
    }
    panic!("the journey has no end: {page:?}")
}

/// Id and organisation of a person of the demo.
pub async fn find(database: &TestDatabase, login: &'static str) -> (ProfileId, i64) {
    let row =
        profiles::table.filter(profiles::login.eq(login)).select((profiles::id, profiles::organisation_id));
    let found: (i64, i64) =
        database.open().read(move |db| Ok(each!(db, |c| row.first(c))?)).await.expect("of the demo");
    (ProfileId(found.0), found.1)
}

async fn is_linked(database: &TestDatabase, profile: ProfileId) -> bool {
    let store = database.open();
    let found = store.read(halves).await.expect("readable");
    assert!(found.is_empty(), "{found:?}");
    store.read(move |db| links::has_held_link(db, profile)).await.expect("readable")
}

async fn t73_the_program_killed_in_a_journey_goes_on_without_help(database: &TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(folder.path(), &database.url(), FIRST_START).await;
    for (login, at_stand) in PEOPLE.into_iter().take(rounds(2, PEOPLE.len())) {
        let (profile, organisation) = find(database, login).await;
        let journey = link(demo.browser(), demo.origin(), organisation, login, at_stand);
        let journey = tokio::spawn(journey);
        let moment = u64::from(u16::from_le_bytes(random::bytes())) % 900;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        demo.kill();
        // Cut off in the middle, the person has seen no page of success.
        let shown = journey.await.is_ok();
        let (address, stand) = (demo.address, demo.stand);
        drop(demo);
        let linked = is_linked(database, profile).await;
        assert!(linked || !shown, "a link that was shown is lost");
        demo = Demo::start_at(folder.path(), &database.url(), address, stand, start_limit()).await;
        if !linked {
            link(demo.browser(), demo.origin(), organisation, login, at_stand).await;
        }
        assert!(is_linked(database, profile).await);
    }
}
