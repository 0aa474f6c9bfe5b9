//! Whether saved pages are valid HTML, by html-validate (`tests/browser/.htmlvalidate.json`).

use std::path::Path;
use std::process::Command;

const BROWSER_TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser");

/// What is wrong with the `*.html` files in `folder`, a line each. One program for all of them: starting
/// it takes longer than its work.
pub fn problems_in(folder: &Path) -> Vec<String> {
    let output = Command::new("node")
        .arg("node_modules/html-validate/bin/html-validate.mjs")
        .args(["--config", ".htmlvalidate.json", "--formatter", "text"])
        .arg(folder.join("*.html"))
        .current_dir(BROWSER_TOOLS)
        .output()
        .expect("node is installed; `make test` installs it");
    let lines: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    // It fails both for problems, which it prints, and for want of files or settings, which it does not.
    assert!(
        output.status.success() || !lines.is_empty(),
        "html-validate: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    lines
}
