//! Headers, errors and redirects of every page (`docs/security.md`, T43, T46 to T48, T64).

use privyazka::web::middleware::security_headers::CONTENT_SECURITY_POLICY;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::browser::Ask;
use crate::harness::page::Page;
use crate::harness::person::filled;
use crate::harness::{Person, Setup, World, on_sqlite};
use crate::routes::{ADMIN, Open, ROUTES};

const ANNA: &str = "smirnova@stand.example";

/// The headers that every answer has.
fn check_headers(page: &Page, https: bool) {
    let case = format!("{} {}", page.status, page.address);
    for (name, value) in [
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(page.header(name), value, "{case}");
    }
    assert_eq!(page.header("strict-transport-security").starts_with("max-age=63072000"), https, "{case}");
    for absent in ["server", "x-powered-by"] {
        assert_eq!(page.header(absent), "", "{case}");
    }
    let html = page.header("content-type").starts_with("text/html");
    let kept = page.address.path() == "/options" && page.status == 200;
    if html && !kept {
        assert_eq!(page.header("cache-control"), "no-store", "{case}");
        assert_eq!(page.header("content-encoding"), "", "pages are not compressed: {case}");
    }
}

#[test]
fn t43_every_answer_has_its_security_headers() {
    on_sqlite(async |database| {
        for https in [false, true] {
            let sibling = database.empty_sibling();
            let setup =
                if https { Setup::default().public_url("https://journal.example") } else { Setup::default() };
            let world = setup.demo().start(&sibling).await;
            let (anna, stranger) = (world.person(), world.person());
            anna.link_whole("teacher", ANNA).await;
            for (_, path, _, fields) in ROUTES {
                for person in [&anna, &stranger] {
                    let ask = Ask::get(person.url(path)).with("accept-encoding", "gzip, br");
                    let page = person.browser.send(ask).await;
                    assert!(page.status < 500, "{page:?}");
                    check_headers(&page, https);
                }
                if fields.is_some() {
                    let page = stranger
                        .browser
                        .send(Ask { method: http::Method::POST, ..Ask::get(stranger.url(path)) })
                        .await;
                    assert_eq!(page.status, 403, "{page:?}");
                    check_headers(&page, https);
                }
            }
            for path in ["/nowhere", "/static/x/none.css", "/%00", "/..%2f..%2fetc/passwd", "/settings/"] {
                let page = anna.open(path).await;
                assert_eq!(page.status, 404, "{page:?}");
                check_headers(&page, https);
            }
            world.end().await;
        }
    });
}

#[test]
fn t43_static_files_are_kept_for_ever_under_their_own_address() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let person = world.person();
        let page = person.open("/login").await;
        let css = page.html.split('"').find(|part| part.ends_with("app.css")).unwrap().to_owned();
        let file = person.open(&css).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/css; charset=utf-8"), "{css}");
        assert!(file.header("cache-control").contains("immutable"), "{file:?}");
        check_headers(&file, false);
        world.end().await;
    });
}

