//! The system's own record of a whole run: the program connects to ESIA, the mail server and the database,
//! and to nobody else (`docs/security.md`, T65).

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use url::Url;

use crate::demo::{Demo, FIRST_START, find, link};
use crate::harness::browser::Ask;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::smtp_sink::SmtpSink;

on_each_database![t65_a_whole_run_connects_to_esia_the_mail_server_and_the_database_alone];

/// Says what is missing before a journey fails for want of it.
fn can_trace() {
    let tried = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    let tried = tried.expect("strace is not installed; `make test` installs it");
    let words = String::from_utf8_lossy(&tried.stderr).into_owned();
    assert!(
        tried.status.success(),
        "strace may not trace here; allow ptrace (in a container: --cap-add=SYS_PTRACE): {words}"
    );
}

/// Where the program went, from strace's record: `127.0.0.1:25`, the path of a socket, or the kind of an
/// address that is neither.
fn destinations(record: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for address in record.split("{sa_family=").skip(1) {
        let address = address.split('}').next().unwrap_or_default();
        let part = |before: &str, end: char| {
            address.split(before).nth(1).and_then(|rest| rest.split(end).next()).map(str::to_owned)
        };
        let port = part("port=htons(", ')').unwrap_or_default();
        let host = part("inet_addr(\"", '"').or_else(|| part("inet_pton(AF_INET6, \"", '"'));
        let socket = part("sun_path=", ',').or_else(|| part("sun_path=", '}'));
        let kind = address.split(',').next().unwrap_or_default();
        found.insert(match (host, socket) {
            (Some(host), _) => format!("{host}:{port}"),
            (None, Some(path)) => path.trim_matches(['"', '@']).to_owned(),
            (None, None) => kind.to_owned(),
        });
    }
    found
}

#[test]
fn the_record_is_read_whatever_the_address() {
    let record = "7 connect(5, {sa_family=AF_INET, sin_port=htons(25), sin_addr=inet_addr(\"192.0.2.1\")}, 16) = 0\n\
                  8 connect(6, {sa_family=AF_UNIX, sun_path=\"/run/x\"}, 110) = -1 ENOENT (No such file)\n\
                  8 sendto(7, \"..\", 2, 0, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), \
                  inet_pton(AF_INET6, \"2001:db8::1\", &sin6_addr), sin6_scope_id=0}, 28 <unfinished ...>\n\
                  9 sendto(8, \"..\", 2, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 2\n";
    let expected = ["/run/x", "192.0.2.1:25", "2001:db8::1:53", "AF_NETLINK"].map(str::to_owned);
    assert_eq!(destinations(record), BTreeSet::from(expected));
}

/// The record once the program's end stands in it.
async fn finished(record: &Path) -> String {
    let begun = Instant::now();
    loop {
        let text = std::fs::read_to_string(record).unwrap();
        if text.trim_end().ends_with("+++ exited with 0 +++") {
            return text;
        }
        assert!(begun.elapsed() < FIRST_START, "the record has no end");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn t65_a_whole_run_connects_to_esia_the_mail_server_and_the_database_alone(database: &TestDatabase) {
    can_trace();
    let (folder, mail) = (tempfile::tempdir().unwrap(), SmtpSink::start());
    let record = folder.path().join("connections");
    let smtp_url = format!("smtp+plain://{}", mail.address());
    let data = folder.path().join("data");
    let mut demo = Demo::start_recorded(&data, &database.url(), &smtp_url, &record).await;
    let (_, organisation) = find(database, "teacher").await;
    link(demo.browser(), demo.origin(), organisation, "teacher", "smirnova@stand.example").await;
    // Every page that a stranger can open, with addresses of other hosts in its parameters.
    let stranger = demo.browser();
    for path in ["/login", "/login/esia?next=http://192.0.2.1/", "/orgs?q=12", "/help", "/login/recover"] {
        let url = Url::parse(&demo.origin()).unwrap().join(path).unwrap();
        stranger.send(Ask::get(url)).await;
    }
    tokio::task::spawn_blocking(move || mail.wait_for(1)).await.unwrap();
    demo.terminate();
    assert!(demo.end(FIRST_START).await.success());

    let record = finished(&record).await;
    let mut expected: BTreeSet<String> = [demo.stand.to_string()].into();
    expected.insert(smtp_url.rsplit('/').next().unwrap().to_owned());
    if let Some(url) = Url::parse(&database.url()).ok().filter(|url| url.scheme() == "postgres") {
        expected.insert(format!("{}:{}", url.host_str().unwrap(), url.port().unwrap()));
    }
    assert_eq!(destinations(&record), expected);
}
