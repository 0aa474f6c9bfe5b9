//! SIGKILL at a random moment under load: every acknowledged deed is there, none is half done, the letters
//! go out afterwards, and the start needs no help (T73).

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use privyazka::audit::Sealer;
use privyazka::audit::verify::{Expectation, verify};
use privyazka::each;
use privyazka::linking::link_account::LinkResult;
use privyazka::platform::clock::Clock;
use privyazka::platform::random;
use privyazka::store::schema::outbox_entries;
use privyazka::store::{Db, StoreError};

use crate::child::{self, world_over};
use crate::demo::start_limit;
use crate::remains::{halves, links_by_profile};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::{World, insert_school, known, person};

on_each_database![t73_a_kill_loses_nothing_acknowledged_and_leaves_nothing_half];

/// Patience for the first link of a child on a busy machine.
const FIRST_LINK: Duration = Duration::from_secs(60);

/// What the child had said of a profile when it died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Linked,
    /// The unlink had begun; whether it took place is open.
    Leaving,
    Left,
}

/// Lets a child run, kills it a moment after its first link, and gives what it had said.
fn run_and_kill(database: &TestDatabase, letters: &std::path::Path, said: &mut BTreeMap<i64, Said>) {
    let mut child = child::start(&database.url(), letters);
    let out = child.stdout.take().expect("piped");
    let (sender, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut line = String::new();
        while out.read_line(&mut line).is_ok_and(|length| length > 0) {
            // A line that the kill has cut off says nothing.
            if let Some(whole) = line.strip_suffix('\n') {
                let _ = sender.send(whole.to_owned());
            }
            line.clear();
        }
    });
    let mut note = |line: &str| {
        let Some((verb, profile)) = line.split_once(' ') else { return false };
        let word = match verb {
            "linked" => Said::Linked,
            "leaving" => Said::Leaving,
            "left" => Said::Left,
            _ => return false,
        };
        said.insert(profile.parse().expect("a number"), word);
        true
    };
    let deadline = Instant::now() + FIRST_LINK;
    loop {
        let line = lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        if note(&line.expect("the child links somebody")) {
            break;
        }
    }
    std::thread::sleep(Duration::from_millis(u64::from(random::bytes::<1>()[0])));
    child.kill().expect("it runs");
    child.wait().expect("it is gone");
    reader.join().expect("no panic");
    while let Ok(line) = lines.try_recv() {
        note(&line);
    }
}

fn count_letters(db: &mut Db) -> Result<i64, StoreError> {
    let linked = outbox_entries::table.filter(outbox_entries::kind.eq("linked"));
    Ok(each!(db, |c| linked.count().get_result(c))?)
}

async fn assert_whole(world: &World, said: &BTreeMap<i64, Said>) {
    let found = world.read(halves).await;
    assert!(found.is_empty(), "{found:?}");
    let links = world.read(links_by_profile).await;
    let letters = world.read(count_letters).await;
    assert_eq!(letters, i64::try_from(links.len()).unwrap(), "one letter for each link");
    for (profile, word) in said {
        let link = links.get(profile).map(String::as_str);
        let fits = match word {
            Said::Linked => link == Some("active"),
            Said::Leaving => matches!(link, Some("active" | "removed")),
            Said::Left => link == Some("removed"),
        };
        assert!(fits, "profile {profile} was told «{word:?}», and its link is {link:?}");
    }
}

/// A sealer that was killed in the middle has done nothing, and the next one goes on (T55). What the killed
/// process held on PostgreSQL, its turn among it, is given back a moment later.
async fn assert_audit_is_sealed(world: &World) {
    let sealer = Sealer::new(world.store.clone(), Clock::system());
    let begun = Instant::now();
    loop {
        sealer.seal_waiting().await.unwrap();
        let report = verify(&world.store, &Expectation::default()).await.unwrap();
        assert_eq!(report.breach, None);
        if report.unsealed == 0 && report.walked > 0 {
            return;
        }
        assert!(begun.elapsed() < FIRST_LINK, "the turn is never given back: {report:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn t73_a_kill_loses_nothing_acknowledged_and_leaves_nothing_half(database: &TestDatabase) {
    insert_school(&database.open()).await;
    let letters = tempfile::tempdir().unwrap();
    let mut said = BTreeMap::new();
    for round in 0..rounds(4, 100) {
        run_and_kill(database, letters.path(), &mut said);
        let begun = Instant::now();
        let world = world_over(database.open(), Clock::system()).await;
        let number = 910_000_000 + u32::try_from(round).unwrap();
        let profile = world.profile(&format!("after{round}"), known(number)).await;
        let session = world.session(profile).await;
        let trip = world.trip(&session, &person(number)).await;
        assert!(matches!(world.confirm(&session, &trip).await, LinkResult::Linked { .. }));
        assert!(begun.elapsed() < start_limit(), "it took {:?} to go on", begun.elapsed());
        assert_whole(&world, &said).await;
        assert_audit_is_sealed(&world).await;
    }
    assert_no_letter_is_lost(database, letters.path()).await;
}

/// What the killed workers held is sent when their leases have run out; what counts as sent was written.
async fn assert_no_letter_is_lost(database: &TestDatabase, letters: &std::path::Path) {
    let later = Clock::manual(Clock::system().now() + chrono::Duration::hours(2));
    let world = world_over(database.open(), later.clone()).await;
    child::dispatcher(&world, letters.to_owned(), later).dispatch_due().await.unwrap();
    let all: Vec<(String, String)> = world
        .read(|db| {
            let all = outbox_entries::table.select((outbox_entries::uid, outbox_entries::status));
            Ok(each!(db, |c| all.load(c))?)
        })
        .await;
    let written: Vec<String> = std::fs::read_dir(letters)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut sent = 0;
    for (uid, status) in &all {
        assert!(matches!(status.as_str(), "sent" | "cancelled"), "letter {uid} is {status}");
        if status == "sent" {
            sent += 1;
            assert!(written.iter().any(|name| name.contains(uid.as_str())), "letter {uid} was not written");
        }
    }
    assert!(sent > 0, "{all:?}");
}