#[test]
fn t46_a_sign_in_ends_on_a_page_of_ours_whatever_the_address_says() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.person().link_whole("teacher", ANNA).await;
        world.stand_serves(ANNA);
        let payloads = [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "http:evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/%2f/evil.example",
            "/%5cevil.example",
            "\t//evil.example",
            "/\t/evil.example",
            "https:user@evil.example",
            "//localhost@evil.example",
            "///evil.example",
            "/settings/../../evil",
            "settings\r\nLocation: //evil.example",
            "%2f%2fevil.example",
            "",
            " ",
            "Settings",
            "/login?next=x",
            "\u{0}//evil.example",
            "http://localhost:1/",
            "//localhost:1",
        ];
        for (at, payload) in payloads.iter().enumerate() {
            let encoded: String = url::form_urlencoded::byte_serialize(payload.as_bytes()).collect();
            let person = world.person();
            let path = format!("/login?next={encoded}");
            let page = person.open(&path).await;
            let organisation = person.organisation("teacher").await;
            let values =
                [("organisation", &*organisation), ("login", "teacher"), ("password", "Осенний лес 7")];
            let answer = person.submit(&page, "/login", &values).await;
            assert_eq!(answer.leads_to(), "/settings", "{payload:?}");
            assert_eq!(person.open(&path).await.leads_to(), "/settings", "signed in already: {payload:?}");
            if at % 4 == 0 {
                let departure = person.open(&format!("/login/esia?next={encoded}")).await;
                if departure.status == 302 {
                    assert!(departure.location().unwrap().as_str().starts_with(world.stand().url().as_str()));
                    let back = person.browser.follow(&departure).await;
                    assert_eq!(person.browser.follow(&back).await.leads_to(), "/settings", "{payload:?}");
                }
            }
            for path in [
                format!("/goodbye?esia={encoded}"),
                format!("/settings/link/confirm?ref={encoded}"),
                format!("/settings/link/done?ref={encoded}"),
                format!("/outcome/101?ref={encoded}&next={encoded}"),
            ] {
                let page = person.open(&path).await;
                assert!(!page.html.contains("evil"), "{path}: {page:?}");
                let host = page.location().map(|url| url.origin().ascii_serialization());
                assert!(host.is_none_or(|host| host == world.origin), "{path}: {page:?}");
            }
        }
        world.end().await;
    });
}

/// The page without what differs at each answer.
fn plain(page: &Page) -> String {
    let token = page.html.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    page.html.replace(token.unwrap_or("no form"), "TOKEN")
}

const FORGED: [(&str, &str); 6] = [
    ("host", "evil.example"),
    ("forwarded", "for=203.0.113.9;host=evil.example;proto=https"),
    ("x-forwarded-for", "203.0.113.9"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-real-ip", "203.0.113.9"),
];

fn forge(ask: Ask) -> Ask {
    FORGED.iter().fold(ask, |ask, (name, value)| ask.with(name, value))
}

#[test]
fn t47_forged_hosts_and_forwarding_headers_change_nothing() {
    on_sqlite(async |database| {
        let world = Setup::default().with(|s| s.sign_in.tries_per_address = 4).start(database).await;
        let person = world.person();
        for path in ["/login", "/help", "/login/recover", "/outcome/101", "/nowhere"] {
            let usual = person.open(path).await;
            let forged = person.browser.send(forge(Ask::get(person.url(path)))).await;
            let number = |page: &Page| page.header("x-request-id").to_owned();
            let (one, other) = (plain(&usual), plain(&forged));
            assert_eq!(one.replace(&number(&usual), ""), other.replace(&number(&forged), ""), "{path}");
        }
        let departure = person.browser.send(forge(Ask::get(person.url("/login/esia")))).await;
        assert!(Person::parameter(&departure, "redirect_uri").starts_with(&world.origin));

        let page = person.open("/login/recover").await;
        let organisation = person.organisation("teacher").await;
        let form = filled(&page, "/login/recover", &[("organisation", &organisation), ("login", "teacher")]);
        person.browser.send(forge(person.browser.post(&page, &form))).await;
        let letter = world.letters_to("teacher@journal.example", 1).await.remove(0);
        assert!(letter.text.contains(&format!("{}/login/recover/", world.origin)), "{}", letter.text);
        assert!(!letter.text.contains("evil"));

        // The limit of an address counts the peer, whatever it says of itself.
        let mut last = 0;
        for at in 0..8 {
            let (page, form) = person.sign_in_form("teacher").await;
            let form = form.with("password", "не тот пароль");
            let ask = person.browser.post(&page, &form).with("x-forwarded-for", &format!("203.0.113.{at}"));
            last = person.browser.send(ask).await.status;
        }
        assert_eq!(last, 429);
        let addresses = world.contents().await["audit_events"].join("\n");
        assert!(addresses.contains("127.0.0.1") && !addresses.contains("203.0.113"), "{addresses}");
        world.end().await;
    });
}

#[test]
fn t47_a_trusted_proxy_names_the_address() {
    on_sqlite(async |database| {
        let proxies = vec![std::net::IpAddr::from([127, 0, 0, 1])];
        let world =
            Setup::default().with(move |s| s.server.trusted_proxies = proxies.clone()).start(database).await;
        let person = world.person();
        let (page, form) = person.sign_in_form("teacher").await;
        let ask = person.browser.post(&page, &form).with("x-forwarded-for", "198.51.100.7, 203.0.113.9");
        person.browser.send(ask).await;
        let addresses = world.contents().await["audit_events"].join("\n");
        assert!(addresses.contains("203.0.113.9"), "the last hop that no trusted proxy added: {addresses}");
        world.end().await;
    });
}

#[test]
fn t48_methods_that_are_not_offered_are_told_so() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let person = world.person();
        person.open("/login").await;
        for (method, path, status) in [
            ("POST", "/help", 405),
            ("PUT", "/login", 405),
            ("DELETE", "/settings", 405),
            ("PATCH", "/display", 405),
            ("GET", "/logout", 405),
            ("OPTIONS", "/login", 405),
        ] {
            let method = http::Method::from_bytes(method.as_bytes()).unwrap();
            let own = Some(world.origin.clone());
            let page = person
                .browser
                .send(
                    Ask { method: method.clone(), from: own, ..Ask::get(person.url(path)) }
                        .with("origin", &world.origin),
                )
                .await;
            assert_eq!(page.status, status, "{method} {path}: {page:?}");
            check_headers(&page, false);
        }
        let trace =
            raw(&world, "TRACE / HTTP/1.1\r\nHost: localhost\r\nX-Secret: hush\r\nConnection: close\r\n\r\n")
                .await;
        assert!(trace.starts_with("HTTP/1.1 40") && !trace.contains("hush"), "{trace}");
        world.end().await;
    });
}

