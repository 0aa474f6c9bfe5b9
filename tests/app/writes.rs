//! Only our own pages write, and nothing that comes in breaks anything (`docs/security.md`, T45, T82).

use chrono::Duration;
use http::Method;

use crate::harness::browser::Ask;
use crate::harness::person::filled;
use crate::harness::{Person, World, on_sqlite};
use crate::routes::{Open, ROUTES};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;

const ANNA: &str = "smirnova@stand.example";

on_each_database!(junk_is_answered_and_never_breaks_a_page);

/// The token of somebody's own forms.
async fn token_of(person: &Person) -> String {
    let path = if person.is_signed_in().await { "/settings" } else { "/login" };
    let page = person.open(path).await;
    let form = page.form("/logout").or_else(|| page.form("/login")).expect("a form");
    form.value("csrf").expect("a token").to_owned()
}

/// A POST of these fields as our own page sends it.
fn post(world: &World, person: &Person, path: &str, fields: &[(&str, &str)], token: Option<&str>) -> Ask {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(fields);
    if let Some(token) = token {
        pairs.append_pair("csrf", token);
    }
    let body = Some(pairs.finish());
    Ask { method: Method::POST, body, from: Some(world.origin.clone()), ..Ask::get(person.url(path)) }
}

#[test]
fn t45_only_a_form_of_ones_own_from_our_own_pages_writes() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.person().link_whole("teacher", ANNA).await;
        let person = world.person();
        person.link_whole("anna", ANNA).await;
        world.wait(Duration::minutes(1));
        person.sign_out().await;
        assert_eq!(person.enter_as(ANNA).await.leads_to(), "/login/profile");
        let chooser = person.open("/login/profile").await;
        let profile = chooser.values_of("profile").remove(0);
        person.submit(&chooser, "/login/profile", &[("profile", &profile)]).await;
        let (visitor, other) = (world.person(), world.person());
        other.signed_in("parent").await;
        let foreign = token_of(&other).await;
        world.settled().await;

        let mut writing = 0;
        for who in [&person, &visitor] {
            let own = token_of(who).await;
            let before = world.contents().await;
            for (_, path, _, fields) in ROUTES {
                let Some(fields) = fields else { continue };
                writing += 1;
                let send = |token, headers: &[(&'static str, &str)]| {
                    let ask = post(&world, who, path, fields, token);
                    let ask = headers.iter().fold(ask, |ask, (name, value)| ask.with(name, value));
                    who.browser.send(ask)
                };
                let evil = "https://evil.example";
                for (case, answer) in [
                    ("no token", send(None, &[]).await),
                    ("an empty token", send(Some(""), &[]).await),
                    ("somebody else's token", send(Some(&foreign), &[]).await),
                    ("a token cut short", send(Some(&own[..own.len() - 1]), &[]).await),
                    ("a foreign origin", send(Some(&own), &[("origin", evil), ("sec-fetch-site", "")]).await),
                    (
                        "no word of its origin",
                        send(Some(&own), &[("origin", ""), ("sec-fetch-site", "")]).await,
                    ),
                    ("a null origin", send(Some(&own), &[("origin", "null"), ("sec-fetch-site", "")]).await),
                    ("another site", send(Some(&own), &[("sec-fetch-site", "cross-site")]).await),
                    ("a neighbour", send(Some(&own), &[("sec-fetch-site", "same-site")]).await),
                    ("a typed address", send(Some(&own), &[("sec-fetch-site", "none")]).await),
                ] {
                    assert_eq!(answer.status, 403, "{path}, {case}: {answer:?}");
                }
                let query = post(&world, who, path, fields, Some(&own)).body.unwrap();
                let joint = if path.contains('?') { '&' } else { '?' };
                for method in [Method::GET, Method::HEAD] {
                    let url = who.url(&format!("{path}{joint}{query}"));
                    let answer = who.browser.send(Ask { method, ..Ask::get(url) }).await;
                    assert!(answer.status < 500, "{path}: {answer:?}");
                }
                assert_eq!(world.changed_since(&before).await, [""; 0], "{path}");
            }
            assert_eq!(who.is_signed_in().await, std::ptr::eq(who, &person));
        }
        assert_eq!(writing, 32, "sixteen writing routes, for two people");
        world.end().await;
    });
}

#[test]
fn t45_looking_changes_nothing() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let person = world.person();
        person.link_whole("teacher", ANNA).await;
        world.settled().await;
        let before = world.contents().await;
        for (_, path, _, _) in ROUTES.iter().filter(|row| row.1 != "/login/esia") {
            for method in [Method::GET, Method::HEAD] {
                person.browser.send(Ask { method, ..Ask::get(person.url(path)) }).await;
            }
        }
        // A browser that looks ahead, and a page of another site, begin no trip.
        let stranger = world.person();
        let ahead = Ask::get(stranger.url("/login/esia")).with("sec-purpose", "prefetch;prerender");
        assert_eq!(stranger.browser.send(ahead).await.status, 503);
        let mate = world.person();
        mate.signed_in("anna").await;
        let after_sign_in = world.contents().await;
        let page = mate.open("/settings/link").await;
        let go = page.link("Продолжить").unwrap();
        let ahead = mate.browser.send(Ask::get(mate.url(&go)).with("sec-purpose", "prefetch")).await;
        assert_eq!(ahead.status, 503);
        let foreign = Ask { from: Some("https://evil.example".into()), ..Ask::get(mate.url(&go)) };
        assert_eq!(mate.browser.send(foreign).await.leads_to(), "/settings/link");
        // The one-time link is the session's that saw it.
        let thief = world.person();
        thief.signed_in("parent").await;
        let stolen = Ask { from: Some(world.origin.clone()), ..Ask::get(thief.url(&go)) };
        assert_eq!(thief.browser.send(stolen).await.leads_to(), "/settings/link");
        let changed = world.changed_since(&before).await;
        assert!(!changed.contains(&"authorization_requests") && !changed.contains(&"links"), "{changed:?}");
        assert_eq!(after_sign_in["authorization_requests"], world.contents().await["authorization_requests"]);
        world.end().await;
    });
}

