//! The stand in a real browser: by keyboard, with and without script, narrow and wide, light and dark.

use actix_web::{App, HttpResponse, HttpServer, web};
use fantoccini::Locator;
use fantoccini::key::Key;

use crate::rig::{MARK, Rig};
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
    let path = format!("//h1[contains(., '{text}')]");
    browser.client.wait().for_element(Locator::XPath(&path)).await.unwrap();
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
        browser.press(Key::Enter).await;
        heading(&browser, "Разрешить доступ к данным?").await;
        tab_to(&browser, "button[value=allow]").await;
        browser.press(Key::Enter).await;
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
    browser.press(Key::Enter).await;
    browser.client.wait().for_element(Locator::Css(".summary")).await.unwrap();
    assert_eq!(browser.evaluate("return document.activeElement.className").await, "summary");
    check(&browser, "sign-in with an error").await;
    tab_to(&browser, "#login").await;
    browser.type_text("smirnova@stand.example").await;
    tab_to(&browser, "#password").await;
    browser.type_text("stand-2026").await;
    browser.press(Key::Enter).await;
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
