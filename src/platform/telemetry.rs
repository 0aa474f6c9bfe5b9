//! Logs: one event a line, as text or JSON, on standard error.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write};

use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, fmt, prelude::*};

use crate::config::server::LogFormat;

/// Starts logging for the whole process. `RUST_LOG` narrows or widens it; the default is `info`.
///
/// A second call changes nothing: tests that share a process may each call it.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // Colours are for people: in a file or a journal they are noise in every line.
    let colours = io::stderr().is_terminal();
    let lines = lines(format, colours, io::stderr);
    if tracing_subscriber::registry().with(filter).with(lines).try_init().is_err() {
        tracing::debug!("logging was started already");
        return;
    }
    // The usual report of a panic has several lines and the panic's words, which may hold anything.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
}

/// Writes each event as one line, whatever its values hold: tracing-subscriber escapes control characters in
/// an event's words and in debugged values, but not in displayed ones.
pub fn lines<S, W>(format: LogFormat, colours: bool, to: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let colours = colours && format == LogFormat::Text;
    let to = Lines { to, colours };
    match format {
        LogFormat::Text => fmt::layer().with_ansi(colours).with_writer(to).boxed(),
        LogFormat::Json => fmt::layer().json().with_writer(to).boxed(),
    }
}

struct Lines<W> {
    to: W,
    colours: bool,
}

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for Lines<W> {
    type Writer = Line<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        Line { to: self.to.make_writer(), colours: self.colours }
    }
}

/// One event, which comes in one piece with its line feed at the end.
struct Line<W> {
    to: W,
    colours: bool,
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        if !line.contains(breaks_a_line) {
            self.to.write_all(event)?;
            return Ok(event.len());
        }
        let mut whole = String::with_capacity(text.len() + 16);
        for (at, c) in line.char_indices() {
            let ours = self.colours && COLOURS.iter().any(|colour| line[at..].starts_with(colour));
            if breaks_a_line(c) && !ours {
                // JSON reads this escape as the character; people read it as what it is.
                let _ = write!(whole, "\\u{:04x}", u32::from(c));
            } else {
                whole.push(c);
            }
        }
        whole.push('\n');
        self.to.write_all(whole.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// What tracing-subscriber sets itself: usual, bold, faint, italic, and a colour for each level.
const COLOURS: [&str; 9] = [
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[2m",
    "\u{1b}[3m",
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
    "\u{1b}[34m",
    "\u{1b}[35m",
];

/// Control characters, line ends of Unicode, invisible ones and those that turn the direction of reading.
fn breaks_a_line(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, colours: bool, value: &str) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let layer = lines(format, colours, move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::info!(debugged = value, displayed = %value, "{value}");
        });
        String::from_utf8(kept.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn t54_an_event_is_one_line_without_control_characters_whatever_its_values_hold() {
        for value in [
            "a\r\nb",
            "\u{1b}[2J\u{1b}[8m\u{1b}]0;x\u{7}",
            "\0\u{7}\u{85}",
            "\u{202e}\u{2066}\u{2028}",
            "{\"a\":\"\n\"}",
        ] {
            for (format, colours) in
                [(LogFormat::Text, false), (LogFormat::Text, true), (LogFormat::Json, true)]
            {
                let written = logged(format, colours, value);
                let line = written.strip_suffix('\n').unwrap();
                let ours = if colours { &COLOURS[..] } else { &[] };
                let line = ours.iter().fold(line.to_owned(), |line, colour| line.replace(colour, ""));
                assert!(!line.contains(breaks_a_line), "{format:?}: {written:?}");
                if format == LogFormat::Json {
                    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
                    assert_eq!(event["fields"]["debugged"], value, "nothing is lost");
                }
            }
        }
    }
}
