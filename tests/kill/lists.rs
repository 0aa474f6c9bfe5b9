//! SIGKILL while a list of links to be removed is carried out: the next start goes on where it was, no line is
//! done twice, none is left out, nothing is half (T28, T73).

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use privyazka::audit::RequestMeta;
use privyazka::config::database::DatabaseSettings;
use privyazka::helpdesk::links::bulk::carry_out::ListWorker;
use privyazka::helpdesk::links::bulk::list::ListState;
use privyazka::helpdesk::links::bulk::read_list::read_list;
use privyazka::helpdesk::links::bulk::take_list::NewList;
use privyazka::helpdesk::links::unlink_request::UnlinkReason;
use privyazka::platform::clock::Clock;
use privyazka::platform::random;
use privyazka::store::Store;

use crate::child::world_over;
use crate::desk::{Linked, basis};
use crate::support::database::{TestDatabase, block_on, on_each_database};
use crate::support::scale::rounds;
use crate::world::{World, insert_school};

on_each_database![t73_a_list_goes_on_after_a_kill_and_does_no_line_twice];

/// Tells the child its database.
const DATABASE: &str = "PRIVYAZKA_KILLED_LIST";
/// A child that nobody kills ends by itself.
const LIFE: Duration = Duration::from_secs(60);
const PEOPLE: u32 = 60;

/// The process that is killed: a node that does nothing but carry lists out.
#[test]
fn carries_lists_out_until_it_is_killed() {
    let Some(url) = std::env::var_os(DATABASE) else {
        // Nobody kills it: with no list it has nothing to do.
        let database = TestDatabase::sqlite();
        return block_on(async {
            let store = database.open();
            insert_school(&store).await;
            let world = world_over(store, Clock::system()).await;
            assert_eq!(ListWorker::new(world.desk()).round().await.expect("the database works"), 0);
        });
    };
    let settings = DatabaseSettings::new(url.into_string().expect("UTF-8"));
    let store = Store::open(&settings).expect("the database opens");
    block_on(async {
        let world = world_over(store, Clock::system()).await;
        let mut out = std::io::stdout();
        // What libtest has written stands on a line without an end.
        out.write_all(b"\nbegin\n").and_then(|()| out.flush()).expect("somebody listens");
        let (worker, begun) = (ListWorker::new(world.desk()), std::time::Instant::now());
        while begun.elapsed() < LIFE {
            worker.round().await.expect("the database works");
        }
    });
}

/// Lets a child begin, and kills it a moment later.
fn run_and_kill(database: &TestDatabase) {
    let mut child = Command::new(std::env::current_exe().expect("this binary"))
        .args(["lists::carries_lists_out_until_it_is_killed", "--exact", "--nocapture"])
        .env(DATABASE, database.url())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this binary can be started");
    let out = BufReader::new(child.stdout.take().expect("piped"));
    let begun = out.lines().any(|line| line.is_ok_and(|line| line == "begin"));
    assert!(begun, "the child begins");
    std::thread::sleep(Duration::from_millis(u64::from(random::bytes::<1>()[0] / 4)));
    child.kill().expect("it runs");
    child.wait().expect("it is gone");
}

/// People with a link each, and a list of them that a second operator has agreed to.
async fn approved_list(world: &World) -> (Vec<Linked>, String) {
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let mut people = Vec::new();
    let mut file = String::from("uid\n");
    for number in 1..=PEOPLE {
        people.push(world.linked(&format!("pupil{number}"), number).await);
        file.push_str(&format!("uid-pupil{number}\n"));
    }
    let (desk, meta) = (world.desk(), RequestMeta::default);
    let lines = read_list(file.as_bytes()).expect("a list");
    let new = NewList { reason: UnlinkReason::Left, basis: basis(), lines };
    let number = desk.take_list(first, new, meta()).await.unwrap().unwrap();
    desk.ask_for_list(first, number.clone(), meta()).await.unwrap().unwrap();
    let request = desk.approvals(second).await.unwrap().unwrap()[0].approval.id;
    desk.approve(second, request, meta()).await.unwrap().unwrap();
    (people, number)
}

async fn t73_a_list_goes_on_after_a_kill_and_does_no_line_twice(database: &TestDatabase) {
    let store = database.open();
    insert_school(&store).await;
    let world = world_over(store, Clock::system()).await;
    let (people, number) = approved_list(&world).await;
    for _ in 0..rounds(3, 20) {
        run_and_kill(database);
    }
    let worker = ListWorker::new(world.desk());
    while worker.round().await.expect("needs no help") > 0 {}
    for linked in &people {
        assert!(world.held(linked.profile).await.is_none());
        assert_eq!(world.living_sessions(linked.profile).await, 0);
        assert_eq!(world.events(linked.profile, "link:account:removed_by_operator").await, 1);
        assert_eq!(world.letters(linked.profile, "unlinked_op").await.len(), 1);
    }
    let third = world.senior("third").await;
    let seen = world.desk().look_at_list(third, number, RequestMeta::default()).await.unwrap().unwrap();
    let whole = u64::from(PEOPLE);
    assert_eq!((seen.state, seen.list.settled, seen.list.unlinked), (ListState::Done, whole, whole));
    assert_eq!(world.events_by_kind("bulk:list:ended").await, 1);
}
