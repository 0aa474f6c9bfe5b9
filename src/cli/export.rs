//! `privyazka export person`: everything that is kept about a profile.

use clap::Subcommand;

use super::{Failure, FileArg, other};
use crate::app;
use crate::directory::ProfileId;
use crate::person_extract;
use crate::platform::clock::Clock;

#[derive(Debug, Subcommand)]
pub(super) enum ExportCommand {
    /// Writes everything that is kept about a profile to standard output, as JSON and in the open; the export
    /// itself becomes an event of that profile
    Person(PersonArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct PersonArgs {
    #[command(flatten)]
    file: FileArg,
    /// Number of the profile
    #[arg(long, value_name = "NUMBER")]
    profile: i64,
}

pub(super) fn run(command: ExportCommand) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(other)?;
    let ExportCommand::Person(args) = command;
    runtime.block_on(person(args))
}

async fn person(args: PersonArgs) -> Result<(), Failure> {
    let settings = args.file.load()?;
    let (store, keys) = app::open_store(&settings).await.map_err(Failure::from_start)?;
    let (profile, now) = (ProfileId(args.profile), Clock::system().now());
    let extract = person_extract::extract(&store, keys, profile, now).await.map_err(other)?;
    let Some(extract) = extract else {
        return Err(Failure::Other(anyhow::anyhow!("there is no profile {}", args.profile)));
    };
    println!("{}", serde_json::to_string_pretty(&extract).map_err(other)?);
    Ok(())
}