async fn junk_is_answered_and_never_breaks_a_page(database: &TestDatabase) {
    let world = World::start(database).await;
    let (person, stranger) = (world.person(), world.person());
    person.link_whole("teacher", ANNA).await;
    let long = "я".repeat(6000);
    let values = [
        "\u{0}",
        "",
        "9223372036854775808",
        "\r\nX: y",
        &long,
        "' OR 1=1 --",
        "a\u{0}b",
        "-1",
        "0",
        "1e9",
        "<b>x</b>",
        "\u{202e}\u{1f469}\u{200d}\u{1f680}",
        "../../etc/passwd",
        "%00",
        "null",
    ];
    for who in [&person, &stranger] {
        for value in values.into_iter().take(rounds(6, values.len())) {
            let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            let short = &encoded[..encoded.len().min(6000)];
            for (pattern, path, open, fields) in ROUTES {
                if *open != Open::Never {
                    let clean = path.split('?').next().unwrap();
                    let names = [
                        "ref",
                        "next",
                        "q",
                        "organisation",
                        "level",
                        "parent",
                        "tab",
                        "region",
                        "municipality",
                        "settlement",
                        "kind",
                        "change",
                        "esia",
                        "shared_computer",
                        "saved",
                    ];
                    let query: Vec<_> = names
                        .iter()
                        .map(|name| format!("{name}={}", &short[..short.len().min(300)]))
                        .collect();
                    let page = who.open(&format!("{clean}?{}", query.join("&"))).await;
                    assert!(page.status < 500, "{path} {value:?}: {page:?}");
                    let page = who.open(&format!("{clean}?ref={short}&ref=x&level={short}")).await;
                    assert!(page.status < 500, "{path} {value:?}: {page:?}");
                    if pattern.contains('{') {
                        let stem = pattern.split('{').next().unwrap();
                        let page = who.open(&format!("{stem}{short}")).await;
                        assert!(page.status < 500, "{stem} {value:?}: {page:?}");
                    }
                }
                let Some(fields) = fields else { continue };
                if value.len() > 100 || ["/logout", "/settings/unlink"].contains(path) {
                    continue;
                }
                let token = token_of(who).await;
                let spoiled: Vec<_> = fields.iter().map(|(name, _)| (*name, value)).collect();
                let answer = who.browser.send(post(&world, who, path, &spoiled, Some(&token))).await;
                assert!(answer.status < 500, "{path} {value:?}: {answer:?}");
                for at in 0..fields.len() {
                    let mut one: Vec<_> = fields.to_vec();
                    one[at].1 = value;
                    let answer = who.browser.send(post(&world, who, path, &one, Some(&token))).await;
                    assert!(answer.status < 500, "{path} {:?} {value:?}: {answer:?}", one[at].0);
                }
            }
        }
    }
    shapes_of_bodies(&world, &stranger).await;
    junk_in_cookies(&world).await;
    world.end().await;
}

async fn shapes_of_bodies(world: &World, stranger: &Person) {
    let token = token_of(stranger).await;
    let huge = format!("csrf={token}&login={}", "x".repeat(70_000));
    for (kind, body, status) in [
        ("application/x-www-form-urlencoded", huge, 413),
        ("application/json", format!("{{\"csrf\":\"{token}\"}}"), 400),
        ("multipart/form-data; boundary=x", format!("--x\r\n\r\n{token}\r\n--x--"), 400),
        ("", format!("csrf={token}"), 400),
        ("application/x-www-form-urlencoded", "%FF%FE=%C3%28&csrf=%FF".into(), 403),
        ("application/x-www-form-urlencoded", format!("csrf={token}&csrf={token}"), 400),
        ("application/x-www-form-urlencoded", "&&&===".into(), 403),
    ] {
        let ask = post(world, stranger, "/login", &[], None).with("content-type", kind);
        let answer = stranger.browser.send(Ask { body: Some(body), ..ask }).await;
        assert_eq!(answer.status, status, "{kind}: {answer:?}");
    }
}

async fn junk_in_cookies(world: &World) {
    let long = "x".repeat(3000);
    for junk in [
        "",
        "x",
        "a.b.c",
        "%00",
        "\u{feff}",
        "\"quoted\"",
        "-1",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        &long,
    ] {
        let person = world.person();
        let value: String = url::form_urlencoded::byte_serialize(junk.as_bytes()).collect();
        for name in ["session", "browser", "organisation", "display", "attempt-000000000000"] {
            person.plant(name, &value);
        }
        for path in ["/login", "/settings", "/display", "/outcome/101", "/esia/callback?state=x&code=y"] {
            let page = person.open(path).await;
            assert!(page.status < 400, "{path} with {junk:?}: {page:?}");
        }
        // And such a browser can still sign in.
        let page = person.open("/login").await;
        let organisation = person.organisation("teacher").await;
        // Not the login that the junk before was tried on: guessing has slowed that one down.
        let values = [("organisation", &*organisation), ("login", "renamed"), ("password", "Осенний лес 7")];
        let form = filled(&page, "/login", &values);
        let answer = person.browser.show(person.browser.post(&page, &form)).await;
        assert_eq!(answer.leads_to(), "/settings", "{junk:?}: {answer:?}");
    }
}
