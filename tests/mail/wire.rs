//! T53: what a mail server is given, byte for byte.

use privyazka::mail::letter::{Letter, Linked};
use privyazka::mail::{About, Recipient};

use super::post_office::{PostOffice, start};
use super::sink::{Manner, Sink};
use super::support::database::{TestDatabase, block_on};

/// Sends one letter and returns it as the server took it.
fn delivered(email: &str, name: &str, organisation: &str) -> super::sink::Taken {
    let database = TestDatabase::sqlite();
    let sink = Sink::start(Manner::default());
    block_on(async {
        let office = PostOffice::open(&database);
        let to = Recipient { email: email.into(), name: name.into() };
        let letter =
            Letter::Linked(Linked { organisation: organisation.into(), at: start(), undo: String::new() });
        office.enqueue_letter(to, About::default(), letter).await;
        assert_eq!(office.dispatcher_to(&sink).dispatch_due().await.unwrap().sent, 1);
    });
    let mut taken = sink.taken();
    assert_eq!(taken.len(), 1);
    taken.remove(0)
}

/// The headers of the message itself, unfolded: name and value.
fn headers(message: &str) -> Vec<(String, String)> {
    let head = message.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ");
    head.split("\r\n")
        .map(|line| line.split_once(": ").map(|(name, value)| (name.into(), value.into())).unwrap())
        .collect()
}

fn header_names(message: &str) -> Vec<String> {
    headers(message).into_iter().map(|(name, _)| name).collect()
}

const HEADERS: [&str; 8] =
    ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"];

#[test]
fn a_plain_letter_has_these_headers() {
    let taken = delivered("anna@example.ru", "Анна Викторовна", "СОШ № 12");
    let headers = headers(&taken.message);
    let value = |name: &str| headers.iter().find(|(found, _)| found == name).unwrap().1.as_str();
    assert_eq!(header_names(&taken.message), HEADERS);
    assert_eq!(value("Date"), "Sun, 01 Mar 2026 09:05:00 +0000");
    assert_eq!(value("Auto-Submitted"), "auto-generated");
    let id = value("Message-ID").strip_prefix('<').unwrap().strip_suffix("@journal.example.ru>").unwrap();
    assert_eq!(id.len(), 36, "a uid: {id}");
    assert!(value("From").ends_with(" <noreply@journal.example.ru>"));
    assert!(value("To").ends_with(" <anna@example.ru>"));
    assert!(taken.message.is_ascii());
    assert!(taken.message.lines().all(|line| line.len() <= 998));
}

#[test]
fn t53_nothing_in_a_name_adds_a_recipient_or_a_header() {
    let hostile = [
        "Анна\r\nBcc: evil@example.org",
        "Anna\r\nBcc: evil@example.org\r\n\r\nbody",
        "Anna, evil@example.org",
        "Anna <evil@example.org>, x",
        "\"; evil@example.org; \"",
        "=?utf-8?q?evil=40example.org=2C?=",
        "Anna\u{85}Bcc: evil@example.org\u{2028}",
        "(evil@example.org)",
        "a\\\"<evil@example.org>",
        "\u{202e}gro.elpmaxe@live",
        "",
    ];
    for name in hostile {
        let taken = delivered("anna@example.ru", name, &format!("СОШ\r\nBcc: evil@example.org{name}"));
        assert_eq!(taken.recipients, ["anna@example.ru"], "{name:?}");
        assert_eq!(header_names(&taken.message), HEADERS, "{name:?}");
        let to = headers(&taken.message).swap_remove(1).1;
        let read: lettre::message::Mailboxes = to.parse().unwrap_or_else(|error| panic!("{to}: {error}"));
        let addresses: Vec<_> = read.iter().map(|mailbox| mailbox.email.to_string()).collect();
        assert_eq!(addresses, ["anna@example.ru"], "{name:?} became {to}");
    }
}

#[test]
fn t53_a_domain_in_another_script_goes_out_in_ascii() {
    let taken = delivered("anna@школа.рф", "Анна", "СОШ № 12");
    assert_eq!(taken.recipients, ["anna@xn--80atdl2c.xn--p1ai"]);
    assert!(taken.message.contains("<anna@xn--80atdl2c.xn--p1ai>"));
}
