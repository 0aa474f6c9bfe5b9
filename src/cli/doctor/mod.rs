//! `privyazka doctor`: looks at everything a working installation needs, changes nothing, and says of each
//! what to do.

mod database;
mod esia;
mod mail;

use super::{Failure, FileArg, other};
use crate::config::{ConfigError, Settings};
use crate::platform::clock::Clock;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    /// Works, and somebody should look at it.
    Warning,
    /// Does not work, or must not be used like this.
    Problem,
}

/// One thing looked at.
struct Finding {
    state: State,
    /// What was looked at: a setting or a part of the installation.
    about: &'static str,
    /// How it stands.
    text: String,
    /// What to do; empty when nothing is to be done.
    advice: String,
}

impl Finding {
    fn good(about: &'static str, text: impl Into<String>) -> Self {
        Self { state: State::Good, about, text: text.into(), advice: String::new() }
    }

    fn warning(about: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { state: State::Warning, about, text: text.into(), advice: advice.into() }
    }

    fn problem(about: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { state: State::Problem, about, text: text.into(), advice: advice.into() }
    }

    /// `about` in a column of its own; the advice on a line below.
    fn print(&self) {
        let word = match self.state {
            State::Good => "ok",
            State::Warning => "warning",
            State::Problem => "PROBLEM",
        };
        println!("{word:<8} {:<28} {}", self.about, self.text);
        if !self.advice.is_empty() {
            println!("{:<9}-> {}", "", self.advice);
        }
    }
}

pub(super) fn run(file: &FileArg) -> Result<(), Failure> {
    let settings = file.load()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(other)?;
    let findings = runtime.block_on(look(&settings));
    findings.iter().for_each(Finding::print);
    match findings.iter().filter(|finding| finding.state == State::Problem).count() {
        0 => Ok(()),
        problems => Err(Failure::Found(format!("problems: {problems}"))),
    }
}

async fn look(settings: &Settings) -> Vec<Finding> {
    let clock = Clock::system();
    // Each may wait for a server of its own.
    let (esia, database, mail) =
        tokio::join!(esia::look(settings, &clock), database::look(settings), mail::look(&settings.mail));
    let mut findings = safety(settings);
    findings.extend([esia, database, mail].into_iter().flatten());
    findings
}

/// What `serve` would refuse, all of it and not the first alone.
fn safety(settings: &Settings) -> Vec<Finding> {
    let breaches = settings.breaches();
    if breaches.is_empty() {
        return vec![Finding::good("settings", "fit for real use; secrets are for their owner alone")];
    }
    let told = breaches.into_iter().map(|breach| match breach {
        ConfigError::Unsafe { key, reason } => Finding::problem(key, "`serve` refuses to start", reason),
        ConfigError::Invalid(text) => Finding::problem("settings", text, "mend the setting or the file"),
    });
    told.collect()
}
