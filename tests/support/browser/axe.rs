//! The accessibility check of the page that is open, by axe-core.

use serde_json::{Value, json};

use super::Browser;

/// What our pages hold to: WCAG 2.2 at level AA, and axe's own good practice.
pub const WCAG_22_AA: &[&str] = &["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/node_modules/axe-core/axe.min.js");

/// Answers one line for each element that breaks a rule.
const RUN: &str = r#"
const [tags, done] = arguments;
axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }).then(
    (result) => done(result.violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`))),
    (error) => done([`axe failed: ${error}`]));
"#;

impl Browser {
    /// What breaks a rule with one of these tags; nothing is the only good answer.
    ///
    /// The script comes in through WebDriver, so the page's own policy on scripts does not stop it.
    pub async fn axe(&self, tags: &[&str]) -> Vec<String> {
        let axe = std::fs::read_to_string(AXE).expect("axe-core is installed; `make test` installs it");
        let found = self.with_script(async || {
            if self.client.execute("return typeof axe", Vec::new()).await? != "object" {
                self.client.execute(&axe, Vec::new()).await?;
            }
            self.client.execute_async(RUN, vec![json!(tags)]).await
        });
        match found.await.expect("axe can be run") {
            Value::Array(lines) => lines.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            other => panic!("axe answered {other}"),
        }
    }
}
