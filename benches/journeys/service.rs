//! The service under measurement: a process of its own, so that its processor time and memory are its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use privyazka::app;
use privyazka::config::Settings;
use privyazka::platform::clock::Clock;
use privyazka::platform::telemetry;

use super::answerer::{Answerer, CLIENT_ID, key_file};

/// Tells this program to be the service; holds the path of the settings.
const BE_SERVICE: &str = "PRIVYAZKA_BENCH_SERVICE";

/// The settings file this process was started to serve, if it is the service.
pub fn settings_to_serve() -> Option<std::ffi::OsString> {
    std::env::var_os(BE_SERVICE)
}

/// What `privyazka serve` does, but for the refusal of plain http: the load speaks no TLS, as behind the
/// proxy of a real deployment.
pub fn serve(settings: &Path) -> anyhow::Result<()> {
    let settings = Settings::load(settings)?;
    telemetry::start(settings.server.log_format);
    actix_web::rt::System::new().block_on(async move {
        let app = app::start(settings, Clock::system(), None).await?;
        tracing::info!(address = %app.address, "listening");
        // The load closes the pipe when it is done, or when it dies.
        tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
        app.stop().await;
        Ok(())
    })
}

/// How the service speaks to ESIA.
#[derive(Clone, Copy)]
pub enum Interface {
    /// The legacy addresses, RSA on both sides: what the budget of the flows is for.
    Legacy,
    /// Today's addresses, GOST on both sides.
    Current,
}

impl Interface {
    /// Its settings.
    fn toml(self) -> String {
        let (api, signer, own, trusted) = match self {
            Self::Legacy => ("v1", "rsa", "esia/client", "esia/esia.crt.pem"),
            Self::Current => ("v3", "gost", "gost/xa", "gost/tca.crt.pem"),
        };
        let file = |name: &str| key_file(name).display().to_string();
        format!(
            r#"
        api = "{api}"
        signer = "{signer}"
        certificate_file = "{}"
        private_key_file = "{}"
        trusted_certificate_files = ["{}"]"#,
            file(&format!("{own}.crt.pem")),
            file(&format!("{own}.key.pem")),
            file(trusted),
        )
    }
}

/// The running service.
pub struct Service {
    child: Child,
    input: Option<ChildStdin>,
    /// Its public port.
    pub port: u16,
    /// From its start to its first page.
    pub cold_start: Duration,
    postgres: Option<u32>,
}

impl Service {
    /// Starts it on this database, in this folder.
    pub async fn start(folder: &Path, database: &str, answerer: &Answerer, interface: Interface) -> Self {
        let port = super::processes::spare_port();
        let settings = folder.join(format!("settings-{port}.toml"));
        std::fs::write(&settings, toml(folder, database, answerer, port, interface)).expect("writable");
        let log = std::fs::File::create(folder.join("service.log")).expect("writable");
        let client = super::browser::client();
        let begun = Instant::now();
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .env(BE_SERVICE, &settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("this program starts again");
        while client.get(format!("http://127.0.0.1:{port}/login")).send().await.is_err() {
            assert!(child.try_wait().expect("waitable").is_none(), "the service ended at its start");
            assert!(begun.elapsed() < Duration::from_secs(60), "the service does not start");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let cold_start = begun.elapsed();
        let input = child.stdin.take();
        Self { child, input, port, cold_start, postgres: None }
    }

    /// Counts this server's time besides.
    pub fn with_postgres(mut self, postmaster: Option<u32>) -> Self {
        self.postgres = postmaster;
        self
    }

    /// Processor time of the service so far.
    pub fn cpu(&self) -> Duration {
        cpu_of(self.child.id()).expect("the service runs")
    }

    /// Processor time of the database server so far.
    pub fn database_cpu(&self) -> Option<Duration> {
        self.postgres.map(family_cpu)
    }

    /// Memory of the service: its proportional set, MiB.
    pub fn memory(&self) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()));
        let text = text.expect("the service runs");
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).expect("Linux");
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib / 1024.0
    }

    /// Waits until it has nothing left to do: letters are sent after the answer, and count.
    pub async fn settle(&self) {
        let mut last = self.cpu();
        for _ in 0..40 {
            tokio::time::sleep(Duration::from_millis(250)).await;
            let now = self.cpu();
            if now - last <= Duration::from_millis(10) {
                return;
            }
            last = now;
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

fn toml(folder: &Path, database: &str, answerer: &Answerer, port: u16, interface: Interface) -> String {
    let (folder, esia) = (folder.display(), answerer.address);
    let interface = interface.toml();
    format!(
        r#"
        [server]
        listen = "127.0.0.1:{port}"
        admin_listen = "127.0.0.1:0"
        public_url = "http://localhost:{port}"
        [database]
        url = "{database}"
        [esia]
        base_url = "http://{esia}"
        client_id = "{CLIENT_ID}"
        {interface}
        [mail]
        transport = "directory"
        directory = "{folder}/mail"
        from = "Журнал <noreply@journal.example>"
        [secrets]
        key_file = "{folder}/master.key"
        [sign_in]
        # All load comes from one address.
        tries_per_address = 1000000
        trips_per_address = 1000000
        "#
    )
}

/// Fields of `/proc/PID/stat` after the name, which may hold anything.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split(' ').skip(1).map(|field| field.trim().parse().unwrap_or_default()).collect())
}

/// User and system time; the kernel counts in hundredths of a second.
pub fn cpu_of(pid: u32) -> Option<Duration> {
    stat(pid).map(|fields| Duration::from_millis((fields[10] + fields[11]) * 10))
}

/// The time of a process, of its children, and of those children that have ended.
pub fn family_cpu(parent: u32) -> Duration {
    let entries = std::fs::read_dir("/proc").expect("Linux");
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let children = pids.filter(|pid| stat(*pid).is_some_and(|fields| fields[0] == u64::from(parent)));
    let living: Duration = children.filter_map(cpu_of).sum();
    let ended = stat(parent).map_or(0, |fields| fields[12] + fields[13]);
    living + cpu_of(parent).unwrap_or_default() + Duration::from_millis(ended * 10)
}

/// The process above a server process.
#[cfg(feature = "test-postgres")]
pub fn parent_of(pid: u32) -> Option<u32> {
    stat(pid).and_then(|fields| u32::try_from(fields[0]).ok())
}

/// Kernel, processors and memory of this machine, in words.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let kernel = read("/proc/sys/kernel/osrelease").trim().to_owned();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let meminfo = read("/proc/meminfo");
    let kib = meminfo.lines().next().and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    let cpuinfo = std::fs::File::open("/proc/cpuinfo").ok().map(BufReader::new);
    let model = cpuinfo.and_then(|file| {
        let line = file.lines().map_while(Result::ok).find(|line| line.starts_with("model name"))?;
        line.split_once(": ").map(|(_, model)| model.to_owned())
    });
    let gib = kib.unwrap_or_default() / 1024 / 1024;
    format!("{cores} cores ({}), {gib} GiB, Linux {kernel}", model.unwrap_or_default())
}
