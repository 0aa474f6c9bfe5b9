//! What ESIA sends at most, kept in memory for as little as it may be: a process of its own, so that nothing
//! but the answers grows.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot read its own input fails")]

use std::time::Duration;

use futures_util::future::join_all;
use harness::{Esia, Reply, access_claims, access_header, id_claims, id_header, sign};

#[allow(dead_code, reason = "the tests of the client use more of it")]
#[path = "esia/harness.rs"]
mod harness;

const MIB: u64 = 1024 * 1024;

/// A line of `/proc/self/status`, in octets.
fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Twenty sign-ins at once, each answered so; how much the process grew at its largest, everything that
/// ESIA's side keeps for them included.
async fn growth(token: Reply, person: Option<Reply>) -> u64 {
    let (id, access) = (sign(id_header(), id_claims()), sign(access_header(), access_claims()));
    let esia = match person {
        None => Esia::start(move |_| token.clone()).await,
        Some(person) => Esia::with(id, access, person).await,
    };
    let mut settings = harness::settings(esia.url.clone());
    settings.request_timeout = Duration::from_secs(3);
    let client = harness::client(&settings);
    let (code, now) = (harness::code(), harness::now());
    // The first one pays for what stays: connections' machinery, the code itself.
    assert!(client.identify(&code, now).await.is_err());
    // Sets the largest size so far to the present one.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status("VmRSS");
    let results = join_all((0..20).map(|_| client.identify(&code, now))).await;
    assert!(results.iter().all(Result::is_err));
    status("VmHWM").saturating_sub(before)
}

#[tokio::test]
async fn t16_twenty_hostile_answers_at_once_cost_less_than_twenty_mebibytes() {
    let json = "Content-Type: application/json\r\n";
    let promised = format!("HTTP/1.1 200 OK\r\n{json}Content-Length: 67108864\r\n\r\n");
    for (what, reply) in [
        ("endless chunks", Reply::EndlessChunks),
        ("endless head", Reply::EndlessHead),
        ("64 MiB promised", Reply::Raw(promised.into_bytes())),
        ("depth 100 000", Reply::raw("200 OK", json, "[".repeat(100_000))),
        // Each number of two octets is one of thirty-two in memory.
        ("numbers", Reply::raw("200 OK", json, format!("[{}0]", "0,".repeat(130_000)))),
        ("a byte a second", Reply::Drip),
        ("packed", Reply::raw("200 OK", &format!("{json}Content-Encoding: gzip\r\n"), vec![0; 100_000])),
    ] {
        for at_person in [false, true] {
            let grown = growth(reply.clone(), at_person.then(|| reply.clone())).await;
            assert!(grown < 20 * MIB, "{what}, person {at_person}: {} KiB", grown / 1024);
        }
    }
}
