//! The log of this whole test process, as the service would write it: text, at its default level.

use std::io::Write;
use std::sync::{LazyLock, Mutex};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

static WRITTEN: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(Mutex::default);

struct Keep;

impl Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        WRITTEN.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Keep {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

/// Keeps what is logged from now on; a second call changes nothing.
pub fn keep() {
    let subscriber = tracing_subscriber::fmt().with_env_filter(EnvFilter::new("info")).with_writer(Keep);
    // `with_ansi(false)` is left out on purpose: hostile text must not pass among colours either.
    drop(subscriber.try_init());
}

/// What was logged so far.
pub fn written() -> String {
    String::from_utf8(WRITTEN.lock().expect("no panic").clone()).expect("text")
}

/// What no log may hold of the people of the town and of the stand. Letters are logged with a masked
/// recipient; whole addresses are not.
const OF_PEOPLE: [&str; 14] = [
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
];

/// Proves that of everything this process has logged so far, in whatever test.
pub fn holds_nobody() {
    let written = written();
    for part in OF_PEOPLE {
        let line = written.lines().find(|line| line.contains(part));
        assert!(line.is_none(), "{part}: {line:?}");
    }
}
