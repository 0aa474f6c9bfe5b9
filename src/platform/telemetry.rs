//! Logs: one event a line, as text or JSON, on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::config::server::LogFormat;

/// Starts logging for the whole process. `RUST_LOG` narrows or widens it; the default is `info`.
///
/// A second call changes nothing: tests that share a process may each call it.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    // Colours are for people: in a file or a journal they are noise in every line.
    let colours = std::io::stderr().is_terminal();
    let result = match format {
        LogFormat::Text => {
            registry.with(fmt::layer().with_ansi(colours).with_writer(std::io::stderr)).try_init()
        }
        LogFormat::Json => registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init(),
    };
    if result.is_err() {
        tracing::debug!("logging was started already");
    }
}

/// Text from outside made fit for one log line: no control characters, at most 200 characters.
pub fn loggable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t08_text_from_outside_cannot_break_a_log_line() {
        assert_eq!(loggable("a\r\nb\u{1b}[31mc\0"), "ab[31mc");
        assert_eq!(loggable(&"я".repeat(6000)).chars().count(), 200);
    }
}
