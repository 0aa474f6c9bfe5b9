//! What strangers send never reaches the log, and what does reach it is one event a line
//! (`docs/security.md`, T54).

use std::collections::HashMap;

use http::Method;
use privyazka::stand::persona::STAND_PASSWORD;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::browser::Ask;
use crate::harness::page::Page;
use crate::harness::person::filled;
use crate::harness::town::Correction;
use crate::harness::{Person, Setup, World, log, on_sqlite};
use crate::routes::ROUTES;

const ANNA: &str = "smirnova@stand.example";
/// Part of everything hostile here, so that any trace of it is found.
const MARK: &str = "Zlodej";
/// Turns a line around, in a terminal and in a browser.
const TURNED: &str = "Zlodej\u{202e}\u{2066}\u{200f}\u{2028}gol";
/// As a directory would hold it that takes over what schools send.
const LAST_NAME: &str = "Zlodej\r\n2026-11-22T00:00:00Z ERROR Zlodej\u{1b}[2J";
const EMAIL: &str = "zlodej\u{1b}[8m\r\nBcc:@journal.example";

fn corpus() -> Vec<String> {
    vec![
        format!("{MARK}\r\n2026-11-22T00:00:00.000000Z ERROR privyazka: {MARK}"),
        format!("{MARK}\nrequest=\"00000000\" status=200"),
        format!("\u{1b}[2J\u{1b}[8m\u{1b}]0;{MARK}\u{7}\u{9b}31m"),
        format!("{MARK}\0{MARK}\0"),
        TURNED.to_owned(),
        format!("{MARK} {}", "я".repeat(5_000)),
        format!("{MARK}\"}},\"level\":\"ERROR\",\"fields\":{{\"message\":\"{MARK}\n\"}}}}\n{{"),
        format!("{MARK}%s%n%x{{}}{{0}}${{jndi:ldap://127.0.0.1/{MARK}}}"),
    ]
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Numbers of the requests that were answered.
#[derive(Default)]
struct Answered(Vec<String>);

impl Answered {
    fn note(&mut self, page: &Page) {
        assert!(page.status < 500, "{page:?}");
        let number = page.header("x-request-id");
        assert!(!number.is_empty(), "{page:?}");
        self.0.push(number.to_owned());
    }

    async fn get(&mut self, person: &Person, path: &str) {
        self.note(&person.browser.send(Ask::get(person.url(path))).await);
    }
}

/// A request in bytes, for what no client of HTTP would send. What is not HTTP has no number.
async fn send_raw(world: &World, answered: &mut Answered, head: &[u8]) {
    let mut stream = TcpStream::connect(world.socket).await.unwrap();
    stream.write_all(head).await.unwrap();
    let mut answer = Vec::new();
    // A server that has said what it thinks of it may close before everything was read.
    drop(stream.read_to_end(&mut answer).await);
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    let number = answer.split("x-request-id: ").nth(1).and_then(|rest| rest.split('\r').next());
    answered.0.extend(number.map(str::to_owned));
}

async fn through_addresses(person: &Person, answered: &mut Answered, value: &str) {
    let names = [
        "q",
        "ref",
        "next",
        "level",
        "parent",
        "organisation",
        "change",
        "state",
        "code",
        "error",
        "error_description",
        "esia",
        "municipality",
        "settlement",
        "kind",
        "region",
        "x",
    ];
    let value = encoded(value);
    for (_, path, _, _) in ROUTES {
        let path = path.split('?').next().unwrap();
        for name in names {
            answered.get(person, &format!("{path}?{name}={value}")).await;
        }
        answered.get(person, &format!("{path}?{value}")).await;
    }
    for path in ["/login/recover", "/esia/go", "/outcome", "/demo/mail", "/static", "/help", ""] {
        answered.get(person, &format!("{path}/{}", value.replace('+', "%20"))).await;
    }
}

async fn through_forms(person: &Person, answered: &mut Answered, value: &str) {
    let form = person.open("/display").await;
    answered.note(&form);
    for (_, path, _, fields) in ROUTES {
        let Some(fields) = fields else { continue };
        let mut filled = filled(&form, "/display", &[("decision", value), ("reason", value)]);
        filled.action = (*path).to_owned();
        for (name, _) in *fields {
            filled = filled.with(name, value);
        }
        // `/display` writes what one chose into a cookie, and signing out would end the walk.
        if !["/logout", "/settings/sessions"].contains(path) {
            answered.note(&person.browser.send(person.browser.post(&form, &filled)).await);
        }
        let unsigned = filled.with("csrf", value);
        answered.note(&person.browser.send(person.browser.post(&form, &unsigned)).await);
    }
}

async fn through_heads(world: &World, answered: &mut Answered, value: &str) {
    let headers = [
        "User-Agent",
        "X-Request-Id",
        "Referer",
        "Cookie",
        "Accept-Language",
        "Origin",
        "X-Forwarded-For",
        "Forwarded",
        "X-Forwarded-Host",
        "Sec-Fetch-Site",
        "If-None-Match",
        "Content-Type",
        value,
    ];
    let host = world.origin.trim_start_matches("http://");
    for header in headers {
        for path in ["/login", "/esia/callback?state=x&code=y", "/settings"] {
            let head = format!(
                "GET {path} HTTP/1.1\r\nHost: {host}\r\n{header}: {value}\r\nConnection: close\r\n\r\n"
            );
            send_raw(world, answered, head.as_bytes()).await;
        }
    }
    for name in ["session", "browser", "organisation", "display", "at-esia", "attempt-000000000000"] {
        let head = format!(
            "GET /login HTTP/1.1\r\nHost: {host}\r\nCookie: {name}={value}\r\nConnection: close\r\n\r\n"
        );
        send_raw(world, answered, head.as_bytes()).await;
    }
    for head in [
        format!("{value} / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        format!("GET /{value} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        format!("GET /login HTTP/1.1\r\nHost: {value}\r\nConnection: close\r\n\r\n"),
        format!("GET /login HTTP/{value}\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
    ] {
        send_raw(world, answered, head.as_bytes()).await;
    }
}

/// A trip that ESIA answers with the stranger's words, and one that never began.
async fn through_the_callback(person: &Person, answered: &mut Answered, value: &str) {
    let departure = person.start_sign_in().await;
    let state = Person::parameter(&departure, "state");
    let value = encoded(value);
    for query in [
        format!("state={state}&error={value}&error_description={value}"),
        format!("state={value}&code={value}"),
        format!("state={value}&error={value}&error_description={value}"),
        format!("{value}={value}"),
    ] {
        answered.get(person, &format!("/esia/callback?{query}")).await;
    }
}

/// The directory itself holds hostile text, and letters are written about its owner.
async fn through_the_directory(world: &World) {
    let corrections = vec![Correction::LastName(LAST_NAME), Correction::Email(Some(EMAIL))];
    world.correct("teacher", corrections).await;
    let anna = world.person_with(&format!("{MARK} Firefox/140.0"));
    anna.signed_in("teacher").await;
    anna.link_as(ANNA).await;
    let page = anna.open("/login/recover").await;
    let organisation = anna.organisation("teacher").await;
    anna.submit(&page, "/login/recover", &[("organisation", &organisation), ("login", "teacher")]).await;
    world.settled().await;
    let stranger = world.person();
    let page = stranger.browser.follow(&stranger.start_sign_in().await).await;
    stranger
        .submit(&stranger.arrive(page).await, "/login", &[("login", MARK), ("password", STAND_PASSWORD)])
        .await;
}

/// What may not stand in a line of the log.
fn breaks_a_line(c: char) -> bool {
    c.is_control()
        || ('\u{200b}'..='\u{200f}').contains(&c)
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{206f}').contains(&c)
}

/// Reads the whole log again as a collector would: the numbers of the requests in it, in both forms.
fn read_again() -> (Vec<String>, Vec<String>) {
    let (text, json) = log::events();
    let number = |event: &Value| {
        let is_request =
            event["fields"]["message"].as_str().is_some_and(|words| words.starts_with("request"));
        is_request.then(|| event["fields"]["request"].as_str().expect("its number").to_owned())
    };
    let mut in_json = Vec::new();
    for event in &json {
        let line = event.strip_suffix('\n').expect("a whole line");
        assert!(!line.contains(breaks_a_line), "{line:?}");
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert!(event["timestamp"].is_string() && event["level"].is_string(), "{line:?}");
        in_json.extend(number(&event));
    }
    let mut in_text = Vec::new();
    for event in &text {
        let line = event.strip_suffix('\n').expect("a whole line");
        let colours = ["0", "1", "2", "3", "31", "32", "33", "34", "35"];
        let plain = colours
            .iter()
            .fold(line.to_owned(), |line, colour| line.replace(&format!("\u{1b}[{colour}m"), ""));
        assert!(!plain.contains(breaks_a_line), "{line:?}");
        assert!(plain.starts_with("20") && plain.as_bytes()[4] == b'-', "it begins with its time: {line:?}");
        let number = plain.split(" request=\"").nth(1).and_then(|rest| rest.split('"').next());
        in_text.extend(number.map(str::to_owned));
    }
    (in_text, in_json)
}

#[test]
fn t54_whatever_strangers_send_the_log_has_one_line_a_request_and_none_of_their_words() {
    on_sqlite(async |database| {
        let world = Setup::default().demo().start(database).await;
        let mut answered = Answered::default();
        let anna = world.person();
        anna.link_whole("parent", "petrov@stand.example").await;
        for value in corpus() {
            // No address is longer than its limit, or only the limit would be seen.
            let short: String = value.chars().take(1_200).collect();
            through_addresses(&anna, &mut answered, &short).await;
            through_forms(&anna, &mut answered, &value).await;
            through_heads(&world, &mut answered, &value).await;
            through_the_callback(&world.person(), &mut answered, &short).await;
        }
        let method = Method::from_bytes(MARK.as_bytes()).unwrap();
        answered.note(&anna.browser.send(Ask { method, ..Ask::get(anna.url("/login")) }).await);
        through_the_directory(&world).await;

        let (in_text, in_json) = read_again();
        assert!(answered.0.len() > 4_000, "{}", answered.0.len());
        for lines in [in_text, in_json] {
            let mut counts: HashMap<String, usize> = HashMap::new();
            lines.into_iter().for_each(|number| *counts.entry(number).or_default() += 1);
            let counts = answered.0.iter().map(|number| counts.get(number).copied().unwrap_or_default());
            let unlike: Vec<usize> = counts.filter(|&count| count != 1).collect();
            // Numbers have 32 bits: among thousands two may be equal, also with those of another test.
            assert!(unlike.len() <= 4 && !unlike.contains(&0), "{unlike:?}");
        }
        let written = log::written();
        let line = written.lines().find(|line| line.contains(MARK));
        assert_eq!(line, None);
        world.end().await;
    });
}
