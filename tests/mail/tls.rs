//! T66: a mail server must prove its name over TLS, or gets nothing.

use std::sync::Arc;

use privyazka::config::mail::{MailSettings, TransportKind};
use privyazka::mail::Transport;
use rustls::ServerConfig;

use super::post_office::{PostOffice, settings};
use super::sink::{Manner, Sink};
use super::support::certificates::{Authority, ServerCertificate, authority};
use super::support::database::{TestDatabase, block_on};

fn server(authority: &Authority, name: &str, year: i32) -> Arc<ServerConfig> {
    ServerCertificate::new(Some(authority), name, year).config()
}

/// One round with one letter; the CA is trusted by file when given.
fn attempt(sink: &Sink, scheme: &str, trusted: Option<&Authority>) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let ca_file = trusted.map(|authority| {
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, authority.pem()).unwrap();
        file
    });
    let url_file = folder.path().join("smtp_url");
    std::fs::write(&url_file, format!("{scheme}://robot:secret@localhost:{}\n", sink.port())).unwrap();
    let settings = MailSettings { smtp_url_file: Some(url_file), ca_file, ..settings(TransportKind::Smtp) };
    let transport = Transport::from_settings(&settings).unwrap();
    let database = TestDatabase::sqlite();
    block_on(async {
        let office = PostOffice::open(&database);
        office.enqueue("anna@example.ru").await;
        let limits = privyazka::mail::Limits {
            letter_timeout: std::time::Duration::from_secs(10),
            ..privyazka::mail::Limits::default()
        };
        let round = office.dispatcher(transport).with_limits(limits).dispatch_due().await.unwrap();
        assert_eq!(round.dead, 0, "a server's fault is never final");
        match office.entries("pending").await.pop() {
            Some(entry) => Err(entry.last_error.unwrap()),
            None => Ok(()),
        }
    })
}

fn over_tls(config: Arc<ServerConfig>) -> Sink {
    Sink::start(Manner { tls: Some(config), ..Manner::default() })
}

fn over_starttls(config: Arc<ServerConfig>) -> Sink {
    Sink::start(Manner { starttls: Some(config), ..Manner::default() })
}

#[test]
fn t66_our_own_authority_by_file_is_enough() {
    let ours = authority();
    let good = || server(&ours, "localhost", 2200);
    for (sink, scheme) in [(over_tls(good()), "smtps"), (over_starttls(good()), "smtp")] {
        assert_eq!(attempt(&sink, scheme, Some(&ours)), Ok(()), "{scheme}");
        let taken = sink.taken();
        assert!(taken.len() == 1 && taken[0].encrypted, "{scheme}");
        assert_eq!(sink.logins().len(), 1, "{scheme}");
    }
}

#[test]
fn t66_a_server_that_cannot_prove_its_name_gets_nothing() {
    let (ours, theirs) = (authority(), authority());
    type Make = fn(Arc<ServerConfig>) -> Sink;
    for (make, scheme) in [(over_tls as Make, "smtps"), (over_starttls as Make, "smtp")] {
        for (what, config, trusted) in [
            ("unknown authority", server(&theirs, "localhost", 2200), Some(&ours)),
            ("no authority of ours", server(&ours, "localhost", 2200), None),
            ("wrong name", server(&ours, "mail.example.ru", 2200), Some(&ours)),
            ("expired", server(&ours, "localhost", 2020), Some(&ours)),
        ] {
            let sink = make(config);
            let error = attempt(&sink, scheme, trusted).expect_err(what);
            assert!(error.starts_with("connection: "), "{what} over {scheme}: {error}");
            assert!(sink.taken().is_empty() && sink.logins().is_empty(), "{what} over {scheme}");
        }
    }
}

#[test]
fn t66_without_starttls_nothing_is_said() {
    let ours = authority();
    let stripped = Sink::start(Manner::default());
    let error = attempt(&stripped, "smtp", Some(&ours)).expect_err("downgraded");
    assert_eq!(error, "connection: not offered by the server");
    assert!(stripped.taken().is_empty() && stripped.logins().is_empty());
}
