//! A change of the master key, killed at random steps while people link: nothing becomes unreadable, both
//! keys are needed until it is done, and the next call goes on from there (T57).

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use privyazka::directory::{NewProfile, snils_vault};
use privyazka::each;
use privyazka::identity::Snils;
use privyazka::key_rotation::{KeyRotation, Tally};
use privyazka::linking::link_account::LinkResult;
use privyazka::platform::clock::Clock;
use privyazka::platform::random;
use privyazka::platform::secret::{Keys, MasterKey};
use privyazka::store::schema::profiles;
use privyazka::store::sealed_values::SealedColumn;
use privyazka::store::{Store, key_checks};

use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::{World, insert_school, known, person};
use crate::{child, program};

on_each_database![t57_a_rotation_killed_at_random_steps_loses_nothing];

/// Profiles besides those that link; at three rows a step a rotation takes half a second and more.
const PEOPLE: u32 = 150;
/// SNILS numbers of the people who link.
const LINKERS: u32 = 500_000;

/// Settings of the program and its two keys, and the same keys for the test.
struct Change {
    folder: tempfile::TempDir,
    url: String,
    /// Number of the key before; the one after it is the new one.
    from: u32,
}

impl Change {
    fn key(&self, number: u32) -> PathBuf {
        let file = self.folder.path().join(format!("{number}.key"));
        if !file.exists() {
            MasterKey::generate().write_new(&file).unwrap();
        }
        file
    }

    fn old_keys(&self) -> Keys {
        Keys::read(&self.key(self.from), None).unwrap()
    }

    fn new_keys(&self) -> Keys {
        Keys::read(&self.key(self.from + 1), None).unwrap()
    }

    fn both_keys(&self) -> Keys {
        Keys::read(&self.key(self.from + 1), Some(&self.key(self.from))).unwrap()
    }

    /// `privyazka keys rotate` in small steps.
    fn command(&self) -> Command {
        let (new, old) = (self.key(self.from + 1), self.key(self.from));
        let secrets = format!("key_file = \"{}\"\nprevious_key_file = \"{}\"", new.display(), old.display());
        let arguments = ["keys", "rotate", "--batch", "3"];
        let mut command = program::command(self.folder.path(), &self.url, &secrets, &arguments);
        command.stderr(Stdio::piped());
        command
    }

    /// Runs the command and kills it somewhere; whether it had ended before.
    fn run_and_kill(&self) -> bool {
        let mut child = self.command().spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        // Its first line tells of its first step.
        let first = lines.next().expect("it says something").expect("readable");
        assert!(first.contains("sealed anew"), "{first}");
        let millis = u64::from(u16::from_le_bytes(random::bytes())) % 700;
        std::thread::sleep(Duration::from_millis(millis));
        let ended = child.try_wait().expect("waitable");
        child.kill().expect("ours");
        child.wait().expect("it is gone");
        if let Some(status) = ended {
            assert!(status.success(), "{status}: {:?}", lines.collect::<Vec<_>>());
        }
        ended.is_some()
    }
}

/// Fills the database as a service with the first key does.
async fn fill(world: &World) {
    let people: Vec<NewProfile> =
        (0..PEOPLE).map(|number| world.new_teacher(&format!("p{number}"), known(number + 1))).collect();
    world.write(move |db| privyazka::store::profiles::insert_batch(db, &people)).await;
    let keys = Arc::clone(&world.keys);
    world.write(move |db| key_checks::register(db, &keys)).await;
}

/// Somebody links under these keys.
async fn link(world: &World, number: u32) {
    let profile = world.profile(&format!("linker{number}"), known(LINKERS + number)).await;
    let session = world.session(profile).await;
    let trip = world.trip(&session, &person(LINKERS + number)).await;
    let linked = world.confirm(&session, &trip).await;
    assert!(matches!(linked, LinkResult::Linked { .. }), "{linked:?}");
}

async fn tally(store: &Store, keys: Keys, column: SealedColumn) -> Tally {
    KeyRotation::new(store.clone(), Arc::new(keys), 500).count(column).await.unwrap()
}

/// Every profile's number, opened with these keys.
async fn assert_numbers(store: &Store, keys: Keys) {
    let ids = store.read(|db| Ok(each!(db, |c| profiles::table.select(profiles::id).load::<i64>(c))?));
    let ids: Vec<_> = ids.await.unwrap().into_iter().map(privyazka::directory::ProfileId).collect();
    let all = store.read(move |db| privyazka::store::profiles::list(db, &ids)).await.unwrap();
    assert!(all.len() >= PEOPLE as usize);
    for profile in all {
        let opened = snils_vault::open_snils(&keys, &profile.uid, profile.snils.as_ref().unwrap());
        let number = match profile.login.strip_prefix('p') {
            Some(number) => number.parse::<u32>().unwrap() + 1,
            None => LINKERS + profile.login.trim_start_matches("linker").parse::<u32>().unwrap(),
        };
        assert_eq!(opened.unwrap(), Snils::with_control_sum(number), "{}", profile.login);
    }
}

async fn t57_a_rotation_killed_at_random_steps_loses_nothing(database: &TestDatabase) {
    let store = database.open();
    let school = insert_school(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let mut change = Change { folder, url: database.url(), from: 0 };
    let clock = Clock::manual(Clock::system().now());
    let world = |keys| World::with_keys(store.clone(), clock.clone(), school, keys);
    let first = world(change.old_keys());
    fill(&first).await;
    let early = first.profile("linker0", known(LINKERS)).await;
    let early = first.session(early).await;
    let early_trip = first.trip(&early, &person(LINKERS)).await;

    let mut midway = 0;
    for round in 1..=u32::try_from(rounds(20, 100)).unwrap() {
        if change.run_and_kill() {
            assert_numbers(&store, change.new_keys()).await;
            change.from += 1;
            continue;
        }
        let look = async |keys: Keys| store.read(move |db| key_checks::look(db, &keys)).await.unwrap();
        let standing = look(change.both_keys()).await;
        assert!(standing.current && !standing.foreign, "{standing:?}");
        // The kill may have come between the last step and the end of the process.
        if standing.previous {
            assert!(
                look(change.old_keys()).await.foreign && look(change.new_keys()).await.foreign,
                "both are needed"
            );
        }
        let found = tally(&store, change.both_keys(), SealedColumn::Snils).await;
        assert_eq!(found.unreadable, 0);
        midway += u32::from(found.current > 0 && found.previous > 0);
        assert_numbers(&store, change.both_keys()).await;
        link(&world(change.both_keys()), round).await;
    }
    assert!(midway > 2, "only {midway} kills hit a rotation midway");

    let done = change.command().output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_numbers(&store, change.new_keys()).await;
    for column in SealedColumn::ALL {
        let found = tally(&store, change.new_keys(), column).await;
        assert_eq!((found.previous, found.unreadable), (0, 0), "{}", column.name());
    }
    // The trip was verified under the first key of all; the letters were written under many.
    let last = world(change.new_keys());
    let linked = last.confirm(&early, &early_trip).await;
    assert!(matches!(linked, LinkResult::Linked { .. }), "{linked:?}");
    let letters = tempfile::tempdir().unwrap();
    let sent = child::dispatcher(&last, letters.path().to_owned(), clock).dispatch_due().await.unwrap();
    assert_eq!((sent.postponed, sent.dead), (0, 0), "{sent:?}");
    assert!(sent.sent > 0);
}
