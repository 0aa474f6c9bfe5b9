//! The process that is killed: people who link and unlink as fast as they can, and a dispatcher for their
//! letters. This test binary starts itself again to be it.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use privyazka::audit::{RequestMeta, Sealer};
use privyazka::config::database::DatabaseSettings;
use privyazka::linking::link_account::LinkResult;
use privyazka::linking::unlink_account::UnlinkResult;
use privyazka::mail::{Dispatcher, Transport};
use privyazka::platform::clock::Clock;
use privyazka::platform::random;
use privyazka::store::{Store, organisations};

use crate::support::database::{TestDatabase, block_on};
use crate::world::{World, insert_school, known, person};

/// Tells the child its database and its folder of letters.
const DATABASE: &str = "PRIVYAZKA_KILLED_DATABASE";
const LETTERS: &str = "PRIVYAZKA_KILLED_LETTERS";
/// A child that nobody kills ends by itself.
const LIFE: Duration = Duration::from_secs(60);
const PEOPLE: usize = 4;

/// Starts the child over a database that has a school.
pub fn start(url: &str, letters: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args(["child::links_and_unlinks_until_it_is_killed", "--exact", "--nocapture"])
        .env(DATABASE, url)
        .env(LETTERS, letters)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this binary can be started")
}

/// The services over a database that has its school already.
pub async fn world_over(store: Store, clock: Clock) -> World {
    let schools = store.read(organisations::list_organisations).await.expect("readable");
    World::over(store, clock, schools[0].id)
}

/// One line to whoever started this process, at once; never through the test's own capture.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()).expect("somebody listens");
}

/// Links a new profile, and sometimes unlinks it; tells before and after. Whether it unlinked.
async fn live(world: &World, say: impl Fn(&str)) -> bool {
    let number = u32::from_le_bytes(random::bytes()) % 900_000_000 + 1;
    let profile = world.profile(&random::uuid().to_string(), known(number)).await;
    let session = world.session(profile).await;
    let trip = world.trip(&session, &person(number)).await;
    let LinkResult::Linked { .. } = world.confirm(&session, &trip).await else {
        return false;
    };
    say(&format!("linked {}", profile.0));
    let [coin] = random::bytes::<1>();
    if coin < 80 {
        say(&format!("leaving {}", profile.0));
        let left = world.linking.unlink_own(profile, None, RequestMeta::default()).await;
        assert!(matches!(left.expect("the database works"), UnlinkResult::Unlinked { .. }));
        say(&format!("left {}", profile.0));
        return true;
    }
    false
}

fn run(url: OsString, letters: PathBuf) {
    // What libtest has written stands on a line without an end.
    say("\nbegin");
    let settings = DatabaseSettings::new(url.into_string().expect("UTF-8"));
    let store = Store::open(&settings).expect("the database opens");
    let world = block_on(world_over(store, Clock::system()));
    let dispatcher = dispatcher(&world, letters, world.clock.clone());
    std::thread::scope(|scope| {
        scope.spawn(|| block_on(dispatcher.run(tokio::time::sleep(LIFE))));
        scope.spawn(|| block_on(seal(&world)));
        for _ in 0..PEOPLE {
            scope.spawn(|| {
                let begun = std::time::Instant::now();
                while begun.elapsed() < LIFE {
                    block_on(live(&world, say));
                }
            });
        }
    });
}

/// Chains the audit without a pause, so that a kill comes in the middle of it.
async fn seal(world: &World) {
    let sealer = Sealer::new(world.store.clone(), world.clock.clone());
    let begun = std::time::Instant::now();
    while begun.elapsed() < LIFE {
        sealer.seal_waiting().await.expect("the database works");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Sends the letters of this world into a folder.
pub fn dispatcher(world: &World, letters: PathBuf, clock: Clock) -> Dispatcher {
    let transport = Transport::Directory(letters);
    Dispatcher::new(world.store.clone(), Arc::clone(&world.keys), transport, clock, &world.outbox)
}

#[test]
fn links_and_unlinks_until_it_is_killed() {
    if let (Some(url), Some(letters)) = (std::env::var_os(DATABASE), std::env::var_os(LETTERS)) {
        return run(url, letters.into());
    }
    // Nobody kills it: what it does is seen here once without its threads.
    let database = TestDatabase::sqlite();
    block_on(async {
        let store = database.open();
        insert_school(&store).await;
        let world = world_over(store, Clock::system()).await;
        let said = std::cell::RefCell::new(Vec::new());
        let left = live(&world, |line| said.borrow_mut().push(line.to_owned())).await;
        assert_eq!(said.borrow().len(), if left { 3 } else { 1 }, "{said:?}");
        assert!(said.borrow()[0].starts_with("linked "), "{said:?}");
    });
}
