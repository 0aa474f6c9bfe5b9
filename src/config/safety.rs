//! What `serve` refuses to start with (`docs/security.md`, T62). Each rule has a name, a reason and a test.

use std::net::IpAddr;
use std::path::Path;

use url::{Host, Url};

use super::access::SecondFactor;
use super::mail::TransportKind;
use super::{ConfigError, Settings};

/// Mark in the subject of every certificate that the training stand makes.
const STAND_MARK: &[u8] = b"Privyazka training stand";

impl Settings {
    /// Refuses settings that are fit for a demo only.
    ///
    /// # Errors
    /// The first rule that is broken, with what to do.
    pub fn check_safe(&self) -> Result<(), ConfigError> {
        self.breaches().into_iter().next().map_or(Ok(()), Err)
    }

    /// All rules of [`Settings::check_safe`] that are broken. Reads the files that the settings name.
    pub fn breaches(&self) -> Vec<ConfigError> {
        let mut breaches = Vec::new();
        let mut refuse =
            |key, reason: &str| breaches.push(ConfigError::Unsafe { key, reason: reason.to_owned() });
        if self.server.public_url.scheme() != "https" {
            refuse("server.public_url", "must be https: sessions would travel in the clear");
        }
        if self.esia.base_url.scheme() != "https" {
            refuse("esia.base_url", "must be https");
        }
        if is_loopback(&self.esia.base_url) {
            refuse("esia.base_url", "leads to this machine; the training stand serves `demo` only");
        }
        if self.mail.transport == TransportKind::Memory {
            refuse("mail.transport", "`memory` loses every letter; use `smtp` or `directory`");
        }
        if self.esia.signer_url.as_ref().is_some_and(|url| url.scheme() != "https" && !is_loopback(url)) {
            refuse("esia.signer_url", "must be https, or lead to this machine");
        }
        for (key, reason) in self.retention.breaches() {
            refuse(key, reason);
        }
        if self.access.second_factor == SecondFactor::Off {
            refuse(
                "access.second_factor",
                "`off` is for `demo` only: a password alone would open the helpdesk",
            );
        }
        for (key, file) in self.secret_files() {
            if let Err(reason) = check_private(file) {
                refuse(key, &reason);
            }
        }
        for file in self.esia.trusted_certificate_files.iter().chain([&self.esia.certificate_file]) {
            match std::fs::read(file) {
                Ok(content) if is_stand_certificate(&content) => {
                    breaches.push(ConfigError::Unsafe {
                        key: "esia.trusted_certificate_files",
                        reason: "holds a certificate of the training stand".to_owned(),
                    });
                }
                Ok(_) => {}
                Err(error) => breaches
                    .push(ConfigError::Invalid(format!("esia certificate {}: {error}", file.display()))),
            }
        }
        breaches.extend(self.esia.check().map_err(ConfigError::Invalid).err());
        breaches.extend(self.database.address().and_then(|url| check_database(&url)).err());
        breaches
    }

    fn secret_files(&self) -> Vec<(&'static str, &Path)> {
        let mut files = vec![("secrets.key_file", self.secrets.key_file.as_path())];
        if let Some(file) = &self.esia.private_key_file {
            files.push(("esia.private_key_file", file));
        }
        if let Some(file) = &self.esia.signer_token_file {
            files.push(("esia.signer_token_file", file));
        }
        if let Some(file) = &self.secrets.previous_key_file {
            files.push(("secrets.previous_key_file", file));
        }
        if let Some(file) = &self.database.url_file {
            files.push(("database.url_file", file));
        }
        if let Some(file) = &self.mail.smtp_url_file {
            files.push(("mail.smtp_url_file", file));
        }
        files
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Of schemes it does not know, `url` leaves addresses as names.
        Some(Host::Domain(name)) => {
            let address: Option<IpAddr> = name.parse().ok();
            name == "localhost" || name.ends_with(".localhost") || address.is_some_and(|a| a.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => true,
    }
}

/// A connection that leaves the machine must be encrypted to the server that is meant: libpq's default falls
/// back to plain text, `require` takes any certificate and `verify-ca` that of any host (T66).
fn check_database(url: &str) -> Result<(), ConfigError> {
    if url.starts_with("sqlite://") {
        return Ok(());
    }
    let parsed = Url::parse(url).map_err(|error| ConfigError::Invalid(format!("database.url: {error}")))?;
    let option =
        |name: &str| parsed.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let socket = option("host").is_some_and(|host| host.starts_with('/'));
    let verified = option("sslmode").is_some_and(|mode| mode == "verify-full");
    if socket || verified || is_loopback(&parsed) {
        Ok(())
    } else {
        Err(ConfigError::Unsafe {
            key: "database.url",
            reason:
                "leaves this machine; add ?sslmode=verify-full, nothing less looks whose certificate it is"
                    .into(),
        })
    }
}

fn is_stand_certificate(content: &[u8]) -> bool {
    let contains = |bytes: &[u8]| bytes.windows(STAND_MARK.len()).any(|window| window == STAND_MARK);
    let der = pem_body(content);
    contains(content) || der.is_some_and(|der| contains(&der))
}

fn pem_body(content: &[u8]) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let text = std::str::from_utf8(content).ok()?;
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    base64::engine::general_purpose::STANDARD.decode(body).ok()
}

#[cfg(unix)]
fn check_private(file: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(file).map_err(|error| format!("{}: {error}", file.display()))?;
    if metadata.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(format!("{} can be read by others; set its mode to 0600", file.display()))
    }
}

