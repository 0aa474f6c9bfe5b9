//! The database goes away under the running service: a page within 5 seconds, and it works again by itself
//! (T74).

use std::time::{Duration, Instant};

use privyazka::platform::secret::Token;
use privyazka::store::{Store, known_browsers};

use crate::harness::{Person, World};
use crate::support::database::{TestDatabase, block_on};

/// The longest that a page may take to say that it cannot be shown, and that it takes to be shown again.
const PAGE: Duration = Duration::from_secs(5);

/// Sends the filled-in sign-in form; status, and whether it is a whole page.
async fn sign_in(person: &Person) -> u16 {
    let begun = Instant::now();
    let answer = person.sign_in("teacher").await;
    assert!(begun.elapsed() < PAGE, "the page took {:?}", begun.elapsed());
    answer.status
}

/// What `/readyz` says.
#[cfg(feature = "test-postgres")]
async fn is_ready(world: &World) -> bool {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(world.admin).await.expect("it listens");
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", world.admin);
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer.starts_with("HTTP/1.1 200")
}

#[cfg(feature = "test-postgres")]
async fn becomes(world: &World, ready: bool, within: Duration) {
    let begun = Instant::now();
    while is_ready(world).await != ready {
        assert!(begun.elapsed() < within, "ready is not {ready} after {within:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn t74_a_file_locked_by_another_program_is_a_page_within_five_seconds_and_passes() {
    let database = TestDatabase::sqlite();
    block_on(async {
        let world = World::start(&database).await;
        let people: Vec<_> = (0..6).map(|_| world.person()).collect();
        let mut forms = Vec::new();
        for person in &people {
            forms.push(person.sign_in_form("teacher").await);
        }
        let somebody = Store::open_unmigrated(&database.settings()).expect("opens");
        let (locked, is_locked) = std::sync::mpsc::channel();
        let (go, may_go) = std::sync::mpsc::channel::<()>();
        let profile = world.profile("teacher").await;
        let holder = tokio::spawn(async move {
            let held = somebody.write(move |db| {
                let now = privyazka::platform::clock::Clock::system().now();
                known_browsers::remember(db, profile, &Token::generate().digest(), now)?;
                locked.send(()).expect("the test waits");
                may_go.recv().expect("the test lets it go");
                Ok(())
            });
            held.await
        });
        tokio::task::spawn_blocking(move || is_locked.recv()).await.unwrap().unwrap();

        let begun = Instant::now();
        let all = people.iter().zip(&forms).map(async |(person, (page, form))| {
            let answer = person.browser.send(person.browser.post(page, form)).await;
            (answer.status, answer.html.contains("<h1"), begun.elapsed())
        });
        for (status, is_page, took) in futures_util::future::join_all(all).await {
            assert_eq!((status, is_page), (503, true));
            assert!(took < PAGE, "the page took {took:?}");
        }
        assert_eq!(people[0].open("/login").await.status, 200, "reading goes on");
        go.send(()).unwrap();
        holder.await.unwrap().expect("it had the lock");
        assert_eq!(sign_in(&people[0]).await, 303, "it has passed");
        drop(people);
        world.end().await;
    });
}

#[cfg(feature = "test-postgres")]
#[test]
fn t74_a_stopped_postgresql_is_a_page_within_five_seconds_and_passes() {
    let cluster = crate::support::postgres::Cluster::of_one_test();
    let database = TestDatabase::at(cluster.migrated_url());
    block_on(async {
        let world = World::start(&database).await;
        let person = world.person();
        let (page, form) = person.sign_in_form("teacher").await;
        person.signed_in("teacher").await;
        assert!(is_ready(&world).await);
        // The second time somebody takes the calls and says nothing, as a broken network does.
        for silent in [false, true] {
            cluster.stop();
            let port = url::Url::parse(&cluster.migrated_url()).unwrap().port().unwrap();
            let listener = silent.then(|| std::net::TcpListener::bind(("127.0.0.1", port)).unwrap());
            becomes(&world, false, Duration::from_secs(3) + Duration::from_secs(1)).await;
            let begun = Instant::now();
            let people = (0..6).map(|_| async {
                let read = person.open("/settings").await;
                (read.status, read.html.contains("<h1"), begun.elapsed())
            });
            for (status, is_page, took) in futures_util::future::join_all(people).await {
                assert_eq!((status, is_page), (503, true));
                assert!(took < PAGE, "the page took {took:?}");
            }
            let stranger = world.person();
            let written = stranger.browser.send(stranger.browser.post(&page, &form)).await;
            assert!(matches!(written.status, 403 | 503), "{written:?}");
            drop(listener);
            cluster.start_again();
            let begun = Instant::now();
            while person.open("/settings").await.status != 200 {
                assert!(begun.elapsed() < PAGE, "not working {:?} after the start", begun.elapsed());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            becomes(&world, true, PAGE).await;
        }
        drop(person);
        world.end().await;
    });
}
