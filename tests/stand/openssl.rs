//! A whole round by OpenSSL and curl alone: every token of the stand is verified by somebody else, and the
//! transcript in the document is what really happens.

use std::path::Path;
use std::process::Command;

/// What the script prints, with what differs at each run left out.
fn round(algorithm: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/stand-round"))
        .arg(folder.path())
        .arg(algorithm)
        .env("ESIA_STAND", env!("CARGO_BIN_EXE_esia-stand"))
        .output()
        .expect("the script can be started");
    let printed = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "{printed}\n{complaint}\n`make test-setup` installs the GOST engine and curl"
    );
    printed.lines().filter(|line| !line.starts_with("OpenSSL ")).map(steady).collect()
}

/// A line without ports, moments, random names and digests.
fn steady(line: &str) -> String {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let mut steady = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        steady.push_str(before);
        let is_port = steady.ends_with("127.0.0.1:");
        let is_moment =
            run.len() == 10 && run.starts_with(['2', '1']) && run.bytes().all(|b| b.is_ascii_digit());
        let differs = is_port || run.len() >= 36 || (is_moment && run != "1000000001");
        steady.push_str(if differs { "…" } else { run });
        rest = after;
    }
    steady + rest + "\n"
}

#[test]
fn tokens_signed_by_gost_verify_with_openssl_alone_and_the_document_shows_it() {
    const BEGIN: &str = "```text\n";
    let printed = round("gost");
    assert_eq!(printed.matches("Verified OK").count(), 5, "{printed}");
    assert_eq!(printed.matches("\"alg\":\"GOST3410_2012_256\"").count(), 5);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/stand.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, from) = text.split_once("## A round by hand").unwrap();
    let (lead, transcript) = from.split_once(BEGIN).unwrap();
    let (shown, after) = transcript.split_once("```\n").unwrap();
    let printed = printed.trim_start();
    if std::env::var_os("PRIVYAZKA_UPDATE").is_some() {
        let updated = format!("{before}## A round by hand{lead}{BEGIN}{printed}```\n{after}");
        std::fs::write(file, updated).unwrap();
    } else {
        assert_eq!(shown, printed, "PRIVYAZKA_UPDATE=1 cargo test --features test-gost --test stand openssl");
    }
}

#[test]
fn tokens_signed_by_rsa_verify_with_openssl_alone() {
    let printed = round("rsa");
    assert_eq!(printed.matches("Verified OK").count(), 5, "{printed}");
    assert_eq!(printed.matches("\"alg\":\"RS256\"").count(), 5);
}
