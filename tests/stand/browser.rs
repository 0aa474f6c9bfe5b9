//! The stand in a real browser: by keyboard, with and without script, narrow and wide, light and dark.

use actix_web::{App, HttpResponse, HttpServer, web};
use fantoccini::key::Key;
use privyazka::stand::StandSettings;

use crate::rig::{MARK, Rig, part};
use crate::support::browser::{Browser, Look, WCAG_22_AA};

const BACK: &str = "<!DOCTYPE html><html lang=\"ru\"><title>Журнал</title><link rel=\"icon\" href=\"data:,\"><h1>Снова в журнале</h1></html>";

/// A relying party on another site than the stand, as in life; answers its origin.
fn journal() -> String {
    let server = HttpServer::new(|| {
        let page = || async { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(BACK) };
        App::new().default_service(web::to(page))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let origin = format!("http://localhost:{}", server.addrs()[0].port());
    actix_web::rt::spawn(server.run());
    origin
}

async fn heading(browser: &Browser, text: &str) {
    come_to(browser, &format!("//h1[contains(., '{text}')]")).await;
}

/// Waits for the page that the last press led to.
async fn come_to(browser: &Browser, path: &str) {
    assert!(browser.arrived(path).await, "no {path} at {}", browser.client.current_url().await.unwrap());
}

/// Presses Enter on what leads to another page.
async fn enter(browser: &Browser) {
    browser.leave().await;
    browser.press(Key::Enter).await;
}

/// Tabs to the element and proves that its focus can be seen.
async fn tab_to(browser: &Browser, selector: &str) {
    for _ in 0..20 {
        browser.press(Key::Tab).await;
        let there = format!("return document.activeElement.matches('{selector}')");
        if browser.evaluate(&there).await == true {
            let outline = "return getComputedStyle(document.activeElement).outlineStyle";
            assert_eq!(browser.evaluate(outline).await, "solid", "{selector}");
            return;
        }
    }
    panic!("{selector} cannot be reached by keyboard");
}

/// Goes down a closed list to this entry.
async fn choose(browser: &Browser, list: &str, value: &str) {
    tab_to(browser, &format!("#{list}")).await;
    let chosen = format!("return document.getElementById('{list}').value");
    for _ in 0..300 {
        if browser.evaluate(&chosen).await == value {
            return;
        }
        browser.press(Key::Down).await;
    }
    panic!("{value} is not in {list}");
}

async fn check(browser: &Browser, what: &str) {
    for width in [320, 1280] {
        browser.set_viewport(width, 900).await;
        for look in [Look::Light, Look::Dark, Look::ForcedColours] {
            browser.set_look(look).await;
            assert_eq!(browser.axe(WCAG_22_AA).await, Vec::<String>::new(), "{what} {width} {look:?}");
        }
        let reach = browser.content_width().await;
        assert!(reach <= u64::from(width), "{what} reaches {reach} of {width}");
    }
    browser.set_look(Look::Light).await;
    browser.set_viewport(320, 900).await;
    assert!(browser.client.source().await.unwrap().contains(MARK), "{what}");
    let console = browser.take_console().await;
    assert!(console.is_empty(), "{what}: {console:?}");
}

#[actix_web::test]
async fn the_journey_works_by_keyboard_with_and_without_script() {
    for scripting in [true, false] {
        let origin = journal();
        let rig = Rig::start_for(&origin).await;
        let browser = Browser::start().await;
        browser.set_scripting(scripting).await;
        browser.set_viewport(320, 900).await;
        browser.open(&rig.ask().address()).await;
        heading(&browser, "Вход на учебный портал").await;
        tab_to(&browser, "#login").await;
        browser.type_text("smirnova@stand.example").await;
        tab_to(&browser, "#password").await;
        browser.type_text("stand-2026").await;
        enter(&browser).await;
        heading(&browser, "Разрешить доступ к данным?").await;
        tab_to(&browser, "button[value=allow]").await;
        enter(&browser).await;
        heading(&browser, "Снова в журнале").await;
        let address = browser.client.current_url().await.unwrap();
        assert!(address.as_str().starts_with(&format!("{origin}/esia/callback?code=")), "script {scripting}");
        let console = browser.take_console().await;
        assert!(console.is_empty(), "script {scripting}: {console:?}");
        browser.close().await;
    }
}

#[actix_web::test]
async fn every_page_is_accessible_in_every_look() {
    let rig = Rig::start_for(&journal()).await;
    let browser = Browser::start().await;
    for path in ["/", "/login", "/password", "/consent", "/idp/ext/Logout"] {
        browser.open(&rig.at(path)).await;
        check(&browser, path).await;
    }
    browser.open(&rig.ask().address()).await;
    check(&browser, "sign-in for a system").await;
    tab_to(&browser, "button.main").await;
    enter(&browser).await;
    come_to(&browser, "//*[@class='summary']").await;
    assert_eq!(browser.evaluate("return document.activeElement.className").await, "summary");
    check(&browser, "sign-in with an error").await;
    tab_to(&browser, "#login").await;
    browser.type_text("smirnova@stand.example").await;
    tab_to(&browser, "#password").await;
    browser.type_text("stand-2026").await;
    enter(&browser).await;
    heading(&browser, "Разрешить доступ к данным?").await;
    check(&browser, "consent").await;
    browser.open(&rig.at("/")).await;
    check(&browser, "start page, signed in").await;
    browser.close().await;
}

#[actix_web::test]
async fn the_password_can_be_shown_and_hidden_with_script() {
    let rig = Rig::start().await;
    let browser = Browser::start().await;
    browser.open(&rig.at("/login")).await;
    let kind = "return document.getElementById('password').type";
    tab_to(&browser, "[data-show]").await;
    for (text, expected) in [("Скрыть", "text"), ("Показать", "password")] {
        browser.press(Key::Enter).await;
        assert_eq!(browser.evaluate(kind).await, expected);
        assert_eq!(browser.evaluate("return document.activeElement.textContent").await, text);
    }
    browser.set_scripting(false).await;
    browser.open(&rig.at("/login")).await;
    let shown = "return getComputedStyle(document.querySelector('[data-show]')).display";
    assert_eq!(browser.evaluate(shown).await, "none");
    browser.close().await;
}

#[actix_web::test]
async fn the_panel_works_by_keyboard_with_and_without_script_in_every_look() {
    for scripting in [true, false] {
        let origin = journal();
        let rig = Rig::start_with(&origin, |settings| StandSettings {
            control: Some("127.0.0.1:0".parse().unwrap()),
            ..settings
        })
        .await;
        let panel = format!("http://{}/", rig.stand.control_address().unwrap());
        let browser = Browser::start().await;
        browser.set_scripting(scripting).await;
        browser.open(&panel).await;
        check(&browser, "panel").await;

        choose(&browser, "persona", "1000000006").await;
        choose(&browser, "level", "KD").await;
        choose(&browser, "fault", "callback-unknown-parameter").await;
        tab_to(&browser, "button.main").await;
        enter(&browser).await;
        come_to(&browser, "//*[@role='status']").await;
        check(&browser, "panel, something chosen").await;
        let chosen = "return [...document.querySelectorAll('select')].map((list) => list.value).join(' ')";
        assert_eq!(browser.evaluate(chosen).await, "1000000006 KD callback-unknown-parameter");

        // Nobody is asked anything, and the fault happens.
        browser.open(&rig.ask_current().address()).await;
        heading(&browser, "Снова в журнале").await;
        let address = browser.client.current_url().await.unwrap();
        let parameter = |name: &str| {
            address.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
        };
        assert!(parameter("iss").is_some(), "script {scripting}: {address}");
        let person = part(&parameter("code").unwrap(), 1)["urn:esia:sbj"].clone();
        assert_eq!(person["urn:esia:sbj:oid"], 1_000_000_006);
        assert_eq!(person["urn:esia:sbj:lvl"], "KD");

        browser.open(&panel).await;
        tab_to(&browser, "button[name=reset]").await;
        enter(&browser).await;
        come_to(&browser, "//*[@role='status']").await;
        assert_eq!(browser.evaluate(chosen).await, "  ");
        browser.open(&rig.ask_current().address()).await;
        heading(&browser, "Вход на учебный портал").await;
        browser.close().await;
    }
}
