//! `privyazka config check|show|default`.

use clap::Subcommand;

use super::{Failure, FileArg};

/// Every key with meaning, default and variable name; a test keeps it equal to the settings.
const SAMPLE: &str = include_str!("../../docs/privyazka.example.toml");

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Checks a settings file as `serve` would
    Check(FileArg),
    /// Prints the settings in force, secrets hidden
    Show(FileArg),
    /// Prints a sample file with every key, its meaning and its default
    Default,
}

pub(super) fn run(command: ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Check(file) => {
            file.load()?.check_safe()?;
            eprintln!("the settings are fit for use");
            Ok(())
        }
        ConfigCommand::Show(file) => {
            println!("{:#?}", file.load()?);
            Ok(())
        }
        ConfigCommand::Default => {
            print!("{SAMPLE}");
            Ok(())
        }
    }
}
