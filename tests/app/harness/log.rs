//! The log of this whole test process, in the lines of the service: as text with colours, and as JSON, at
//! the default level.

use std::io::Write;
use std::sync::{LazyLock, Mutex};

use privyazka::config::server::LogFormat;
use privyazka::platform::telemetry;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

/// Each event by itself, as it was handed over.
static TEXT: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);
static JSON: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);

struct Keep(&'static Mutex<Vec<String>>);

impl Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let event = String::from_utf8(bytes.to_vec()).expect("text");
        self.0.lock().expect("no panic").push(event);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps what is logged from now on; a second call changes nothing.
pub fn keep() {
    // Colours are left on purpose: hostile text must not pass among them either.
    let text = telemetry::lines(LogFormat::Text, true, || Keep(&TEXT));
    let json = telemetry::lines(LogFormat::Json, false, || Keep(&JSON));
    let subscriber = tracing_subscriber::registry().with(EnvFilter::new("info")).with(text).with(json);
    drop(subscriber.try_init());
}

/// What was logged so far, as text.
pub fn written() -> String {
    TEXT.lock().expect("no panic").concat()
}

/// The events so far: as text, and as JSON.
pub fn events() -> (Vec<String>, Vec<String>) {
    (TEXT.lock().expect("no panic").clone(), JSON.lock().expect("no panic").clone())
}

/// What no log may hold of the people of the town and of the stand. Letters are logged with a masked
/// recipient; whole addresses are not.
const OF_PEOPLE: [&str; 15] = [
    "Смирнов",
    "Петров",
    "Сидоров",
    "Кузнецов",
    "Кравцов",
    "Орлов",
    "Никитин",
    "Белов",
    "Викторовна",
    "teacher@",
    "smirnova@",
    "100-200-3",
    "1002003",
    "9001000",
    "000-12-34",
];

/// Proves that of everything this process has logged so far, in whatever test.
pub fn holds_nobody() {
    let written = written();
    for part in OF_PEOPLE {
        let line = written.lines().find(|line| line.contains(part));
        assert!(line.is_none(), "{part}: {line:?}");
    }
}