/// What comes back for bytes that no browser sends.
async fn raw(world: &World, request: &str) -> String {
    let mut stream = TcpStream::connect(world.socket).await.unwrap();
    // The service may answer and close before it has read everything.
    drop(stream.write_all(request.as_bytes()).await);
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    drop(tokio::time::timeout(std::time::Duration::from_secs(10), reading).await.expect("an end"));
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn t48_a_broken_row_is_a_page_with_a_number_and_no_cause() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        let stranger = world.person();
        let (page, form) = stranger.sign_in_form("teacher").await;
        assert_eq!(world.execute("UPDATE profiles SET birth_date = 'xyzzy'").await, 10);
        let mut broken = Vec::new();
        for (_, path, open, _) in ROUTES {
            if *open == Open::Person {
                broken.push(anna.open(path).await);
            }
        }
        assert!(broken.len() >= 6);
        broken.push(stranger.browser.send(stranger.browser.post(&page, &form)).await);
        for page in &broken {
            assert_eq!(page.status, 500, "{page:?}");
            check_headers(page, false);
            let number = page.header("x-request-id");
            assert!(number.len() == 8 && page.says(number), "{page:?}");
            let html = page.html.to_lowercase();
            for word in
                ["xyzzy", "sql", "birth_date", "select ", "src/", "panic", "diesel", "0.1.0", "deseriali"]
            {
                assert!(!html.contains(word), "{word}: {page:?}");
            }
        }
        world.end().await;
    });
}

#[test]
fn t64_the_admin_addresses_are_not_on_the_public_port() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let person = world.person();
        person.link_whole("teacher", ANNA).await;
        for path in ADMIN {
            assert_eq!(person.open(path).await.status, 404, "{path}");
            let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let mut stream = TcpStream::connect(world.admin).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
            for private in ["Смирнов", "teacher", "@", "100-200"] {
                assert!(!answer.contains(private), "{path}: {answer}");
            }
        }
        world.end().await;
    });
}
