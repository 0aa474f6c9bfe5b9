//! OpenSSL with its GOST engine (Debian: `libengine-gost-openssl`), as a judge from outside.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up shall panic"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A configuration that loads the engine.
const CONFIGURATION: &str = "openssl_conf = openssl_def\n[openssl_def]\nengines = engines\n[engines]\ngost = gost\n\
                             [gost]\nengine_id = gost\ndefault_algorithms = ALL\n";

/// OpenSSL in a folder of its own.
pub struct GostEngine {
    folder: tempfile::TempDir,
}

impl GostEngine {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("openssl.cnf"), CONFIGURATION).unwrap();
        let engine = Self { folder };
        assert!(
            engine.try_run(&["dgst", "-md_gost12_256"], b"").is_some(),
            "OpenSSL's GOST engine does not work; `make test-setup` installs libengine-gost-openssl"
        );
        engine
    }

    /// A file of the folder, by its whole path.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder and gives its path.
    pub fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The configuration, for a program that a test starts.
    pub fn configuration(&self) -> PathBuf {
        self.path("openssl.cnf")
    }

    /// What `openssl` prints, or nothing when it fails.
    pub fn try_run(&self, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
        let mut child = Command::new("openssl")
            .args(arguments)
            .current_dir(self.folder.path())
            .env("OPENSSL_CONF", self.configuration())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl can be started");
        // A program that does not read its input closes it.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        output.status.success().then_some(output.stdout)
    }

    /// What `openssl` prints.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        self.try_run(arguments, input).unwrap_or_else(|| panic!("openssl {} fails", arguments.join(" ")))
    }

    /// Whether the raw signature fits, by the certificate in a file.
    pub fn verifies(&self, certificate: &Path, message: &[u8], signature: &[u8]) -> bool {
        let public = self.run(&["x509", "-in", certificate.to_str().unwrap(), "-noout", "-pubkey"], b"");
        let (public, signature) = (self.file("public.pem", &public), self.file("signature", signature));
        let arguments = ["dgst", "-md_gost12_256", "-verify", &public, "-signature", &signature];
        self.try_run(&arguments, message).is_some()
    }

    /// Whether a detached CMS signature fits, by the certificate it must be signed with.
    pub fn verifies_cms(&self, certificate: &Path, message: &[u8], cms: &[u8]) -> bool {
        let (cms, content) = (self.file("cms.der", cms), self.file("content", message));
        let certificate = certificate.to_str().unwrap();
        let arguments = [
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            &cms,
            "-content",
            &content,
            "-certfile",
            certificate,
            "-CAfile",
            certificate,
            "-purpose",
            "any",
            "-no_check_time",
            "-nointern",
        ];
        self.try_run(&arguments, b"").is_some_and(|content| content == message)
    }
}
