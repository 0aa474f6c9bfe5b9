//! A headless Chromium of a test's own, driven over WebDriver.
//!
//! `devtools` holds what WebDriver has no word for (width of a telephone, dark scheme, script off, console
//! messages), `axe` the accessibility check, `arrival` the waiting for the next page. Wait for what a page
//! shows, never for a time.

mod arrival;
mod axe;
mod devtools;

use std::path::{Path, PathBuf};

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};

pub use axe::WCAG_22_AA;
pub use devtools::{ConsoleMessage, Look};

use super::processes::Supervised;

/// Starts ChromeDriver on a port it chooses itself and prints the line that names it. At the end its
/// browsers go first: left alone they would stay. The folder is removed after their last write; they are
/// no children of the shell, so it has to look, for five seconds at most.
const SUPERVISOR: &str = r#"
mkfifo "$1/out" || exit 1
"$2" --port=0 >"$1/out" 2>&1 &
driver=$!
exec 3<"$1/out"
while read -r line <&3; do
    case $line in *"successfully on port"*) echo "$line"; break ;; esac
done
cat <&3 >/dev/null &
cat >/dev/null
exec 2>/dev/null
windows=$(cat "/proc/$driver/task/"*/children)
kill $windows "$driver"
wait "$driver"
for window in $windows; do
    tries=100
    while kill -0 "$window" && [ "$tries" -gt 0 ]; do tries=$((tries - 1)); sleep 0.05; done
done
rm -rf "$1"
"#;

/// A running browser with one window; it ends with this value, with the test, or with the test process.
pub struct Browser {
    /// Everything WebDriver can do.
    pub client: Client,
    /// Where its files are.
    pub folder: PathBuf,
    scripting: std::cell::Cell<bool>,
    left: std::cell::RefCell<Option<Value>>,
    _driver: Supervised,
}

impl Browser {
    /// Starts a browser without cookies, history or cache, 1280 × 1000 pixels, light, with script.
    pub async fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("privyazka-browser-").tempdir_in("/tmp").expect("/tmp");
        // The supervisor removes it, after the browser's last write.
        let folder = folder.keep();
        let driver = tokio::task::spawn_blocking({
            let folder = folder.display().to_string();
            move || Supervised::start(&[], SUPERVISOR, &[&folder, "chromedriver"])
        });
        let driver = driver
            .await
            .expect("the thread lives")
            .expect("chromedriver does not start; `make test` installs it");
        let port: String = driver.ready.chars().filter(char::is_ascii_digit).collect();
        let client = ClientBuilder::rustls()
            .expect("the system's certificates can be read")
            .capabilities(capabilities(&folder))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|error| panic!("no browser session: {error}"));
        let (scripting, left) = (std::cell::Cell::new(true), std::cell::RefCell::new(None));
        Self { client, folder, scripting, left, _driver: driver }
    }

    /// Opens an address and waits for its page.
    pub async fn open(&self, url: &str) {
        self.left.replace(None);
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Presses and releases a key, for whatever has the focus.
    pub async fn press(&self, key: Key) {
        let value = key.into();
        let stroke =
            KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client.perform_actions(stroke).await.expect("a key can be pressed");
    }

    /// Types text into whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        let strokes = text.chars().fold(KeyActions::new("keyboard".into()), |strokes, value| {
            strokes.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        self.client.perform_actions(strokes).await.expect("keys can be pressed");
    }

    /// What a script answers; works with scripting off too, and whatever the page's policy forbids.
    pub async fn evaluate(&self, script: &str) -> Value {
        self.with_script(async || self.client.execute(script, Vec::new()).await)
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// How far the page's content reaches to the right; more than the window's width is a page that must
    /// be scrolled sideways.
    pub async fn content_width(&self) -> u64 {
        self.evaluate("return document.documentElement.scrollWidth").await.as_u64().expect("a number")
    }

    /// Saves what the window shows.
    pub async fn screenshot(&self, file: &Path) {
        let picture = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(file, picture).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// Ends the session in order. A test that forgets it, or fails, only ends less politely.
    pub async fn close(self) {
        self.client.close().await.expect("the session ends");
    }
}

fn capabilities(folder: &Path) -> serde_json::Map<String, Value> {
    let arguments = [
        "--headless=new",
        // The tests run as root in containers, where the sandbox cannot; they open pages of ours only.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--disable-extensions",
        "--lang=ru",
        "--window-size=1280,1000",
    ];
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let arguments: Vec<&str> = arguments.into_iter().chain([profile.as_str()]).collect();
    let capabilities = json!({
        "browserName": "chrome",
        // The accessibility check of a long page, on a busy machine.
        "timeouts": { "script": 120_000 },
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "args": arguments,
            "prefs": { "credentials_enable_service": false, "profile.password_manager_leak_detection": false },
        },
    });
    capabilities.as_object().expect("an object").clone()
}
