//! Every state of every page, from the samples of the views, under the service's own policy: axe in each
//! look and width, nothing wider than the window, nothing in the console, and valid HTML.
//!
//! `make soak` judges each state in every look and width; `make test` all of them in two and a rotating
//! third in the others.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use actix_web::{App, HttpResponse, HttpServer, web};
use privyazka::web::display::{Display, Scheme, Size};
use privyazka::web::middleware::security_headers;
use privyazka::web::sample::{self, Rendered};
use privyazka::web::static_files;

use super::support::browser::{Browser, Look, WCAG_22_AA};
use super::support::html;
use super::support::scale::rounds;

/// A telephone and a desk.
const PHONE: u32 = 320;
const DESK: u32 = 1280;

/// Every page that is a whole document; the list of options is a fragment. Without those of hostile text:
/// that it does no harm is proved in `tests/pages`, and an address made of it is none.
fn documents() -> Vec<Rendered> {
    let documents = sample::all().into_iter();
    let documents: Vec<_> = documents
        .filter(|rendered| rendered.page != "sign_in/options" && rendered.state != "hostile")
        .collect();
    assert!(documents.len() > 60, "{}", documents.len());
    documents
}

/// Serves the documents at `/0`, `/1`, …, with these classes of `<html>`; answers the port.
fn serve(documents: &[Rendered], classes: &str) -> u16 {
    let html = format!("<html lang=\"ru\" class=\"{classes}\">");
    let pages: Vec<String> = documents
        .iter()
        .map(|one| {
            if classes.is_empty() { one.html.clone() } else { one.html.replace("<html lang=\"ru\">", &html) }
        })
        .collect();
    let pages = Arc::new(pages);
    let server = HttpServer::new(move || {
        let pages = pages.clone();
        App::new().route("/static/{hash}/{name:.*}", web::get().to(static_files::serve)).route(
            "/{number}",
            web::get().to(move |number: web::Path<usize>| {
                let page = pages[*number].clone();
                async move {
                    HttpResponse::Ok()
                        .insert_header((CONTENT_SECURITY_POLICY, security_headers::CONTENT_SECURITY_POLICY))
                        .insert_header(ContentType::html())
                        .body(page)
                }
            }),
        )
    })
    .workers(1)
    .disable_signals()
    .bind("127.0.0.1:0")
    .unwrap();
    let port = server.addrs()[0].port();
    actix_web::rt::spawn(server.run());
    port
}

/// Judges the documents in one look; `share` is one of how many of them (all of them in a soak).
async fn judge(look: Look, width: u32, classes: &str, share: usize) {
    let documents = documents();
    let port = serve(&documents, classes);
    let browser = Browser::start().await;
    browser.set_viewport(width, 900).await;
    browser.set_look(look).await;
    let mut faults = Vec::new();
    let step = rounds(share, 1);
    for (number, document) in documents.iter().enumerate().filter(|(number, _)| number % step == 0) {
        let name = format!("{} {}", document.page, document.state);
        browser.open(&format!("http://localhost:{port}/{number}")).await;
        let violations = browser.axe(WCAG_22_AA).await.into_iter();
        // There the system chooses the colours, and axe still reads ours.
        let judged =
            violations.filter(|fault| look != Look::ForcedColours || !fault.starts_with("color-contrast:"));
        faults.extend(judged.map(|fault| format!("{name}: {fault}")));
        let content = browser.content_width().await;
        if content > width.into() {
            faults.push(format!("{name}: {content} pixels wide"));
        }
        faults.extend(browser.take_console().await.into_iter().map(|line| format!("{name}: {line:?}")));
    }
    assert!(faults.is_empty(), "{look:?} at {width}:\n{}", faults.join("\n"));
    browser.close().await;
}

fn large_and_black() -> String {
    Display { size: Size::Large, scheme: Scheme::Black, ..Display::default() }.classes()
}

#[actix_web::test]
async fn every_state_is_accessible_in_the_light_at_a_desk() {
    judge(Look::Light, DESK, "", 1).await;
}

#[actix_web::test]
async fn every_state_is_accessible_in_the_dark_on_a_phone() {
    judge(Look::Dark, PHONE, "", 1).await;
}

#[actix_web::test]
async fn every_state_is_accessible_in_forced_colours() {
    judge(Look::ForcedColours, PHONE, "", 3).await;
    judge(Look::ForcedColours, DESK, "", 7).await;
}

#[actix_web::test]
async fn every_state_is_accessible_large_and_white_on_black() {
    judge(Look::Light, DESK, &large_and_black(), 5).await;
    judge(Look::Light, PHONE, &large_and_black(), 3).await;
}

#[actix_web::test]
async fn every_state_is_accessible_the_other_way_round() {
    judge(Look::Light, PHONE, "", 4).await;
    judge(Look::Dark, DESK, "", 4).await;
}

#[test]
fn every_state_is_valid_html() {
    let folder = tempfile::tempdir().unwrap();
    for document in documents() {
        let name = format!("{}.{}.html", document.page.replace('/', "_"), document.state);
        std::fs::write(folder.path().join(name), document.html).unwrap();
    }
    let problems = html::problems_in(folder.path());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// WCAG 1.4.12: nothing is lost when a person spaces the text as they need. WCAG 1.4.4: nor at 200 %.
#[actix_web::test]
async fn spaced_and_doubled_text_fits_every_page() {
    const SPACED: &str = "document.adoptedStyleSheets = [new CSSStyleSheet()]; document.adoptedStyleSheets[0].replaceSync(\
        '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } \
         p { margin-bottom: 2em !important }')";
    const DOUBLED: &str = "document.adoptedStyleSheets = [new CSSStyleSheet()]; \
        document.adoptedStyleSheets[0].replaceSync('html { font-size: 200% !important }')";
    // Text that its own box cuts off, and buttons that spill out of theirs.
    const LOST: &str = r#"
        return [...document.querySelectorAll("main *, header *, footer *")].filter((e) => {
            if (e.closest(".hidden, [hidden], svg, select, input, .skip") || !e.checkVisibility()) return false;
            const style = getComputedStyle(e);
            const cuts = (way) => way !== "visible" && way !== "auto" && way !== "scroll";
            return (cuts(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
                || (cuts(style.overflowY) && e.scrollHeight > e.clientHeight + 1);
        }).map((e) => e.outerHTML.slice(0, 120));"#;
    let documents = documents();
    let port = serve(&documents, "");
    let browser = Browser::start().await;
    let mut faults = Vec::new();
    for (what, script, width) in [("spaced", SPACED, PHONE), ("doubled", DOUBLED, 640)] {
        browser.set_viewport(width, 900).await;
        for (number, document) in
            documents.iter().enumerate().filter(|(number, _)| number % rounds(2, 1) == 0)
        {
            browser.open(&format!("http://localhost:{port}/{number}")).await;
            browser.evaluate(script).await;
            let content = browser.content_width().await;
            let lost = browser.evaluate(LOST).await;
            if content > width.into() || !lost.as_array().unwrap().is_empty() {
                faults.push(format!(
                    "{what}: {} {}: {content} wide, lost {lost}",
                    document.page, document.state
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    browser.close().await;
}
