//! The one table at the end, as Markdown, so that it can stand in `docs/performance.md`.

/// Collects rows; prints each as it comes, so that a long run is seen to go on.
#[derive(Default)]
pub struct Report(Vec<Row>);

struct Row {
    what: String,
    figure: String,
    budget: String,
    verdict: &'static str,
}

impl Report {
    /// A figure without a budget.
    pub fn note(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        self.add(what.into(), figure.into(), String::new(), "");
    }

    /// A figure held against a budget.
    pub fn judge(
        &mut self,
        what: impl Into<String>,
        figure: impl Into<String>,
        budget: impl Into<String>,
        kept: bool,
    ) {
        self.add(what.into(), figure.into(), budget.into(), if kept { "kept" } else { "**missed**" });
    }

    #[allow(clippy::print_stderr, reason = "progress for who waits")]
    fn add(&mut self, what: String, figure: String, budget: String, verdict: &'static str) {
        eprintln!("{what}: {figure}  [{budget}] {verdict}");
        self.0.push(Row { what, figure, budget, verdict });
    }

    /// Prints the table.
    #[allow(clippy::print_stdout, reason = "the result")]
    pub fn print(&self) {
        println!("\n| measured | figure | budget | |\n|---|---|---|---|");
        for Row { what, figure, budget, verdict } in &self.0 {
            println!("| {what} | {figure} | {budget} | {verdict} |");
        }
    }
}
