//! The way back from ESIA, when it is walked twice, in two tabs, or by somebody else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::person::{GYMNASIUM, PASSWORD, Person, SMIRNOVA};
use super::support::browser::Browser;

/// A trip to ESIA that was made beside the browser, up to the address that ESIA sends back to.
struct Trip {
    callback: String,
    /// What the service gave the browser for this trip.
    cookies: Vec<(String, String)>,
}

/// Makes a trip with the session that the person's browser has at the stand; their consent is given.
async fn trip(person: &Person, path: &str, with_session: bool) -> Trip {
    let own = if with_session { cookies(&person.browser, &person.demo.service).await } else { String::new() };
    let departed = get(&format!("{}{path}", person.demo.service), &own).await;
    let at_stand = cookies(&person.browser, &person.demo.stand).await;
    let answered = get(&location(&departed), &at_stand).await;
    let callback = location(&answered);
    assert!(callback.contains("/esia/callback?") && callback.contains("code="), "{callback}");
    let given = departed.iter().filter_map(|line| line.strip_prefix("set-cookie: ")).filter_map(|cookie| {
        let (name, value) = cookie.split(';').next()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    Trip { callback, cookies: given.collect() }
}

/// The browser's cookies for an address, the hidden ones too.
async fn cookies(browser: &Browser, url: &str) -> String {
    let found = browser.devtools("Network.getCookies", json!({ "urls": [url] })).await;
    let pairs =
        found["cookies"].as_array().unwrap().iter().map(|cookie| {
            format!("{}={}", cookie["name"].as_str().unwrap(), cookie["value"].as_str().unwrap())
        });
    pairs.collect::<Vec<_>>().join("; ")
}

/// The head of an answer, a line each, names in small letters.
async fn get(url: &str, cookies: &str) -> Vec<String> {
    let (url, cookies) = (url.to_owned(), cookies.to_owned());
    let read = tokio::task::spawn_blocking(move || {
        let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let cookie = if cookies.is_empty() { String::new() } else { format!("Cookie: {cookies}\r\n") };
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    });
    let answer = read.await.unwrap();
    let head = answer.split("\r\n\r\n").next().unwrap();
    head.lines()
        .map(|line| match line.split_once(": ") {
            Some((name, value)) => format!("{}: {value}", name.to_lowercase()),
            None => line.to_owned(),
        })
        .collect()
}

fn location(head: &[String]) -> String {
    let found = head.iter().find_map(|line| line.strip_prefix("location: "));
    found.unwrap_or_else(|| panic!("no redirect: {head:?}")).to_owned()
}

/// Address of «Продолжить» on a fresh page before the trip.
async fn ticket(person: &Person) -> String {
    person.open("/settings/link").await;
    let found = person
        .browser
        .evaluate("return document.querySelector('a[href^=\"/esia/go/\"]').getAttribute('href')");
    found.await.as_str().unwrap().to_owned()
}

/// Somebody whose teacher's profile is linked, who has consented at the stand, and is now signed in with the
/// profile of a parent that is not linked.
async fn anna_with_a_linked_teacher() -> Person {
    let person = Person::at_a_desk().await;
    person.sign_in_at_school("teacher").await;
    person.come_to_compare(SMIRNOVA).await;
    person.press("Привязать").await;
    person.arrive("Учётная запись привязана").await;
    person.press("Выйти").await;
    person.arrive("Вы вышли из Сетевого города").await;
    person.open("/login?change=1").await;
    person.choose_organisation(GYMNASIUM).await;
    person.sign_in("anna", PASSWORD).await;
    person.arrive("Персональные настройки").await;
    person
}

async fn lands_on_109(person: &Person, callback: &str) {
    person.browser.open(callback).await;
    assert!(person.path().await.starts_with("/outcome/109"), "{}", person.path().await);
    person.arrive("Не получилось продолжить вход").await;
}

#[actix_web::test]
async fn t02_a_foreign_callback_neither_signs_in_nor_links_whatever_the_browser_was_doing() {
    let attacker = anna_with_a_linked_teacher().await;

    let victim = Person::beside(&attacker).await;
    lands_on_109(&victim, &trip(&attacker, "/login/esia", false).await.callback).await;
    victim.open("/settings").await;
    victim.arrive("Вход").await;

    victim.press("Войти через Госуслуги").await;
    victim.arrive("Вход на учебный портал").await;
    lands_on_109(&victim, &trip(&attacker, "/login/esia", false).await.callback).await;
    victim.open("/settings").await;
    victim.arrive("Вход").await;

    victim.sign_in_at_school("parent").await;
    let go = ticket(&attacker).await;
    lands_on_109(&victim, &trip(&attacker, &go, true).await.callback).await;
    victim.open("/settings").await;
    victim.arrive("Персональные настройки").await;
    victim.reads("не привязана").await;

    victim.press("Привязать учётную запись портала Госуслуг").await;
    victim.arrive("Сейчас вы перейдёте на Госуслуги").await;
    victim.press("Продолжить").await;
    victim.arrive("Вход на учебный портал").await;
    let go = ticket(&attacker).await;
    lands_on_109(&victim, &trip(&attacker, &go, true).await.callback).await;
    victim.open("/settings").await;
    victim.arrive("Персональные настройки").await;
    victim.reads("не привязана").await;
    victim.browser.close().await;
    attacker.browser.close().await;
}

#[actix_web::test]
async fn a_callback_opened_again_shows_what_came_of_it() {
    let person = anna_with_a_linked_teacher().await;
    let go = ticket(&person).await;
    let Trip { callback, cookies } = trip(&person, &go, true).await;
    for (name, value) in cookies {
        let cookie = json!({ "name": name, "value": value, "url": person.demo.service, "httpOnly": true });
        assert_eq!(person.browser.devtools("Network.setCookie", cookie).await["success"], Value::from(true));
    }
    for _ in 0..2 {
        person.browser.open(&callback).await;
        person.arrive("Сравните данные").await;
    }
    person.reload().await;
    person.arrive("Сравните данные").await;
    person.press("Привязать").await;
    person.arrive("Учётная запись привязана").await;
    for _ in 0..2 {
        person.browser.open(&callback).await;
        person.reload().await;
        person.arrive("Учётная запись привязана").await;
    }
    // Back to the comparison after the success, and the form sent once more.
    person.open("/settings").await;
    person.arrive("Персональные настройки").await;
    person.reads("Привязана").await;
    person.browser.close().await;
}

#[actix_web::test]
async fn back_after_the_link_and_the_form_sent_again_is_still_the_one_link() {
    let person = Person::at_a_desk().await;
    person.sign_in_at_school("teacher").await;
    person.come_to_compare(SMIRNOVA).await;
    person.press("Привязать").await;
    person.arrive("Учётная запись привязана").await;
    person.reload().await;
    person.arrive("Учётная запись привязана").await;
    person.back().await;
    let heading = person.browser.evaluate("return document.querySelector('h1').innerText").await;
    if heading == "Сравните данные" {
        person.press("Привязать").await;
    }
    person.arrive("Учётная запись привязана").await;
    person.browser.close().await;
}

#[actix_web::test]
async fn two_tabs_make_one_link_and_neither_shows_an_error() {
    let person = Person::at_a_desk().await;
    person.sign_in_at_school("teacher").await;
    let first = person.browser.client.window().await.unwrap();
    let second = person.browser.client.new_window(true).await.unwrap().handle;
    for tab in [&first, &second] {
        person.browser.client.switch_to_window(tab.clone()).await.unwrap();
        person.open("/settings").await;
        person.press("Привязать учётную запись портала Госуслуг").await;
        person.arrive("Сейчас вы перейдёте на Госуслуги").await;
        person.press("Продолжить").await;
        person.arrive("Вход на учебный портал").await;
    }
    person.sign_in_at_stand(SMIRNOVA).await;
    person.arrive("Разрешить доступ к данным?").await;
    person.press("Разрешить").await;
    person.arrive("Сравните данные").await;
    person.press("Привязать").await;
    person.arrive("Учётная запись привязана").await;

    person.browser.client.switch_to_window(first).await.unwrap();
    person.sign_in_at_stand(SMIRNOVA).await;
    // The sign-in of the other tab has made this form stale; the stand asks once more.
    person.arrive("Вход на учебный портал").await;
    person.sign_in_at_stand(SMIRNOVA).await;
    person.come_to("//*[@id='content']//h1", "page of the service").await;
    let heading = person.browser.evaluate("return document.querySelector('h1').innerText").await;
    let heading = heading.as_str().unwrap().to_owned();
    assert!(
        ["Учётная запись привязана", "Учётная запись уже привязана"].contains(&heading.as_str()),
        "{heading}: {}",
        person.path().await
    );
    person.open("/settings").await;
    person.arrive("Персональные настройки").await;
    person.reads("Привязана").await;
    person.browser.close().await;
}
