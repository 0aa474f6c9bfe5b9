//! The `esia-stand` command: the training stand alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::Duration;
use clap::Parser;
use privyazka::stand::persona::{DEMO_PERSONAS, STAND_PASSWORD};
use privyazka::stand::{self, RegisteredClient, Rules, StandSettings, TokenAlgorithm};
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
    /// Where the panel listens: 127.0.0.1:8091, for example. This machine alone reaches it.
    #[arg(long)]
    control: Option<SocketAddr>,
    /// Sign the relying party's tokens by GOST R 34.10-2012 instead of RSA.
    #[arg(long)]
    gost_tokens: bool,
    /// Take requests signed by RSA at the legacy addresses.
    #[arg(long)]
    accept_rsa: bool,
    /// Minutes that a request's timestamp may be off.
    #[arg(long, default_value_t = 5)]
    clock_tolerance: i64,
    /// Minutes that a person stays signed in.
    #[arg(long, default_value_t = 180)]
    session: i64,
    /// Seconds that a code may be redeemed.
    #[arg(long, default_value_t = 240)]
    code_lifetime: i64,
    /// Days that a refresh token may be used.
    #[arg(long, default_value_t = 30)]
    refresh: i64,
    /// Ask for consent at each sign-in.
    #[arg(long)]
    always_ask: bool,
    /// Refuse an authorize request that was made before.
    #[arg(long)]
    refuse_repeats: bool,
    /// Let `login_hint` of an authorize request say who signs in, without a page.
    #[arg(long)]
    login_hints: bool,
    /// Refuse what the sources disagree about, instead of noting it.
    #[arg(long)]
    refuse_tolerated: bool,
    /// Name the certificate in every token, not in codes alone.
    #[arg(long)]
    name_certificate: bool,
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
    let mut client = RegisteredClient::new(
        arguments.client,
        arguments.client_name,
        arguments.client_certificate,
        arguments.redirect_origin,
    );
    if arguments.gost_tokens {
        client.token_algorithm = TokenAlgorithm::Gost;
    }
    let rules = Rules {
        clock_tolerance: Duration::minutes(arguments.clock_tolerance),
        accept_rsa_requests: arguments.accept_rsa,
        refuse_repeated_requests: arguments.refuse_repeats,
        refuse_tolerated: arguments.refuse_tolerated,
        code_lifetime: Duration::seconds(arguments.code_lifetime),
        session_lifetime: Duration::minutes(arguments.session),
        refresh_lifetime: Duration::days(arguments.refresh),
        remember_consent: !arguments.always_ask,
        take_login_hints: arguments.login_hints,
        name_certificate_everywhere: arguments.name_certificate,
    };
    let handle = stand::start(StandSettings {
        allow_public: arguments.public,
        control: arguments.control,
        public_url: arguments.public_url,
        rules,
        ..StandSettings::new(arguments.listen, arguments.dir, vec![client])
    })
    .await?;
    println!("Training stand: {}", handle.url());
    if let Some(panel) = handle.control_address() {
        println!("Panel: http://{panel}/");
    }
    println!("Certificate, RSA: {}", handle.certificate_file().display());
    println!("Certificate, GOST: {}", handle.gost_certificate_file().display());
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
