//! ESIA hangs or is down: nothing else goes with it, and it comes back by itself (T71).

use std::time::Duration;

use futures_util::future::join_all;
use privyazka::error_code::OutcomeCode;
use privyazka::stand::{AnswerFault, Fault};

use crate::harness::{Person, Setup, World};
use crate::support::database::{TestDatabase, on_each_database};

const ANNA: &str = "smirnova@stand.example";
const BANNER: &str = "Госуслуги сейчас не отвечают";
const DEAD: &str = "/outcome/107";

fn impatient() -> Setup {
    Setup::default().with(|settings| settings.esia.request_timeout = Duration::from_secs(1))
}

/// Trips one after another until ESIA counts as down; how many that took.
async fn put_down(world: &World) -> usize {
    let person = world.person();
    let availability = world.services.federation.esia().availability();
    for trips in 1..=5 {
        let landed = person.enter_as(ANNA).await;
        assert!(landed.leads_to().starts_with(DEAD), "{landed:?}");
        if !availability.is_up() {
            return trips;
        }
    }
    panic!("five trips without an answer, and ESIA counts as up");
}

/// A probe is sent every two seconds.
async fn found_again(world: &World) {
    let up = world.services.federation.esia().availability().up();
    tokio::time::timeout(Duration::from_secs(60), up).await.expect("nobody finds out that ESIA is back");
}

async fn says_esia_is_down(person: &Person) -> bool {
    person.open("/login").await.says(BANNER)
}

on_each_database!(
    t71_a_dead_esia_is_asked_no_more_and_found_again_by_itself,
    t71_two_hundred_callbacks_that_hang_leave_other_pages_alone,
);

async fn t71_a_dead_esia_is_asked_no_more_and_found_again_by_itself(database: &TestDatabase) {
    let world = impatient().start(database).await;
    let early = world.person();
    let departure = early.start_sign_in().await;
    // After the first outage ESIA is on trial: one more failure is enough.
    for (fault, trips) in
        [(Fault::TokenAnswer(AnswerFault::Hangs), 5), (Fault::PersonAnswer(AnswerFault::Unavailable), 1)]
    {
        world.stand().set_fault(Some(fault));
        assert_eq!(put_down(&world).await, trips);

        // The page says so, a trip is not begun, and the password goes on working.
        let anna = world.person();
        assert!(says_esia_is_down(&anna).await, "{fault:?}");
        let before = world.contents().await;
        let landed = anna.open("/login/esia").await;
        assert!(landed.leads_to().starts_with(DEAD), "{landed:?}");
        assert_eq!(before["authorization_requests"], world.contents().await["authorization_requests"]);
        anna.signed_in("teacher").await;
        assert!(anna.open("/settings/link").await.says(BANNER));

        world.stand().set_fault(None);
        found_again(&world).await;
        assert!(!says_esia_is_down(&world.person()).await, "{fault:?}");
    }
    // Who left before the outage and comes back during it is told at once, with the code unspent.
    world.stand().set_fault(Some(Fault::TokenAnswer(AnswerFault::Unavailable)));
    put_down(&world).await;
    let requests = world.stand().token_requests();
    let answer = early.finish_at_stand(early.browser.follow(&departure).await, ANNA).await;
    let landed = early.browser.follow(&answer).await;
    assert!(landed.leads_to().starts_with(DEAD), "{landed:?}");
    let probes = world.stand().token_requests() - requests;
    assert!(probes <= 1, "a probe may have been sent, the code was not: {probes}");

    world.stand().set_fault(None);
    found_again(&world).await;
    world.person().link_whole("teacher", ANNA).await;
    world.end().await;
}

async fn t71_two_hundred_callbacks_that_hang_leave_other_pages_alone(database: &TestDatabase) {
    let world = Setup::default()
        .with(|settings| {
            settings.esia.request_timeout = Duration::from_secs(20);
            settings.sign_in.trips_per_address = 1000;
        })
        .start(database)
        .await;
    world.stand_serves(ANNA);
    let people: Vec<_> = (0..200).map(|_| world.person()).collect();
    let mut answers = Vec::new();
    for person in &people {
        answers.push(person.browser.follow(&person.start_sign_in().await).await);
    }
    world.stand().set_fault(Some(Fault::TokenAnswer(AnswerFault::Hangs)));
    let hanging = join_all(people.iter().zip(&answers).map(|(one, answer)| one.browser.follow(answer)));
    let reading = async {
        let visitor = world.person();
        while world.stand().token_requests() < 200 {
            assert_eq!(visitor.open("/login").await.status, 200);
            assert!(world.services.federation.esia().availability().is_up(), "none has failed yet");
        }
        // All of them wait for ESIA now; the pages and the password need it not.
        visitor.signed_in("teacher").await;
        for _ in 0..50 {
            assert_eq!(visitor.open("/settings").await.status, 200);
        }
    };
    let (landed, ()) = tokio::join!(hanging, reading);
    let outcome = format!("/outcome/{}", OutcomeCode::Unavailable.number());
    assert!(landed.iter().all(|page| page.leads_to().starts_with(&outcome)));
    assert_eq!(world.events("attempt:esia:refused").await, 200);
    world.end().await;
}
