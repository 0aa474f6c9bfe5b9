//! Signatures by a program on this machine, such as those of CryptoPro: the message on its standard input,
//! the bare signature on its standard output.
//!
//! No shell is between: what the settings list are the arguments, and nothing of a request is among them.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;

use super::{AT_ONCE, SignError};
use crate::config::esia::EsiaSettings;
use crate::esia::setup_error::EsiaSetupError;

/// More octets than any signature has.
const MAX_OUTPUT: u64 = 4096;

/// Variables of this prefix are settings of ours, secrets among them, and no business of the program.
const OWN_VARIABLES: &str = "PRIVYAZKA";

#[derive(Debug)]
pub(super) struct CommandSource {
    program: String,
    arguments: Vec<String>,
    timeout: Duration,
    places: Semaphore,
}

impl CommandSource {
    pub(super) fn new(settings: &EsiaSettings) -> Result<Self, EsiaSetupError> {
        let (program, arguments) = settings
            .signer_command
            .split_first()
            .ok_or_else(|| EsiaSetupError::Setting("esia.signer_command: no program".to_owned()))?;
        Ok(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
            timeout: settings.signer_timeout,
            places: Semaphore::new(AT_ONCE),
        })
    }

    /// One run of the program, killed when its time is up. Waiting for a place counts.
    pub(super) async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        tokio::time::timeout(self.timeout, self.run(message))
            .await
            .map_err(|_| SignError::Unavailable("the program took too long"))?
    }

    async fn run(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let _place = self.places.acquire().await.map_err(|_| SignError::Unavailable("the service stops"))?;
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with(OWN_VARIABLES))
        {
            command.env_remove(name);
        }
        let started = command.kill_on_drop(true).spawn();
        let mut program = started.map_err(|_| SignError::Unavailable("the program cannot be started"))?;
        let (Some(mut input), Some(output)) = (program.stdin.take(), program.stdout.take()) else {
            return Err(SignError::Unavailable("the program has no input or output"));
        };
        let write = async move {
            // A program that does not read all of it will not sign all of it either, which is found out below.
            let _ = input.write_all(message).await;
        };
        let mut signature = Vec::new();
        let mut bounded = output.take(MAX_OUTPUT + 1);
        let ((), read) = tokio::join!(write, bounded.read_to_end(&mut signature));
        if read.is_err() || signature.len() as u64 > MAX_OUTPUT {
            return Err(SignError::Failed("the program's output is no signature"));
        }
        match program.wait().await {
            Ok(status) if status.success() => Ok(signature),
            _ => Err(SignError::Failed("the program ended with an error")),
        }
    }
}
