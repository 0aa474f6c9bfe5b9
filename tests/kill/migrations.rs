//! An upgrade of a filled database, killed at any moment: it has happened or it has not, nothing of the rows
//! is lost, and the next start goes on from there (T79).

use std::process::Command;
use std::time::{Duration, Instant};

use privyazka::platform::secret::{Keys, MasterKey};
use privyazka::store::key_checks::{self, Standing};
use privyazka::store::{Store, migrate, organisations};

use crate::program;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::insert_school;

on_each_database![t79_a_killed_upgrade_has_happened_or_not];

/// `privyazka migrate up` over one database.
struct Upgrade {
    folder: tempfile::TempDir,
    url: String,
}

impl Upgrade {
    fn command(&self) -> Command {
        program::command(self.folder.path(), &self.url, "key_file = \"master.key\"", &["migrate", "up"])
    }

    /// How long it takes when nobody kills it.
    fn run(&self) -> Duration {
        let before = Instant::now();
        let status = self.command().status().expect("the program starts");
        assert!(status.success(), "{status}");
        before.elapsed()
    }

    fn run_and_kill_after(&self, time: Duration) {
        let mut child = self.command().spawn().expect("the program starts");
        std::thread::sleep(time);
        child.kill().expect("ours");
        child.wait().expect("it is gone");
    }
}

/// The rows are those of the first day, whatever the schema.
async fn assert_kept(store: &Store, keys: &MasterKey) {
    let schools = store.read(organisations::list_organisations).await.expect("readable");
    assert_eq!(schools.len(), 1);
    let keys: Keys = keys.derive();
    let standing = store.read(move |db| key_checks::look(db, &keys)).await.expect("readable");
    assert_eq!(standing, Standing { current: true, ..Standing::default() });
}

async fn t79_a_killed_upgrade_has_happened_or_not(database: &TestDatabase) {
    let store = database.open();
    insert_school(&store).await;
    let keys = MasterKey::from_bytes([9; 32]);
    let registered = keys.derive();
    store.write(move |db| key_checks::register(db, &registered)).await.expect("registered");
    store.write(migrate::revert_last).await.expect("the schema before");
    drop(store);
    let upgrade = Upgrade { folder: tempfile::tempdir().unwrap(), url: database.url() };
    let whole = upgrade.run();

    let rounds = u32::try_from(rounds(20, 200)).unwrap();
    let mut happened = 0;
    for round in 1..=rounds {
        let store = Store::open_unmigrated(&database.settings()).expect("opens");
        if !store.read(migrate::has_pending).await.expect("readable") {
            happened += 1;
            store.write(migrate::revert_last).await.expect("the schema before");
        }
        assert_kept(&store, &keys).await;
        drop(store);
        // From before its first statement to after its last.
        upgrade.run_and_kill_after(whole * round * 6 / (rounds * 5));
    }
    assert!(happened > 0, "it was never left in peace for long enough");
    let store = database.open();
    assert!(!store.read(migrate::has_pending).await.expect("readable"));
    assert_kept(&store, &keys).await;
}
