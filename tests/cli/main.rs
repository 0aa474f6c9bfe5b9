//! The program as an administrator starts it: exit codes, what it names when it refuses, and that a second
//! start of the demo keeps its data.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
#[cfg(feature = "stand")]
use std::process::Command;

use privyazka::config::Settings;
use privyazka::platform::secret::MasterKey;

mod operators;
mod place;
#[path = "../support/mod.rs"]
mod support;

use place::{Place, privyazka, said};
#[cfg(feature = "stand")]
use support::database::block_on;
use support::processes::spare_port;

#[test]
fn good_settings_are_called_fit_for_use() {
    let place = Place::new();
    let output = place.run(&["config", "check"], &place.settings());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let output = place.run(&["config", "show"], &place.settings());
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && shown.contains("journal.example"), "{shown}");
}

#[test]
fn t62_serve_refuses_what_is_fit_for_a_demo_only_and_names_the_rule() {
    let place = Place::new();
    let good = place.settings();
    for (key, from, to) in [
        ("server.public_url", "https://journal.example", "http://journal.example"),
        ("server.public_url", "https://journal.example", "http://localhost:8080"),
        ("esia.base_url", "https://esia.example", "http://esia.example"),
        ("esia.base_url", "https://esia.example", "https://127.0.0.1:8090"),
        ("esia.base_url", "https://esia.example", "https://localhost:8090"),
        ("mail.transport", "transport = \"directory\"", "transport = \"memory\""),
        ("access.second_factor", "[secrets]", "[access]\nsecond_factor = \"off\"\n[secrets]"),
    ] {
        assert!(good.contains(from));
        let output = place.run(&["serve"], &good.replace(from, to));
        assert_eq!(output.status.code(), Some(2), "{to}: {}", said(&output));
        assert!(said(&output).contains(key), "{to}: {}", said(&output));
    }
    for (key, file) in [("secrets.key_file", "master.key"), ("esia.private_key_file", "own.key")] {
        place.set_mode(file, 0o644);
        let output = place.run(&["serve"], &good);
        assert_eq!(output.status.code(), Some(2), "{file}: {}", said(&output));
        assert!(said(&output).contains(key), "{file}: {}", said(&output));
        place.set_mode(file, 0o600);
    }
    let remote = good.replace("sqlite:///", "postgres://db.example/").replace("data.db", "");
    let output = place.run(&["serve"], &remote);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("database.url"), "{}", said(&output));
}

#[cfg(feature = "stand")]
#[test]
fn t62_serve_refuses_a_certificate_of_the_stand_and_people_of_the_demo() {
    use privyazka::config::database::DatabaseSettings;
    use privyazka::directory::demo_region;
    use privyazka::platform::clock::Clock;
    use privyazka::store::Store;

    let place = Place::new();
    let stand = privyazka::stand::credentials::ensure_client(&place.file("stand"), "DEMO").expect("made");
    let good = place.settings();
    let marked = good.replace(
        &format!("[\"{}\"]", place.file("own.pem").display()),
        &format!("[\"{}\"]", stand.certificate_file.display()),
    );
    assert_ne!(marked, good);
    let output = place.run(&["serve"], &marked);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("training stand"), "{}", said(&output));

    let url = format!("sqlite://{}", place.file("data.db").display());
    let store = Store::open(&DatabaseSettings::new(url)).expect("a new database");
    let keys = MasterKey::generate().derive();
    let now = Clock::system().now();
    block_on(store.write(move |db| demo_region::ensure(db, &keys, now, "no hash"))).expect("filled");
    drop(store);
    let output = place.run(&["serve"], &good);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("demo's people"), "{}", said(&output));
}

