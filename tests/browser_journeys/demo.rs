//! A running `privyazka demo` of a test's own.

use crate::support::processes::{Supervised, spare_port};

/// Starts the program and waits for its last line. Its errors are kept until the test has ended well.
const SUPERVISOR: &str = r#"
mkfifo "$2/out" || exit 1
"$1" demo --dir "$2/data" --listen "127.0.0.1:$3" --stand-listen "127.0.0.1:$4" --config "$2/settings.toml" \
    >"$2/out" 2>"$2/log" &
demo=$!
exec 3<"$2/out"
while read -r line <&3; do
    case $line in "Stop with"*) echo "$line"; break ;; esac
done
cat <&3 >/dev/null &
cat >/dev/null
exec 2>/dev/null
kill "$demo"
wait "$demo"
rm -rf "$2"
"#;

/// Address of the service and of the stand; both end with this value.
pub struct Demo {
    /// `http://localhost:…`
    pub service: String,
    /// `http://127.0.0.1:…`
    pub stand: String,
    _program: Supervised,
}

impl Demo {
    /// Starts one with a new database, and with these settings over those of the demo.
    pub async fn start(settings: &'static str) -> Self {
        tokio::task::spawn_blocking(move || {
            // A port may be taken between the question and the start.
            (0..3)
                .find_map(|_| Self::try_start(settings))
                .expect("the demo starts; see /tmp/privyazka-demo-*/log")
        })
        .await
        .expect("the thread lives")
    }

    fn try_start(settings: &str) -> Option<Self> {
        let folder =
            tempfile::Builder::new().prefix("privyazka-demo-").tempdir_in("/tmp").expect("/tmp").keep();
        std::fs::write(folder.join("settings.toml"), settings).expect("the folder can be written");
        let (service, stand) = (spare_port().to_string(), spare_port().to_string());
        let program = env!("CARGO_BIN_EXE_privyazka");
        let folder = folder.display().to_string();
        let started = Supervised::start(&[], SUPERVISOR, &[program, &folder, &service, &stand])?;
        Some(Self {
            service: format!("http://localhost:{service}"),
            stand: format!("http://127.0.0.1:{stand}"),
            _program: started,
        })
    }
}
