//! `privyazka doctor` at the training stand, with a database, a folder of letters and a mail server: what is
//! well is called so, what is broken is named with what to do, and nothing is changed.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use privyazka::config::database::DatabaseSettings;
use privyazka::platform::secret::{Keys, MasterKey};
use privyazka::stand::credentials::{ClientCredentials, ensure_client};
use privyazka::stand::{self, RegisteredClient, StandHandle, StandSettings};
use privyazka::store::{Store, key_checks};

#[path = "support/mod.rs"]
mod support;

use support::database::block_on;
use support::processes::spare_port;

/// An installation beside a running stand.
struct Place {
    folder: tempfile::TempDir,
    client: ClientCredentials,
    stand: StandHandle,
}

impl Place {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let dir = folder.path().join("stand");
        let made = dir.clone();
        let client =
            tokio::task::spawn_blocking(move || ensure_client(&made, "DOCTOR")).await.unwrap().unwrap();
        let origin = "https://journal.example".to_owned();
        let registered = RegisteredClient::new("DOCTOR", "Journal", &client.certificate_file, vec![origin]);
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let stand = stand::start(StandSettings::new(listen, dir, vec![registered])).await.unwrap();
        MasterKey::generate().write_new(&folder.path().join("master.key")).unwrap();
        Self { folder, client, stand }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A database as the service leaves it.
    async fn fill(&self) {
        let url = format!("sqlite://{}", self.file("data.db").display());
        let key = self.file("master.key");
        let opened = tokio::task::spawn_blocking(move || {
            (Store::open(&DatabaseSettings::new(url)).unwrap(), Keys::read(&key, None).unwrap())
        });
        let (store, keys) = opened.await.unwrap();
        store.write(move |db| key_checks::register(db, &keys)).await.unwrap();
    }

    fn settings(&self) -> String {
        format!(
            r#"
[server]
listen = "127.0.0.1:1"
admin_listen = "127.0.0.1:2"
public_url = "https://journal.example"
[database]
url = "sqlite://{folder}/data.db"
[esia]
base_url = "{stand}"
api = "v1"
signer = "rsa"
client_id = "DOCTOR"
certificate_file = "{certificate}"
private_key_file = "{key}"
trusted_certificate_files = ["{trusted}"]
request_timeout = "2s"
[mail]
transport = "directory"
directory = "{folder}/mail"
from = "Journal <noreply@journal.example>"
[secrets]
key_file = "{folder}/master.key"
"#,
            folder = self.folder.path().display(),
            stand = self.stand.url().as_str().trim_end_matches('/'),
            certificate = self.client.certificate_file.display(),
            key = self.client.private_key_file.display(),
            trusted = self.stand.certificate_file().display(),
        )
    }

    /// The exit code and the lines of standard output.
    async fn doctor(&self, settings: &str) -> (Option<i32>, String) {
        let file = self.file("privyazka.toml");
        std::fs::write(&file, settings).unwrap();
        let run = tokio::task::spawn_blocking(move || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_privyazka"));
            command.arg("doctor").arg("--config").arg(file).output().expect("the program starts")
        });
        let output = run.await.unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    }
}

/// The words before a finding about `about`, in order.
fn states<'a>(said: &'a str, about: &str) -> Vec<&'a str> {
    let lines = said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines.filter(|words| words.get(1) == Some(&about)).map(|words| words[0]).collect()
}

#[test]
fn what_is_well_is_called_so_and_the_stand_is_no_esia_for_real_use() {
    block_on(async {
        let place = Place::start().await;
        place.fill().await;
        let (code, said) = place.doctor(&place.settings()).await;
        assert_eq!(code, Some(3), "{said}");
        for about in [
            "esia.certificate",
            "esia.trusted",
            "esia.redirect_uri",
            "esia.signer",
            "clock",
            "database",
            "secrets.key_file",
            "mail",
        ] {
            assert_eq!(states(&said, about), ["ok"], "{about}: {said}");
        }
        // Plain http and this machine: two rules; and the address answers.
        assert_eq!(states(&said, "esia.base_url"), ["PROBLEM", "PROBLEM", "ok"], "{said}");
        assert_eq!(states(&said, "esia.trusted_certificate_files"), ["PROBLEM", "PROBLEM"], "{said}");
        assert_eq!(said.matches("PROBLEM").count(), 4, "{said}");
        place.stand.stop().await;
    });
}

#[test]
fn what_is_broken_is_named_with_what_to_do() {
    block_on(async {
        let place = Place::start().await;
        place.fill().await;
        let good = place.settings();
        let other = place.file("other");
        let made = other.clone();
        let other =
            tokio::task::spawn_blocking(move || ensure_client(&made, "OTHER")).await.unwrap().unwrap();
        MasterKey::generate().write_new(&place.file("foreign.key")).unwrap();
        MasterKey::generate().write_new(&place.file("open.key")).unwrap();
        std::fs::set_permissions(place.file("open.key"), PermissionsExt::from_mode(0o644)).unwrap();
        std::fs::write(place.file("no-folder"), b"").unwrap();
        let own_key = place.client.private_key_file.display().to_string();
        let dead = format!("http://127.0.0.1:{}", spare_port());
        let stand = place.stand.url().as_str().trim_end_matches('/').to_owned();
        let smtp = format!("transport = \"smtp\"\nsmtp_url = \"smtp+plain://127.0.0.1:{}\"", spare_port());
        for (about, from, to, advice) in [
            ("esia.signer", own_key.as_str(), &*other.private_key_file.display().to_string(), "a pair"),
            ("esia.base_url", &*stand, &*dead, "firewall"),
            (
                "esia.redirect_uri",
                "request_timeout = \"2s\"",
                "redirect_uri = \"https://journal.example/x\"",
                "does not exist",
            ),
            (
                "esia.redirect_uri",
                "request_timeout = \"2s\"",
                "redirect_uri = \"https://b.example/esia/callback\"",
                "one host",
            ),
            ("secrets.key_file", "/master.key", "/foreign.key", "another key"),
            ("secrets.key_file", "/master.key", "/open.key", "0600"),
            ("mail", "transport = \"directory\"", &*smtp, "letters wait"),
            ("mail", "/mail\"", "/no-folder/mail\"", "letters wait"),
            ("mail.from", "Journal <noreply@journal.example>", "Journal", "one sender"),
            ("database.url", "/data.db", "/stand/client-DOCTOR.crt", "database.url"),
        ] {
            assert!(good.contains(from), "{from}");
            let settings = good.replace(from, to);
            let (code, said) = place.doctor(&settings).await;
            assert_eq!(code, Some(3), "{about}: {said}");
            assert!(states(&said, about).contains(&"PROBLEM"), "{about}, {to}: {said}");
            assert!(said.contains(advice), "{about}, {advice}: {said}");
        }
        // What is not there yet is no problem, and is not made by looking.
        let (_, said) = place.doctor(&good.replace("/data.db", "/later.db")).await;
        assert_eq!(states(&said, "database.url"), ["warning"], "{said}");
        assert!(!place.file("later.db").exists() && !place.file("mail").exists());
        place.stand.stop().await;
    });
}
