//! Waiting for the page that an act leads to.
//!
//! A click answers before the page gives way to the next one. What is read in between is the old page's, or
//! an error: so an act notes the page that is open, and whoever looks next waits for another one.

use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::error::CmdError;
use serde_json::{Value, json};

use super::Browser;

/// How long anything may take, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Browser {
    /// Notes the page that is open, as the one that the next act leaves.
    pub async fn leave(&self) {
        let ends = Instant::now() + PATIENCE;
        let document = loop {
            match self.document().await {
                Ok(document) => break document,
                Err(error) => assert!(Instant::now() < ends, "no page: {error}"),
            }
        };
        self.left.replace(Some(document));
    }

    /// The act led to no other page.
    pub fn stay(&self) {
        self.left.replace(None);
    }

    /// Waits until a page is there whole that is not the one last left and has an element of this path.
    /// Answers whether it came.
    pub async fn arrived(&self, path: &str) -> bool {
        let ends = Instant::now() + PATIENCE;
        while !self.shows(path).await {
            if Instant::now() > ends {
                return false;
            }
        }
        self.left.replace(None);
        true
    }

    async fn shows(&self, path: &str) -> bool {
        let Ok(document) = self.document().await else { return false };
        let has_left = self.left.borrow().as_ref() != Some(&document);
        has_left
            && self.client.find(Locator::XPath(path)).await.is_ok()
            && self.answers("return document.readyState", &json!("complete")).await
    }

    /// Waits until a script gives this answer. Answers the last one.
    pub async fn evaluate_until(&self, script: &str, wanted: Value) -> Value {
        let ends = Instant::now() + PATIENCE;
        while !self.answers(script, &wanted).await && Instant::now() < ends {}
        self.evaluate(script).await
    }

    /// A script that runs while one page gives way to the other is an error, not an answer.
    async fn answers(&self, script: &str, wanted: &Value) -> bool {
        let answer = self.with_script(async || self.client.execute(script, Vec::new()).await).await;
        answer.is_ok_and(|answer| answer == *wanted)
    }

    /// What tells this page from every other, one of the same address too.
    async fn document(&self) -> Result<Value, CmdError> {
        self.client.find(Locator::Css("html")).await.map(|root| json!(root))
    }
}