#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    struct Files(tempfile::TempDir);

    impl Files {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            for name in ["master.key", "client.key", "client.crt", "esia.crt", "smtp", "signer"] {
                let path = dir.path().join(name);
                std::fs::write(&path, b"x").unwrap();
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            }
            Self(dir)
        }

        fn settings(&self) -> Settings {
            let dir = self.0.path().display();
            Settings::from_toml(&format!(
                r#"
                [server]
                listen = "127.0.0.1:8080"
                public_url = "https://journal.example"
                [database]
                url = "sqlite://{dir}/db"
                [esia]
                base_url = "https://esia.gosuslugi.ru"
                client_id = "TESTIS"
                certificate_file = "{dir}/client.crt"
                private_key_file = "{dir}/client.key"
                signer_token_file = "{dir}/signer"
                trusted_certificate_files = ["{dir}/esia.crt"]
                [mail]
                transport = "smtp"
                smtp_url_file = "{dir}/smtp"
                from = "a@journal.example"
                [secrets]
                key_file = "{dir}/master.key"
                "#
            ))
            .unwrap()
        }
    }

    fn refused_key(settings: &Settings) -> Option<&'static str> {
        match settings.check_safe() {
            Err(ConfigError::Unsafe { key, .. }) => Some(key),
            Err(other) => panic!("{other}"),
            Ok(()) => None,
        }
    }

    #[test]
    fn t62_safe_settings_start() {
        assert_eq!(refused_key(&Files::new().settings()), None);
    }

    #[test]
    fn t62_each_rule_refuses_by_name() {
        type Break = fn(&mut Settings);
        let cases: [(&str, Break); 16] = [
            ("access.second_factor", |s| s.access.second_factor = SecondFactor::Off),
            ("esia.signer_url", |s| s.esia.signer_url = Some("http://signer.example".parse().unwrap())),
            ("server.public_url", |s| s.server.public_url = "http://journal.example".parse().unwrap()),
            ("esia.base_url", |s| s.esia.base_url = "http://esia.gosuslugi.ru".parse().unwrap()),
            ("esia.base_url", |s| s.esia.base_url = "https://127.0.0.1:8090".parse().unwrap()),
            ("esia.base_url", |s| s.esia.base_url = "https://localhost".parse().unwrap()),
            ("esia.base_url", |s| s.esia.base_url = "https://[::1]".parse().unwrap()),
            ("mail.transport", |s| s.mail.transport = TransportKind::Memory),
            ("retention.audit", |s| s.retention.audit = std::time::Duration::from_secs(1094 * 86_400)),
            ("retention.attempts", |s| s.retention.attempts = std::time::Duration::ZERO),
            ("retention.letter_bodies", |s| s.retention.letter_bodies = std::time::Duration::ZERO),
            ("database.url", |s| s.database.url = Some("postgres://app@db.example/journal".into())),
            ("database.url", |s| {
                s.database.url = Some("postgres://app@db.example/journal?sslmode=prefer".into())
            }),
            ("database.url", |s| {
                s.database.url = Some("postgres://app@db.example/journal?sslmode=require".into())
            }),
            ("database.url", |s| {
                s.database.url = Some("postgres://app@db.example/journal?sslmode=verify-ca".into())
            }),
            ("database.url", |s| {
                s.database.url = Some("postgres://app@10.0.0.5/journal?sslmode=disable".into())
            }),
        ];
        let files = Files::new();
        for (key, break_it) in cases {
            let mut settings = files.settings();
            break_it(&mut settings);
            assert_eq!(refused_key(&settings), Some(key));
        }
    }

    #[test]
    fn t62_world_readable_secrets_are_refused() {
        for (file, key) in [
            ("master.key", "secrets.key_file"),
            ("client.key", "esia.private_key_file"),
            ("signer", "esia.signer_token_file"),
            ("smtp", "mail.smtp_url_file"),
        ] {
            let files = Files::new();
            let path = files.0.path().join(file);
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert_eq!(refused_key(&files.settings()), Some(key));
        }
    }

    #[test]
    fn t62_a_certificate_of_the_training_stand_is_refused() {
        use base64::Engine as _;
        let files = Files::new();
        let der = [&[0x30, 0x82][..], STAND_MARK, &[0x00]].concat();
        let body = base64::engine::general_purpose::STANDARD.encode(&der);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        for content in [der, pem.into_bytes()] {
            std::fs::write(files.0.path().join("esia.crt"), content).unwrap();
            assert_eq!(refused_key(&files.settings()), Some("esia.trusted_certificate_files"));
        }
    }

    #[test]
    fn t66_verified_and_local_databases_are_fine() {
        for url in [
            "postgres://app@db.example/journal?sslmode=verify-full",
            "postgres://app@127.0.0.1/journal",
            "postgres:///journal?host=/var/run/postgresql",
        ] {
            assert!(check_database(url).is_ok(), "{url}");
        }
    }
}
