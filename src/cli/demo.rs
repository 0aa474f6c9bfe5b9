//! `privyazka demo`: the service, a demo region, the training stand and a folder for letters, on one machine
//! with nothing installed. A second start keeps its data.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::serve::StopSignals;
use super::{Failure, other};
use crate::app::{self, DemoExtras};
use crate::config::server::LogFormat;
use crate::config::{ConfigError, Settings};
use crate::directory::demo_region::{self, DEMO_OPERATORS, DEMO_PASSWORD, DEMO_PEOPLE};
use crate::gost::ParameterSet;
use crate::platform::clock::Clock;
use crate::platform::secret::MasterKey;
use crate::platform::telemetry;
use crate::sign_in::Password;
use crate::sign_in::password;
use crate::stand::{self, RegisteredClient, StandHandle, StandSettings, TokenAlgorithm, credentials};
use crate::store::{Db, Store, operators, organisations};
use crate::web::paths;

/// Mnemonic of the demo at the training stand.
const CLIENT_ID: &str = "PRIVYAZKA_DEMO";

#[derive(Debug, clap::Args)]
pub(super) struct DemoArgs {
    /// Folder of the demo's database, keys and letters
    #[arg(long, value_name = "DIR", default_value = "./demo-data")]
    dir: PathBuf,
    /// Address of the service
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Address of the training stand
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    stand_listen: SocketAddr,
    /// Address of the stand's panel, for who leads a training (people, levels, faults); any free port by default
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    panel_listen: SocketAddr,
    /// PostgreSQL instead of the embedded database
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Settings over those of the demo
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(args: DemoArgs) -> Result<(), Failure> {
    telemetry::start(LogFormat::Text);
    actix_web::rt::System::new().block_on(async move {
        for listen in [args.listen, args.stand_listen, args.panel_listen] {
            if !listen.ip().is_loopback() {
                return Err(Failure::Settings(ConfigError::Unsafe {
                    key: "--listen",
                    reason: format!(
                        "{listen} is reachable from other machines; the demo's passwords are public"
                    ),
                }));
            }
        }
        let prepared = prepare(&args).await.map_err(Failure::Other)?;
        let settings = settings(&args, &prepared)?;
        let store = seed(&settings).await.map_err(Failure::Other)?;
        drop(store);
        let extras = DemoExtras { mail_folder: prepared.mail.clone() };
        let app = app::start(settings, Clock::system(), Some(extras)).await.map_err(Failure::Other)?;
        let signals = StopSignals::listen().map_err(other)?;
        greet(&app.services.settings, &prepared.stand);
        signals.wait().await;
        app.stop().await;
        prepared.stand.stop().await;
        Ok(())
    })
}

/// Keys, certificates, folders and the running stand.
struct Prepared {
    dir: PathBuf,
    mail: PathBuf,
    key: PathBuf,
    certificate: PathBuf,
    private_key: PathBuf,
    stand: StandHandle,
}

async fn prepare(args: &DemoArgs) -> anyhow::Result<Prepared> {
    let dir = args.dir.clone();
    let made = tokio::task::spawn_blocking(move || -> anyhow::Result<_> {
        std::fs::create_dir_all(&dir)?;
        let dir = dir.canonicalize()?;
        let (mail, key, stand_dir) = (dir.join("mail"), dir.join("master.key"), dir.join("stand"));
        std::fs::create_dir_all(&mail)?;
        if !key.exists() {
            MasterKey::generate().write_new(&key)?;
        }
        let client = credentials::ensure_client_gost(&stand_dir, CLIENT_ID, ParameterSet::Tc26A)?;
        Ok((dir, mail, key, stand_dir, client))
    });
    let (dir, mail, key, stand_dir, client) = made.await??;
    let mut registered = RegisteredClient::new(
        CLIENT_ID,
        "Сетевой город. Образование (учебный)",
        &client.certificate_file,
        vec![public_origin(args.listen)],
    );
    registered.token_algorithm = TokenAlgorithm::Gost;
    let mut settings = StandSettings::new(args.stand_listen, stand_dir, vec![registered]);
    settings.control = Some(args.panel_listen);
    let stand = stand::start(settings).await?;
    Ok(Prepared {
        dir,
        mail,
        key,
        certificate: client.certificate_file,
        private_key: client.private_key_file,
        stand,
    })
}

/// The service is `localhost`, the stand `127.0.0.1`: two sites for the browser, as in life.
fn public_origin(listen: SocketAddr) -> String {
    format!("http://localhost:{}", listen.port())
}

fn settings(args: &DemoArgs, prepared: &Prepared) -> Result<Settings, ConfigError> {
    let database = args
        .database_url
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}", prepared.dir.join("privyazka.db").display()));
    let quoted = |path: &Path| toml_string(&path.display().to_string());
    let text = format!(
        r#"
        [server]
        listen = "{listen}"
        admin_listen = "127.0.0.1:0"
        public_url = "{public_url}"
        [database]
        url = {database}
        [esia]
        base_url = "{stand}"
        issuer = {issuer}
        client_id = "{CLIENT_ID}"
        certificate_file = {certificate}
        private_key_file = {private_key}
        trusted_certificate_files = [{trusted}]
        [mail]
        transport = "directory"
        directory = {mail}
        from = "Сетевой город. Образование <noreply@journal.example>"
        [access]
        second_factor = "off"
        [secrets]
        key_file = {key}
        "#,
        listen = args.listen,
        public_url = public_origin(args.listen),
        database = toml_string(&database),
        stand = prepared.stand.url(),
        issuer = toml_string(prepared.stand.issuer()),
        certificate = quoted(&prepared.certificate),
        private_key = quoted(&prepared.private_key),
        trusted = quoted(prepared.stand.gost_certificate_file()),
        mail = quoted(&prepared.mail),
        key = quoted(&prepared.key),
    );
    Settings::from_toml_over(&text, args.config.as_deref())
}

/// A TOML basic string.
fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Fills an empty database with the demo region and its people. The password is hashed only then: it
/// costs more than everything else of a start.
async fn seed(settings: &Settings) -> anyhow::Result<Store> {
    let (store, keys) = app::open_store(settings).await?;
    // Data of an earlier version have people and no operators.
    let is_whole = |db: &mut Db| Ok(!organisations::list_regions(db)?.is_empty() && operators::has_any(db)?);
    if !store.read(is_whole).await? {
        let now = Clock::system().now();
        let hash =
            tokio::task::spawn_blocking(|| password::hash(&Password::new(DEMO_PASSWORD.into()))).await??;
        let fill = move |db: &mut Db| {
            demo_region::ensure(db, &keys, now, &hash)?;
            if operators::has_any(db)? { Ok(()) } else { demo_region::insert_demo_operators(db, now, &hash) }
        };
        store.write(fill).await?;
    }
    Ok(store)
}

fn greet(settings: &Settings, stand: &StandHandle) {
    println!("Service:        {}", settings.server.public_url);
    println!("Training stand: {}", stand.url());
    if let Some(panel) = stand.control_address() {
        println!("Its panel:      http://{panel}");
    }
    println!("Letters:        {}", settings.server.absolute("/demo/mail"));
    println!("Logins (password {DEMO_PASSWORD}):");
    for person in &DEMO_PEOPLE {
        println!("  {:<12} {}", person.login, person.who);
    }
    println!("Operators, at {} (the same password):", settings.server.absolute(paths::HELPDESK_LOGIN));
    for operator in &DEMO_OPERATORS {
        println!("  {:<15} {}, {}", operator.login, operator.role.word(), operator.area.name());
    }
    println!("Stop with Ctrl-C; the data stay for the next start.");
}
