//! What WebDriver has no word for, by ChromeDriver's own commands.

use fantoccini::wd::WebDriverCompatibleCommand;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Browser;

/// A command of ChromeDriver below the session's address.
#[derive(Debug)]
struct DriverCommand {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for DriverCommand {
    fn endpoint(&self, base_url: &url::Url, session_id: Option<&str>) -> Result<url::Url, url::ParseError> {
        base_url.join(&format!("session/{}/{}", session_id.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// How the person wants pages to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The light scheme.
    Light,
    /// The dark scheme.
    Dark,
    /// A system of few colours, its own.
    ForcedColours,
}

/// A line of the browser's console.
#[derive(Clone, Debug, Deserialize)]
pub struct ConsoleMessage {
    /// `SEVERE`, `WARNING`, `INFO`, …
    pub level: String,
    /// The text with its address and line.
    pub message: String,
}

impl Browser {
    /// Makes the window's inside that large; narrower than a real window can be.
    pub async fn set_viewport(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Chooses the scheme; it stays for the pages that follow.
    pub async fn set_look(&self, look: Look) {
        let (scheme, forced) = match look {
            Look::Light => ("light", "none"),
            Look::Dark => ("dark", "none"),
            Look::ForcedColours => ("light", "active"),
        };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "forced-colors", "value": forced },
            // A picture taken in the middle of a transition shows neither state.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": "", "features": features })).await;
    }

    /// Whether the pages opened from now on may run script. The checks of this support still can.
    pub async fn set_scripting(&self, on: bool) {
        self.scripting.set(on);
        self.allow_script(on).await;
    }

    /// Lets `work` run script in a page that was loaded without; the page's own had its time and is over.
    pub(super) async fn with_script<T>(&self, work: impl AsyncFnOnce() -> T) -> T {
        if self.scripting.get() {
            return work().await;
        }
        self.allow_script(true).await;
        let result = work().await;
        self.allow_script(false).await;
        result
    }

    async fn allow_script(&self, on: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !on })).await;
    }

    /// The console's messages since they were last taken.
    pub async fn take_console(&self) -> Vec<ConsoleMessage> {
        let command = DriverCommand { path: "se/log", body: json!({ "type": "browser" }) };
        let messages = self.client.issue_cmd(command).await.expect("the console can be read");
        serde_json::from_value(messages).expect("a list of messages")
    }

    /// A command of the browser's developer tools.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.client
            .issue_cmd(DriverCommand { path: "goog/cdp/execute", body })
            .await
            .unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}