#[test]
fn t57_a_change_of_the_master_key_is_refused_until_both_keys_are_there_and_done_once() {
    let place = Place::new();
    let old = place.settings();
    MasterKey::generate().write_new(&place.file("new.key")).expect("a key");
    let alone = old.replace("/master.key\"", "/new.key\"");
    let both = format!("{alone}previous_key_file = \"{}\"\n", place.file("master.key").display());
    let expect = |arguments: &[&str], settings: &str, code: i32, text: &str| {
        let output = place.run(arguments, settings);
        let all = format!("{}{}", String::from_utf8_lossy(&output.stdout), said(&output));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {all}");
        assert!(all.contains(text), "{arguments:?}: {all}");
    };
    // The first key is whatever the first start brings.
    expect(&["keys", "rotate"], &old, 0, "previous_key_file is not set");
    for command in [&["serve"][..], &["keys", "rotate"]] {
        expect(command, &alone, 2, "secrets.key_file is not the key that this database was filled under");
        // Had it taken the new key, the old one alone would no longer do.
        expect(&["keys", "status"], &old, 0, "profiles.snils_sealed: 0 under secrets.key_file");
    }
    expect(&["keys", "status"], &alone, 3, "not in the settings");
    place.set_mode("master.key", 0o640);
    expect(&["serve"], &both, 2, "secrets.previous_key_file");
    place.set_mode("master.key", 0o600);
    expect(&["keys", "rotate", "--batch", "0"], &both, 2, "--batch");
    expect(&["keys", "rotate"], &both, 0, "everything is under secrets.key_file");
    expect(&["keys", "rotate"], &both, 0, "everything is under secrets.key_file");
    expect(&["keys", "status"], &both, 0, "");
    expect(&["keys", "status"], &alone, 0, "");
    expect(&["serve"], &old, 2, "not the key that this database was filled under");
}

#[test]
fn settings_that_cannot_be_read_are_named_and_end_with_2() {
    let place = Place::new();
    let good = place.settings();
    for (settings, named) in [
        (good.replace("client_id", "clientid"), "clientid"),
        (good.replace("[mail]", "[mial]"), "mial"),
        (good.replace("client_id = \"JOURNAL\"", ""), "client_id"),
        (good.replace("public_url = \"https://journal.example\"", "public_url = \"nonsense\""), "public_url"),
        ("not toml".to_owned(), "settings"),
    ] {
        for command in [&["serve"][..], &["config", "check"]] {
            let output = place.run(command, &settings);
            assert_eq!(output.status.code(), Some(2), "{named}: {}", said(&output));
            assert!(said(&output).contains(named), "{named}: {}", said(&output));
        }
    }
    for wrong in [&["serve"][..], &["nonsense"], &["serve", "--nonsense"]] {
        assert_eq!(privyazka(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let missing = privyazka(&["serve", "--config", "/nonexistent/privyazka.toml"]);
    assert_eq!(missing.status.code(), Some(2), "{}", said(&missing));
}

#[test]
fn the_sample_of_the_settings_loads_and_names_every_key() {
    let output = privyazka(&["config", "default"]);
    assert!(output.status.success());
    let sample = String::from_utf8(output.stdout).expect("text");
    Settings::from_toml(&sample).expect("the sample loads");
    let place = Place::new();
    let good = place.settings();
    // An unknown key is answered with the known ones: the list of the program itself.
    for section in
        ["server", "database", "esia", "mail", "secrets", "sign_in", "rollout", "linking", "region"]
    {
        let heading = format!("[{section}]");
        let spoiled = if good.contains(&heading) {
            good.replace(&heading, &format!("{heading}\nunheard_of = 1"))
        } else {
            format!("{good}\n{heading}\nunheard_of = 1\n")
        };
        let error = Settings::from_toml(&spoiled).expect_err("an unknown key").to_string();
        let (_, list) = error.split_once("expected").unwrap_or_else(|| panic!("{section}: {error}"));
        // Behind the list it says where it stands.
        let list = list.split(" for ").next().unwrap_or_default();
        let known: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
        assert!(!known.is_empty(), "{section}: {error}");
        let part = sample.split(&heading).nth(1).unwrap_or_else(|| panic!("no {heading} in the sample"));
        let part = part.split("\n[").next().unwrap_or_default();
        for key in known {
            let named = part.lines().any(|line| {
                let line = line.trim_start_matches(['#', ' ']);
                line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
            });
            assert!(named, "{section}.{key} is not in the sample");
        }
    }
}

/// Answers one connection with this status.
fn admin_that_answers(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("bound").to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        let mut head = [0; 1024];
        let read = stream.read(&mut head).expect("a request");
        assert!(head[..read].starts_with(b"GET /readyz"));
        stream.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").as_bytes()).expect("sent");
    });
    address
}

#[test]
fn a_health_check_tells_ready_from_not_ready_from_away() {
    let nobody = format!("127.0.0.1:{}", spare_port());
    for (admin, code) in
        [(admin_that_answers("200 OK"), 0), (admin_that_answers("503 Service Unavailable"), 3), (nobody, 1)]
    {
        let output = privyazka(&["healthcheck", "--admin", &admin]);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
    }
}

#[test]
fn completions_and_the_manual_are_printed() {
    for arguments in [&["completions", "bash"][..], &["man"], &["--version"], &["--help"]] {
        let output = privyazka(arguments);
        assert!(output.status.success() && !output.stdout.is_empty(), "{arguments:?}");
    }
}

#[cfg(feature = "stand")]
#[test]
fn t63_the_demo_refuses_addresses_that_others_can_reach() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path().display().to_string();
    for option in ["--listen", "--stand-listen"] {
        for address in ["0.0.0.0:8080", "192.0.2.1:8080", "[::]:8080"] {
            let output = privyazka(&["demo", "--dir", &folder, option, address]);
            assert_eq!(output.status.code(), Some(2), "{option} {address}: {}", said(&output));
            assert!(said(&output).contains("reachable from other machines"), "{}", said(&output));
        }
    }
}

