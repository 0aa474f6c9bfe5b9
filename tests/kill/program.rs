//! The program as an administrator runs it over a database, to be killed.

use std::path::Path;
use std::process::{Command, Stdio};

/// `privyazka ARGUMENTS --config …` with settings in `folder` for the database at `url`; `secrets` are the
/// lines of that section. Silent, but for what the caller pipes.
pub fn command(folder: &Path, url: &str, secrets: &str, arguments: &[&str]) -> Command {
    let file = folder.join("privyazka.toml");
    let settings = format!(
        r#"
        [server]
        listen = "127.0.0.1:8080"
        public_url = "https://journal.example"
        [database]
        url = "{url}"
        [esia]
        base_url = "https://esia.example"
        client_id = "JOURNAL"
        certificate_file = "own.pem"
        private_key_file = "own.key"
        trusted_certificate_files = []
        [mail]
        transport = "memory"
        from = "noreply@journal.example"
        [secrets]
        {secrets}
        "#
    );
    std::fs::write(&file, settings).expect("writable");
    let mut command = Command::new(env!("CARGO_BIN_EXE_privyazka"));
    command.args(arguments).arg("--config").arg(file);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
