//! A temporary PostgreSQL cluster, one for a test process, started when the first test asks for it.
//!
//! It keeps the durable settings the service insists on (`fsync` and the rest), listens on loopback, runs
//! as an unprivileged user (PostgreSQL refuses root) and is gone with the process, however that ends.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use privyazka::store::{Db, migrate};

use super::processes::{Supervised, spare_port};

/// Starts the server of the data folder `$2` with the options `$3`, and ends it with the test.
const SUPERVISOR: &str = r#"
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w -t 60 -o "$3" start >"$2/pg_ctl.log" 2>&1 || exit 1
echo ready
cat >/dev/null
"$1/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$2"
"#;

/// Durable, because the service refuses to start otherwise.
const OPTIONS: &str = "-c max_connections=200 -c listen_addresses=127.0.0.1";

/// Small, because many run on one machine.
const MEMORY_OF_TESTS: &str = "16MB";

/// What anybody gives the server of a region, and more.
const MEMORY_OF_A_REGION: &str = "512MB";

/// The migrated database that each test's own is copied from.
const TEMPLATE: &str = "migrated";

/// The running cluster of this process.
pub struct Cluster {
    port: u16,
    memory: &'static str,
    next: AtomicU32,
    programs: PathBuf,
    runner: Runner,
    folder: PathBuf,
    _server: Supervised,
}

/// One database of the cluster; dropped with this value.
pub struct Database {
    /// The value for `database.url`.
    pub url: String,
    name: String,
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();

/// The cluster of this test process.
pub fn cluster() -> &'static Cluster {
    CLUSTER.get_or_init(|| Cluster::start(MEMORY_OF_TESTS))
}

/// The cluster of this process, if it is asked for first: with memory for a region's people.
pub fn cluster_of_a_region() -> &'static Cluster {
    CLUSTER.get_or_init(|| Cluster::start(MEMORY_OF_A_REGION))
}

impl Cluster {
    /// A cluster for one test, which may stop it and start it again. Its one database is
    /// [`Cluster::migrated_url`].
    pub fn of_one_test() -> Self {
        Self::start(MEMORY_OF_TESTS)
    }

    /// The address of the migrated database.
    pub fn migrated_url(&self) -> String {
        self.url_of(TEMPLATE)
    }

