//! The command line: one file per command. Data goes to standard output, talk to standard error.
//!
//! Exit codes: 0 done, 1 failure, 2 wrong usage or settings, 3 problems found.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the terminal is this module's task"
)]

mod audit;
mod config;
#[cfg(feature = "stand")]
mod demo;
mod doctor;
mod export;
mod healthcheck;
mod keys;
mod migrate;
mod operator;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::config::{ConfigError, Settings};

/// Links school e-journal profiles to ESIA (Gosuslugi) accounts and signs people in through it.
#[derive(Debug, Parser)]
#[command(name = "privyazka", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything on one machine with nothing installed: the service, a demo region, the training stand
    #[cfg(feature = "stand")]
    Demo(demo::DemoArgs),
    /// The service for real use
    #[command(after_help = "Example: privyazka serve --config /etc/privyazka/privyazka.toml")]
    Serve(FileArg),
    /// Changes or shows the database's schema
    #[command(subcommand)]
    Migrate(migrate::MigrateCommand),
    /// Changes the master key
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Verifies or exports the audit
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Writes what is kept
    #[command(subcommand)]
    Export(export::ExportCommand),
    /// Adds, disables, enables, resets or lists the operators of the helpdesk; the first administrator comes from here
    #[command(subcommand)]
    Operator(operator::OperatorCommand),
    /// Checks, shows or prints settings
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Looks at clock, ESIA, certificates, database, mail and files, and says what to do; exit code 3 if
    /// something is wrong
    #[command(after_help = "Example: privyazka doctor --config /etc/privyazka/privyazka.toml")]
    Doctor(FileArg),
    /// Asks a running service whether it is ready (for containers); exit code 3 if it is not
    Healthcheck(healthcheck::HealthcheckArgs),
    /// Prints completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the manual page
    Man,
}

/// The settings file.
#[derive(Debug, clap::Args)]
struct FileArg {
    /// Settings file (TOML); environment variables PRIVYAZKA__SECTION__KEY override it
    #[arg(long, value_name = "FILE", env = "PRIVYAZKA_CONFIG")]
    config: PathBuf,
}

impl FileArg {
    fn load(&self) -> Result<Settings, Failure> {
        Ok(Settings::load(&self.config)?)
    }
}

/// Why a command ended early, and with which exit code.
#[derive(Debug)]
enum Failure {
    /// 2: the settings.
    Settings(ConfigError),
    /// 3: problems found by a command that looks for them.
    Found(String),
    /// 1: anything else.
    Other(anyhow::Error),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Settings(error)
    }
}

impl Failure {
    /// What kept the service from starting: settings that turn out wrong only then are settings all the same.
    fn from_start(error: anyhow::Error) -> Self {
        match error.downcast::<ConfigError>() {
            Ok(error) => Self::Settings(error),
            Err(error) => Self::Other(error),
        }
    }
}

fn other(error: impl Into<anyhow::Error>) -> Failure {
    Failure::Other(error.into())
}

/// Runs the command of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Settings(error)) => {
            eprintln!("privyazka: {error}");
            ExitCode::from(2)
        }
        Err(Failure::Found(text)) => {
            eprintln!("privyazka: {text}");
            ExitCode::from(3)
        }
        Err(Failure::Other(error)) => {
            eprintln!("privyazka: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        #[cfg(feature = "stand")]
        Command::Demo(args) => demo::run(args),
        Command::Serve(file) => serve::run(file.load()?),
        Command::Migrate(command) => migrate::run(command),
        Command::Keys(command) => keys::run(command),
        Command::Audit(command) => audit::run(command),
        Command::Export(command) => export::run(command),
        Command::Operator(command) => operator::run(command),
        Command::Config(command) => config::run(command),
        Command::Doctor(file) => doctor::run(&file),
        Command::Healthcheck(args) => healthcheck::run(&args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "privyazka", &mut std::io::stdout());
            Ok(())
        }
        Command::Man => clap_mangen::Man::new(Cli::command()).render(&mut std::io::stdout()).map_err(other),
    }
}
