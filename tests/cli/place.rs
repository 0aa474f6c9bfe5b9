//! A folder in which the program is run, with what its settings name.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use privyazka::platform::secret::MasterKey;

use crate::support::processes::spare_port;

/// Runs the program.
pub fn privyazka(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_privyazka");
    Command::new(program).args(arguments).env_remove("PRIVYAZKA_CONFIG").output().expect("the program starts")
}

/// What it wrote to standard error.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with a settings file that `serve` would take, and what the file names.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        MasterKey::generate().write_new(&place.file("master.key")).expect("a key");
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = rcgen::CertificateParams::new(vec!["journal.example".into()])
            .and_then(|params| params.self_signed(&key))
            .expect("a certificate");
        std::fs::write(place.file("own.pem"), certificate.pem()).expect("writable");
        std::fs::write(place.file("own.key"), key.serialize_pem()).expect("writable");
        place.set_mode("own.key", 0o600);
        place
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn set_mode(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.file(name), PermissionsExt::from_mode(mode)).expect("ours");
    }

    pub fn settings(&self) -> String {
        let folder = self.0.path().display();
        format!(
            r#"
[server]
listen = "127.0.0.1:{}"
admin_listen = "127.0.0.1:{}"
public_url = "https://journal.example"
[database]
url = "sqlite://{folder}/data.db"
[esia]
base_url = "https://esia.example"
client_id = "JOURNAL"
certificate_file = "{folder}/own.pem"
private_key_file = "{folder}/own.key"
trusted_certificate_files = ["{folder}/own.pem"]
[mail]
transport = "directory"
directory = "{folder}/mail"
from = "Journal <noreply@journal.example>"
[secrets]
key_file = "{folder}/master.key"
"#,
            spare_port(),
            spare_port()
        )
    }

    /// Runs a command with this settings file.
    pub fn run(&self, arguments: &[&str], settings: &str) -> Output {
        let file = self.file("privyazka.toml");
        std::fs::write(&file, settings).expect("writable");
        let mut all = arguments.to_vec();
        let file = file.display().to_string();
        all.extend(["--config", &file]);
        privyazka(&all)
    }
}