    /// The server's files, its write-ahead log included.
    pub fn data_folder(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Stops the server: connections are cut, new ones refused.
    pub fn stop(&self) {
        self.control(&["-m", "fast", "stop"]);
    }

    /// Starts it again where it was.
    pub fn start_again(&self) {
        let options = options(&self.folder, self.port, self.memory);
        let log = self.folder.join("log").display().to_string();
        self.control(&["-l", &log, "-t", "60", "-o", &options, "start"]);
    }

    /// Lets a stopped server prove itself by this certificate and key (PEM) when it is started again; without
    /// them it speaks no TLS.
    pub fn set_certificate(&self, pem: Option<(&str, &str)>) {
        let data = self.data_folder();
        let mut settings = String::from("ssl = off\n");
        if let Some((certificate, key)) = pem {
            settings = String::from("ssl = on\nssl_cert_file = 'test.crt'\nssl_key_file = 'test.key'\n");
            for (name, content) in [("test.crt", certificate), ("test.key", key)] {
                let file = data.join(name);
                std::fs::write(&file, content).expect("its folder");
                std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("ours");
                if let Some(user) = &self.runner.user {
                    std::os::unix::fs::chown(&file, Some(user.uid), Some(user.gid)).expect("root may");
                }
            }
        }
        // Read after the main file, and written by nobody else here.
        std::fs::write(data.join("postgresql.auto.conf"), settings).expect("its folder");
    }

    fn control(&self, arguments: &[&str]) {
        let mut words = self.runner.words.clone();
        words.push(self.programs.join("pg_ctl").display().to_string());
        words.extend(["-w", "-D"].map(str::to_owned));
        words.push(self.folder.join("data").display().to_string());
        words.extend(arguments.iter().map(|&argument| argument.to_owned()));
        // The server outlives pg_ctl and would hold its output open.
        let status = Command::new(&words[0])
            .args(&words[1..])
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("pg_ctl can be started");
        assert!(status.success(), "pg_ctl {arguments:?}: {status}");
    }

    fn start(memory: &'static str) -> Self {
        let programs = programs();
        let runner = unprivileged_runner();
        let folder = tempfile::Builder::new().prefix("privyazka-pg-").tempdir_in("/tmp").expect("/tmp");
        // The supervisor removes the folder, as the user who owns the files in it.
        let folder = folder.keep();
        if let Some(user) = &runner.user {
            std::os::unix::fs::chown(&folder, Some(user.uid), Some(user.gid)).expect("root may");
        }
        init_database(&programs, &runner, &folder);
        let (port, server) = start_server(&programs, &runner, &folder, memory);
        let cluster =
            Self { port, memory, next: AtomicU32::new(0), programs, runner, folder, _server: server };
        cluster.make_template();
        cluster
    }

    /// The address of a database of that name.
    pub fn url_of(&self, name: &str) -> String {
        format!("postgres://privyazka@127.0.0.1:{}/{name}", self.port)
    }

    /// A fresh database with the tables of the newest migration.
    pub fn database(&self) -> Database {
        self.create(TEMPLATE)
    }

    /// A fresh database without any table.
    pub fn empty_database(&self) -> Database {
        self.create("template0")
    }

    fn create(&self, template: &str) -> Database {
        let name = format!("test_{}", self.next.fetch_add(1, Ordering::Relaxed));
        self.administer(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Database { url: self.url_of(&name), name }
    }

    fn make_template(&self) {
        self.administer(&format!("CREATE DATABASE {TEMPLATE} TEMPLATE template0"));
        // Nobody may be connected to a template while it is copied, hence no pool.
        let connection = PgConnection::establish(&self.url_of(TEMPLATE)).expect("the server answers");
        migrate::run_pending(&mut Db::Pg(connection)).expect("the migrations run");
    }

    fn administer(&self, sql: &str) {
        PgConnection::establish(&self.url_of("postgres"))
            .expect("the server answers")
            .batch_execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A pool of the test may still be closing its connections. Failing is no harm: the whole
        // cluster goes with the process.
        if let Ok(mut connection) = PgConnection::establish(&cluster().url_of("postgres")) {
            let _ = connection.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

/// The folder with `initdb`, `pg_ctl` and `postgres`: Debian keeps them off the PATH.
fn programs() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    found.sort();
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    };
    found
        .pop()
        .map(|(_, folder)| folder)
        .or_else(on_path)
        .expect("PostgreSQL's initdb is not installed; `make test` installs it")
}

/// How to run a program as somebody who is not root.
struct Runner {
    user: Option<User>,
    words: Vec<String>,
}

struct User {
    uid: u32,
    gid: u32,
}

fn unprivileged_runner() -> Runner {
    use std::os::unix::fs::MetadataExt as _;
    if std::fs::metadata("/proc/self").expect("Linux").uid() != 0 {
        return Runner { user: None, words: Vec::new() };
    }
    let user = ["postgres", "nobody"].into_iter().find_map(find_user).expect("a user who is not root");
    let words = [
        "setpriv".to_owned(),
        format!("--reuid={}", user.uid),
        format!("--regid={}", user.gid),
        "--clear-groups".to_owned(),
    ];
    Runner { user: Some(user), words: words.to_vec() }
}

fn find_user(name: &str) -> Option<User> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let fields: Vec<&str> =
        users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields[0] == name)?;
    Some(User { uid: fields.get(2)?.parse().ok()?, gid: fields.get(3)?.parse().ok()? })
}

fn init_database(programs: &Path, runner: &Runner, folder: &Path) {
    let mut words = runner.words.clone();
    words.push(programs.join("initdb").display().to_string());
    words.extend(
        // C.UTF-8 is on every Debian and folds the case of Cyrillic letters, which plain C does not.
        ["--auth=trust", "--username=privyazka", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
            .map(str::to_owned),
    );
    words.push(format!("--pgdata={}", folder.join("data").display()));
    let output =
        Command::new(&words[0]).args(&words[1..]).current_dir("/").output().expect("initdb can be started");
    assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
}

fn options(folder: &Path, port: u16, memory: &str) -> String {
    format!("{OPTIONS} -c shared_buffers={memory} -c unix_socket_directories={} -p {port}", folder.display())
}

/// The port is free when it is chosen; should somebody else take it first, another is tried.
fn start_server(programs: &Path, runner: &Runner, folder: &Path, memory: &str) -> (u16, Supervised) {
    let programs = programs.display().to_string();
    let place = folder.display().to_string();
    for _ in 0..5 {
        let port = spare_port();
        let options = options(folder, port, memory);
        if let Some(server) = Supervised::start(&runner.words, SUPERVISOR, &[&programs, &place, &options]) {
            return (port, server);
        }
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("PostgreSQL does not start: {log}");
}
