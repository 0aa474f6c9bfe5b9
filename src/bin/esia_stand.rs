//! The `esia-stand` command: the training stand alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use privyazka::stand::persona::{DEMO_PERSONAS, STAND_PASSWORD};
use privyazka::stand::{self, RegisteredClient, StandSettings};
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

/// Training stand: an ESIA of invented people, for one relying party.
#[derive(Parser)]
#[command(name = "esia-stand", version)]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Where the stand keeps its signing key.
    #[arg(long)]
    dir: PathBuf,
    /// Address for browsers, when it differs from the listening one.
    #[arg(long)]
    public_url: Option<Url>,
    /// Mnemonic of the relying party.
    #[arg(long)]
    client: String,
    /// What people read on the consent page.
    #[arg(long, default_value = "Сетевой город. Образование")]
    client_name: String,
    /// Its certificate, PEM or DER.
    #[arg(long)]
    client_certificate: PathBuf,
    /// scheme://host:port it may send people back to; may be repeated.
    #[arg(long, required = true)]
    redirect_origin: Vec<String>,
    /// Listen on an address that other machines can reach.
    #[arg(long)]
    public: bool,
}

#[actix_web::main]
#[allow(clippy::print_stderr, reason = "the command talks to its operator")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("esia-stand: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "the address and the people are what the operator started it for")]
async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let client = RegisteredClient::new(
        arguments.client,
        arguments.client_name,
        arguments.client_certificate,
        arguments.redirect_origin,
    );
    let handle = stand::start(StandSettings {
        allow_public: arguments.public,
        public_url: arguments.public_url,
        ..StandSettings::new(arguments.listen, arguments.dir, vec![client])
    })
    .await?;
    println!("Training stand: {}", handle.url());
    println!("Certificate: {}", handle.certificate_file().display());
    println!("Password of everybody: {STAND_PASSWORD}");
    for persona in DEMO_PERSONAS {
        println!("  {:<26} {} ({})", persona.email, persona.full_name(), persona.level.in_words());
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    handle.stop().await;
    Ok(())
}
