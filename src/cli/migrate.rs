//! `privyazka migrate up|status`.

use clap::Subcommand;

use super::{Failure, FileArg, other};
use crate::store::{Store, migrate};

#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Brings the schema up to date and prints what ran
    Up(FileArg),
    /// Says whether migrations are pending; exit code 3 if so
    Status(FileArg),
}

pub(super) fn run(command: MigrateCommand) -> Result<(), Failure> {
    match command {
        MigrateCommand::Up(file) => {
            let database = file.load()?.database;
            let ran = Store::migrate(&database).map_err(other)?;
            for name in &ran {
                println!("{name}");
            }
            eprintln!("{} migrations ran", ran.len());
            Ok(())
        }
        MigrateCommand::Status(file) => {
            let database = file.load()?.database;
            let store = Store::open_unmigrated(&database).map_err(other)?;
            let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(other)?;
            let pending = runtime.block_on(store.read(migrate::has_pending)).map_err(other)?;
            if pending { Err(Failure::Found("migrations are pending".into())) } else { Ok(()) }
        }
    }
}
