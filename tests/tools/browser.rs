//! The browser and the HTML check find what is wrong with small pages of known faults.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use actix_web::{App, HttpResponse, HttpServer, web};
use fantoccini::Locator;
use fantoccini::key::Key;

use super::support::browser::{Browser, Look, WCAG_22_AA};
use super::support::html;

const GOOD: &str = r#"<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Проба</title>
<link rel="stylesheet" href="/page.css"><script src="/page.js"></script></head>
<body><main><h1>Проба</h1><p id="script">без скрипта</p><noscript><p id="no">выключен</p></noscript>
<form><label for="login">Логин</label> <input id="login" type="text" name="login"> <button type="submit">Войти</button></form>
</main></body></html>"#;

const BAD: &str = r#"<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>Проба</title></head>
<body><main><h1>Проба</h1><input name="login"><img src="data:,"></main>
<script>console.error("сама страница")</script></body></html>"#;

const STYLE: &str = "body { background: white; width: auto } @media (prefers-color-scheme: dark) { body { background: black; color: white } } \
    @media (forced-colors: active) { h1 { letter-spacing: 7px } } @media (max-width: 320px) { h1 { text-indent: 3px } }";

const SCRIPT: &str = "addEventListener('DOMContentLoaded', () => { document.getElementById('script').textContent = 'со скриптом' });";

fn page(body: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; script-src 'self'; style-src 'self'"))
        .insert_header(ContentType::html())
        .body(body)
}

/// Serves the pages; answers the port.
fn serve() -> u16 {
    let server = HttpServer::new(|| {
        App::new()
            .route("/good", web::get().to(|| async { page(GOOD) }))
            .route("/bad", web::get().to(|| async { page(BAD) }))
            .route(
                "/page.css",
                web::get().to(|| async { HttpResponse::Ok().content_type("text/css").body(STYLE) }),
            )
            .route(
                "/page.js",
                web::get().to(|| async { HttpResponse::Ok().content_type("text/javascript").body(SCRIPT) }),
            )
            .route("/favicon.ico", web::get().to(|| async { HttpResponse::NoContent().finish() }))
    })
    .workers(1)
    .disable_signals()
    .bind("127.0.0.1:0")
    .unwrap();
    let port = server.addrs()[0].port();
    actix_web::rt::spawn(server.run());
    port
}

async fn text(browser: &Browser, selector: &str) -> String {
    browser.client.find(Locator::Css(selector)).await.unwrap().text().await.unwrap()
}

#[actix_web::test]
async fn axe_and_the_console_find_what_is_wrong_and_only_that() {
    let port = serve();
    let browser = Browser::start().await;
    browser.open(&format!("http://localhost:{port}/good")).await;
    assert_eq!(text(&browser, "#script").await, "со скриптом");
    assert_eq!(browser.axe(WCAG_22_AA).await, Vec::<String>::new());
    let console = browser.take_console().await;
    assert!(console.is_empty(), "{console:?}");

    browser.open(&format!("http://localhost:{port}/bad")).await;
    let found = browser.axe(WCAG_22_AA).await;
    for rule in ["label:", "image-alt:"] {
        assert!(found.iter().any(|line| line.starts_with(rule)), "{rule} not in {found:?}");
    }
    let console = browser.take_console().await;
    assert!(
        console.iter().any(|line| line.level == "SEVERE" && line.message.contains("Content Security Policy")),
        "{console:?}"
    );
    assert!(browser.take_console().await.is_empty(), "taken messages are gone");
    browser.close().await;
}

#[actix_web::test]
async fn script_can_be_switched_off_across_sites_and_axe_still_runs() {
    let port = serve();
    let browser = Browser::start().await;
    browser.set_scripting(false).await;
    // Two sites for the browser, as the service and the stand are.
    for host in ["localhost", "127.0.0.1"] {
        browser.open(&format!("http://{host}:{port}/good")).await;
        assert_eq!(text(&browser, "#script").await, "без скрипта", "{host}");
        assert_eq!(text(&browser, "#no").await, "выключен", "{host}");
        assert_eq!(browser.axe(WCAG_22_AA).await, Vec::<String>::new());
    }
    browser.open(&format!("http://localhost:{port}/good")).await;
    assert_eq!(text(&browser, "#script").await, "без скрипта", "after the check");
    browser.set_scripting(true).await;
    browser.open(&format!("http://localhost:{port}/good")).await;
    assert_eq!(text(&browser, "#script").await, "со скриптом");
    browser.close().await;
}

#[actix_web::test]
async fn width_and_look_reach_the_page_across_sites() {
    let port = serve();
    let browser = Browser::start().await;
    browser.set_viewport(320, 640).await;
    for (look, background, spacing) in [
        (Look::Light, "rgb(255, 255, 255)", "normal"),
        (Look::Dark, "rgb(0, 0, 0)", "normal"),
        (Look::ForcedColours, "", "7px"),
    ] {
        browser.set_look(look).await;
        for host in ["localhost", "127.0.0.1"] {
            browser.open(&format!("http://{host}:{port}/good")).await;
            let style = |of: &str, what: &str| {
                format!("return getComputedStyle(document.querySelector('{of}')).{what}")
            };
            assert_eq!(browser.evaluate("return innerWidth").await, 320, "{host}");
            assert_eq!(browser.evaluate(&style("h1", "textIndent")).await, "3px", "{host}");
            assert_eq!(browser.evaluate(&style("h1", "letterSpacing")).await, spacing, "{look:?} {host}");
            if !background.is_empty() {
                assert_eq!(
                    browser.evaluate(&style("body", "backgroundColor")).await,
                    background,
                    "{look:?} {host}"
                );
            }
            assert!(browser.content_width().await <= 320);
        }
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    browser.screenshot(file.path()).await;
    assert_eq!(&std::fs::read(file.path()).unwrap()[1..4], b"PNG");
    browser.close().await;
}

#[actix_web::test]
async fn the_keyboard_alone_reaches_and_fills_a_field() {
    let port = serve();
    let browser = Browser::start().await;
    browser.open(&format!("http://localhost:{port}/good")).await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.evaluate("return document.activeElement.id").await, "login");
    browser.type_text("учитель").await;
    assert_eq!(browser.evaluate("return document.activeElement.value").await, "учитель");
    browser.press(Key::Tab).await;
    assert_eq!(browser.evaluate("return document.activeElement.tagName").await, "BUTTON");
    browser.close().await;
}

/// Processes with `folder` in their command line.
fn processes_of(folder: &std::path::Path) -> usize {
    let folder = folder.display().to_string();
    std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok())
        .filter(|command| String::from_utf8_lossy(command).contains(&folder))
        .count()
}

#[actix_web::test]
async fn a_browser_that_is_only_dropped_leaves_no_process_and_no_file() {
    let browser = Browser::start().await;
    browser.open("about:blank").await;
    let folder = browser.folder.clone();
    assert!(processes_of(&folder) > 1, "a browser has processes");
    drop(browser);
    assert_eq!(processes_of(&folder), 0);
    assert!(!folder.exists());
}

#[test]
fn html_validate_finds_what_is_wrong_and_only_that() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.html"), GOOD).unwrap();
    assert_eq!(html::problems_in(folder.path()), Vec::<String>::new());
    std::fs::write(folder.path().join("bad.html"), "<p style='color: red'>Проба").unwrap();
    let found = html::problems_in(folder.path());
    for rule in ["no-inline-style", "missing-doctype"] {
        assert!(
            found.iter().any(|line| line.contains("bad.html") && line.contains(rule)),
            "{rule}: {found:?}"
        );
    }
}