/// A running demo; ended when dropped.
#[cfg(feature = "stand")]
struct Demo {
    child: std::process::Child,
    greeting: String,
}

#[cfg(feature = "stand")]
impl Demo {
    /// Starts it and waits until it has said how to stop it.
    fn start(folder: &std::path::Path) -> Self {
        use std::io::{BufRead as _, BufReader};
        use std::process::Stdio;

        let listen = format!("127.0.0.1:{}", spare_port());
        let stand = format!("127.0.0.1:{}", spare_port());
        let mut child = Command::new(env!("CARGO_BIN_EXE_privyazka"))
            .args(["demo", "--listen", &listen, "--stand-listen", &stand, "--dir"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut greeting = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("piped"));
        while !greeting.contains("Ctrl-C") {
            assert_ne!(lines.read_line(&mut greeting).expect("readable"), 0, "it ended: {greeting}");
        }
        Self { child, greeting }
    }

    /// SIGTERM, and the exit code.
    fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        self.child.wait().expect("waitable").code()
    }
}

#[cfg(feature = "stand")]
impl Drop for Demo {
    fn drop(&mut self) {
        // Gone already, if the test went well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(feature = "stand")]
#[test]
fn a_second_start_of_the_demo_keeps_its_data() {
    use privyazka::config::database::DatabaseSettings;
    use privyazka::directory::ProfileId;
    use privyazka::store::{Store, profiles};

    let folder = tempfile::tempdir().expect("a temporary folder");
    let uid_of_first = || {
        let url = format!("sqlite://{}", folder.path().join("privyazka.db").display());
        let store = Store::open(&DatabaseSettings::new(url)).expect("the demo's database");
        let found = block_on(store.read(|db| profiles::find(db, ProfileId(1)))).expect("readable");
        found.expect("a profile").uid
    };
    let demo = Demo::start(folder.path());
    for login in ["teacher", "parent", "authority", "demo-2026"] {
        assert!(demo.greeting.contains(login), "{}", demo.greeting);
    }
    assert_eq!(demo.stop(), Some(0));
    let (uid, key) = (uid_of_first(), std::fs::read(folder.path().join("master.key")).expect("a key"));
    assert_eq!(Demo::start(folder.path()).stop(), Some(0));
    assert_eq!(uid_of_first(), uid);
    assert_eq!(std::fs::read(folder.path().join("master.key")).expect("a key"), key);
}
