//! How a person acts on a page: with a mouse, or with the keyboard alone.

use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::support::browser::Browser;

/// Tab presses within which everything on a page must be reached.
const TABS: usize = 80;

/// How the person acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hands {
    /// Clicks, and types into what was clicked.
    Mouse,
    /// Tab, Space, Enter, arrows and letters only.
    Keyboard,
}

/// Whether the focused element shows that it is, and is not wholly covered. Answers what is wrong.
const FOCUS: &str = r#"
const e = document.activeElement;
if (!e || e === document.body || e === document.documentElement) return "";
const style = getComputedStyle(e);
const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
const name = e.outerHTML.slice(0, 100);
if (!outlined) return "focus is not shown: " + name;
const r = e.getBoundingClientRect();
const box = { l: Math.max(r.left, 0), r: Math.min(r.right, innerWidth), t: Math.max(r.top, 0), b: Math.min(r.bottom, innerHeight) };
if (box.r <= box.l || box.b <= box.t) return "focus is outside the window: " + name;
const at = (x, y) => document.elementFromPoint(box.l + (box.r - box.l) * x, box.t + (box.b - box.t) * y);
const seen = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].map(([x, y]) => at(x, y))
    .some((top) => top && (e.contains(top) || top.contains(e) || top.closest("label")?.control === e));
return seen ? "" : "focus is covered: " + name;
"#;

/// XPath of what can be pressed and is called so.
pub fn called(text: &str) -> String {
    format!("//*[self::a or self::button or self::summary][normalize-space()={}]", quoted(text))
}

/// XPath string: our texts hold either kind of quotes.
pub fn quoted(text: &str) -> String {
    let parts: Vec<String> = text.split('\'').map(|part| format!("'{part}'")).collect();
    if parts.len() == 1 { parts[0].clone() } else { format!("concat({})", parts.join(", \"'\", ")) }
}

/// The first element of a path that can be seen; waits for it.
pub async fn visible(browser: &Browser, path: &str) -> Element {
    let ends = Instant::now() + Duration::from_secs(30);
    loop {
        // An element of a page that has gone is an error: the next look finds the new page's.
        for element in browser.client.find_all(Locator::XPath(path)).await.unwrap_or_default() {
            if element.is_displayed().await.is_ok_and(|seen| seen) {
                return element;
            }
        }
        assert!(Instant::now() < ends, "nothing of {path} can be seen");
    }
}

impl Hands {
    /// Presses a link or a button; `Browser::arrived` then waits for the page it leads to.
    pub async fn press(self, browser: &Browser, path: &str) {
        let element = visible(browser, path).await;
        browser.leave().await;
        match self {
            Self::Mouse => element.click().await.unwrap_or_else(|error| panic!("{path}: {error}")),
            Self::Keyboard => {
                reach(browser, &element).await;
                browser.press(Key::Enter).await;
            }
        }
    }

    /// Chooses a radio button.
    pub async fn pick(self, browser: &Browser, path: &str) {
        let element = visible(browser, path).await;
        match self {
            Self::Mouse => {
                let id = element.attr("id").await.unwrap().unwrap();
                visible(browser, &format!("//label[@for='{id}']")).await.click().await.unwrap();
            }
            // Tab comes to the group, at the chosen button or the first; arrows go from one to the next.
            Self::Keyboard => {
                let name = element.attr("name").await.unwrap().unwrap();
                let checked = format!("//input[@name='{name}'][@checked]");
                let found = browser.client.find_all(Locator::XPath(&checked)).await.unwrap();
                let first = format!("//input[@name='{name}']");
                let entry = visible(browser, if found.is_empty() { &first } else { &checked }).await;
                reach(browser, &entry).await;
                browser.type_text(" ").await;
                for _ in 0..10 {
                    if element.is_selected().await.unwrap() {
                        break;
                    }
                    browser.press(Key::Down).await;
                }
            }
        }
        assert!(element.is_selected().await.unwrap(), "{path}");
    }

    /// Types into a field in place of what it holds.
    pub async fn fill(self, browser: &Browser, field: &str, text: &str) {
        let element = visible(browser, &format!("//*[@id='{field}']")).await;
        match self {
            Self::Mouse => {
                element.clear().await.unwrap();
                element.send_keys(text).await.unwrap();
            }
            Self::Keyboard => {
                reach(browser, &element).await;
                for _ in 0..element.prop("value").await.unwrap().unwrap_or_default().chars().count() {
                    browser.press(Key::Backspace).await;
                }
                browser.type_text(text).await;
            }
        }
        assert_eq!(element.prop("value").await.unwrap().unwrap_or_default(), text, "{field}");
    }

    /// Chooses an entry of a list by its text.
    pub async fn choose(self, browser: &Browser, list: &str, entry: &str) {
        let element = visible(browser, &format!("//*[@id='{list}']")).await;
        match self {
            Self::Mouse => element.select_by_label(entry).await.unwrap_or_else(|e| panic!("{list}: {e}")),
            // A closed list goes to the entry that begins with the letters typed.
            Self::Keyboard => {
                reach(browser, &element).await;
                browser.type_text(entry).await;
                if chosen(browser, list).await != entry {
                    step_to(browser, list, entry).await;
                }
            }
        }
        assert_eq!(chosen(browser, list).await, entry, "{list}");
    }
}

/// Goes through a list from its beginning. Letters that come slowly are words of their own to the browser,
/// and a space among them opens the list.
async fn step_to(browser: &Browser, list: &str, entry: &str) {
    browser.press(Key::Escape).await;
    browser.press(Key::Home).await;
    for _ in 0..100 {
        if chosen(browser, list).await == entry {
            return;
        }
        browser.press(Key::Down).await;
    }
}

/// Text of a list's chosen entry.
pub async fn chosen(browser: &Browser, list: &str) -> String {
    let script = format!(
        "const l = document.getElementById('{list}'); return l?.options[l.selectedIndex]?.text ?? ''"
    );
    browser.evaluate(&script).await.as_str().unwrap_or_default().to_owned()
}

/// Tabs to an element, and sees the focus at every step of the way.
async fn reach(browser: &Browser, element: &Element) {
    let wanted = json!(element);
    for _ in 0..TABS {
        let here = browser.client.active_element().await.unwrap();
        if json!(here) == wanted {
            return;
        }
        browser.press(Key::Tab).await;
        assert_eq!(
            browser.evaluate(FOCUS).await,
            Value::from(""),
            "{}",
            browser.client.current_url().await.unwrap()
        );
    }
    panic!("{} is not reached by Tab", element.html(false).await.unwrap());
}
