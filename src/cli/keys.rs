//! `privyazka keys rotate|status`: a change of the master key.

use std::sync::Arc;

use clap::Subcommand;

use super::{Failure, FileArg, other};
use crate::app;
use crate::key_rotation::KeyRotation;
use crate::platform::secret::Keys;
use crate::store::sealed_values::SealedColumn;
use crate::store::{Store, key_checks};

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Seals everything under secrets.key_file that is still under secrets.previous_key_file; the service may
    /// run meanwhile, and what is interrupted goes on at the next call
    Rotate(RotateArgs),
    /// Says how many values are under which key; exit code 3 if the previous one is still needed
    Status(FileArg),
}

#[derive(Debug, clap::Args)]
pub(super) struct RotateArgs {
    #[command(flatten)]
    file: FileArg,
    /// Rows of one step
    #[arg(long, value_name = "ROWS", default_value_t = BATCH, value_parser = clap::value_parser!(u32).range(1..=5000))]
    batch: u32,
}

/// Rows of one step. Four values a row stay below SQLite's 32766 in one statement even at the bound above.
const BATCH: u32 = 500;
/// Steps between two lines of progress.
const QUIET_STEPS: usize = 20;

pub(super) fn run(command: KeysCommand) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(other)?;
    runtime.block_on(async {
        match command {
            KeysCommand::Rotate(args) => rotate(&args).await,
            KeysCommand::Status(file) => status(&file).await,
        }
    })
}

async fn rotate(args: &RotateArgs) -> Result<(), Failure> {
    let settings = args.file.load()?;
    let (store, keys) = app::open_store(&settings).await.map_err(Failure::from_start)?;
    if !keys.are_changing() {
        eprintln!("secrets.previous_key_file is not set: everything is under secrets.key_file");
        return Ok(());
    }
    let (mut steps, mut last) = (0_usize, None);
    let progress = |column: SealedColumn, values: usize| {
        if last != Some(column) || steps.is_multiple_of(QUIET_STEPS) {
            eprintln!("{}: {values} sealed anew", column.name());
        }
        last = Some(column);
        steps += 1;
    };
    let unreadable = KeyRotation::new(store, keys, args.batch).rotate(progress).await.map_err(other)?;
    eprintln!("everything is under secrets.key_file; take secrets.previous_key_file out of the settings");
    if unreadable > 0 {
        return Err(Failure::Found(format!("{unreadable} values open with neither key and were left alone")));
    }
    Ok(())
}

async fn status(file: &FileArg) -> Result<(), Failure> {
    let settings = file.load()?;
    let keys = Keys::read(&settings.secrets.key_file, settings.secrets.previous_key_file.as_deref());
    let keys = Arc::new(keys.map_err(other)?);
    let store = Store::open_unmigrated(&settings.database).map_err(other)?;
    let looked = Arc::clone(&keys);
    let standing = store.read(move |db| key_checks::look(db, &looked)).await.map_err(other)?;
    let rotation = KeyRotation::new(store, keys, BATCH);
    let mut clean = !standing.previous && !standing.foreign;
    for column in SealedColumn::ALL {
        let tally = rotation.count(column).await.map_err(other)?;
        clean &= tally.previous == 0 && tally.unreadable == 0;
        println!(
            "{}: {} under secrets.key_file, {} under secrets.previous_key_file, {} under neither",
            column.name(),
            tally.current,
            tally.previous,
            tally.unreadable
        );
    }
    if standing.foreign {
        return Err(Failure::Found("the database needs a key that is not in the settings".into()));
    }
    if clean { Ok(()) } else { Err(Failure::Found("the change of the key is not done".into())) }
}
