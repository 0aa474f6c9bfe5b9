//! The `privyazka` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    privyazka::cli::run()
}
