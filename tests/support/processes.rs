//! Helper programs of a test that must not outlive it, however it ends.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};

/// A shell script that runs until this value, or the whole test process, is gone.
///
/// The script starts its program, prints one line when the program is ready, and waits for the end of
/// its input (`cat`); then it cleans up. The end of the input comes even when the test is killed: the
/// system closes the pipe. So no server is left behind and no process has to be hunted down.
pub struct Supervised {
    input: Option<ChildStdin>,
    shell: Child,
    /// The line the script printed when it was ready.
    pub ready: String,
}

impl Supervised {
    /// Runs `script` (with `arguments` as `$1`, `$2`, …) by `runner`, a command that ends in a shell's
    /// place (`[]` for none), and waits for its line. `None`: it ended without one.
    pub fn start(runner: &[String], script: &str, arguments: &[&str]) -> Option<Self> {
        let mut words = runner.to_vec();
        words.extend(["sh", "-c", script, "supervisor"].map(str::to_owned));
        words.extend(arguments.iter().map(|&argument| argument.to_owned()));
        let mut shell = Command::new(&words[0])
            .args(&words[1..])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A Ctrl-C at the terminal ends the test; the script then cleans up behind it.
            .process_group(0)
            .spawn()
            .expect("sh can be started");
        let mut ready = String::new();
        BufReader::new(shell.stdout.take().expect("piped")).read_line(&mut ready).expect("readable");
        if ready.is_empty() {
            shell.wait().expect("waitable");
            return None;
        }
        Some(Self { input: shell.stdin.take(), shell, ready: ready.trim_end().to_owned() })
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.input.take());
        // The clean-up is over when the shell is.
        let _ = self.shell.wait();
    }
}

/// A loopback port nobody listens on now. Somebody may a moment later: try again then.
pub fn spare_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("loopback").port()
}
