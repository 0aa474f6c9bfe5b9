//! Guessing a password (T67).

use chrono::TimeDelta;
use privyazka::sign_in::SignInOutcome;

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{PASSWORD, World};

on_each_database![
    t67_of_ten_thousand_guesses_fewer_than_a_hundred_are_tried_and_the_owner_gets_in,
    t67_guesses_at_the_same_moment_count_each,
    t67_a_login_that_does_not_exist_is_delayed_as_one_that_does,
    t67_a_known_browser_is_delayed_by_its_own_failures_only,
    a_right_password_begins_the_count_anew,
];

async fn t67_of_ten_thousand_guesses_fewer_than_a_hundred_are_tried_and_the_owner_gets_in(
    database: &TestDatabase,
) {
    let world = World::new(database).await;
    world.enter("teacher", "home").await;
    let before = world.pool.computed();
    // One guess a second for nearly three hours, each from a browser never seen.
    for guess in 0..10_000 {
        let outcome = world.try_in("teacher", "догадка", &format!("stranger {guess}")).await;
        assert!(
            matches!(outcome, SignInOutcome::WrongCredentials | SignInOutcome::Delayed { minutes: 1..=15 }),
            "{outcome:?}"
        );
        world.pass(TimeDelta::seconds(1));
    }
    let tried = world.pool.computed() - before;
    assert!((5..100).contains(&tried), "{tried} tried");
    // Strangers wait, even with the right password; the owner at home does not.
    let stranger = world.try_in("teacher", PASSWORD, "stranger").await;
    assert!(matches!(stranger, SignInOutcome::Delayed { .. }), "{stranger:?}");
    world.enter("teacher", "home").await;
    let refused =
        world.audit().await.into_iter().filter(|(kind, _)| kind == "session:sign_in:refused").count();
    assert_eq!(refused as u64, tried, "only guesses that were tried leave an event");
}

async fn t67_guesses_at_the_same_moment_count_each(database: &TestDatabase) {
    let world = World::new(database).await;
    let guesses = (0..40).map(|_| world.try_in("teacher", "догадка", "stranger"));
    let outcomes = futures_util::future::join_all(guesses).await;
    let tried = outcomes.iter().filter(|one| matches!(one, SignInOutcome::WrongCredentials)).count();
    assert_eq!(tried, 5);
    let delayed = outcomes.iter().filter(|one| matches!(one, SignInOutcome::Delayed { .. })).count();
    assert_eq!(delayed, 35);
    assert_eq!(world.pool.computed(), 5);
}

async fn t67_a_login_that_does_not_exist_is_delayed_as_one_that_does(database: &TestDatabase) {
    let world = World::new(database).await;
    let mut roads = Vec::new();
    for login in ["teacher", "nobody"] {
        let mut road = Vec::new();
        for _ in 0..12 {
            road.push(match world.try_in(login, "догадка", "stranger").await {
                SignInOutcome::WrongCredentials => 0,
                SignInOutcome::Delayed { minutes } => minutes,
                other => panic!("{other:?}"),
            });
            world.pass(TimeDelta::seconds(30));
        }
        roads.push(road);
    }
    assert_eq!(roads[0], roads[1]);
    assert_eq!(roads[0], [0, 0, 0, 0, 0, 1, 0, 2, 1, 1, 0, 4]);
}

async fn t67_a_known_browser_is_delayed_by_its_own_failures_only(database: &TestDatabase) {
    let world = World::new(database).await;
    world.enter("teacher", "home").await;
    for _ in 0..5 {
        world.try_in("teacher", "догадка", "home").await;
    }
    assert!(matches!(world.try_in("teacher", PASSWORD, "home").await, SignInOutcome::Delayed { minutes: 1 }));
    world.enter("teacher", "another").await;
    world.pass(TimeDelta::seconds(60));
    world.enter("teacher", "home").await;
}

async fn a_right_password_begins_the_count_anew(database: &TestDatabase) {
    let world = World::new(database).await;
    for _ in 0..3 {
        for _ in 0..4 {
            let outcome = world.try_in("teacher", "опечатка", "home").await;
            assert!(matches!(outcome, SignInOutcome::WrongCredentials), "{outcome:?}");
        }
        world.enter("teacher", "home").await;
    }
    for _ in 0..4 {
        world.try_in("parent", "опечатка", "home").await;
    }
    // A day later the four are forgotten: four more are free.
    world.pass(TimeDelta::hours(25));
    for _ in 0..4 {
        let outcome = world.try_in("parent", "опечатка", "home").await;
        assert!(matches!(outcome, SignInOutcome::WrongCredentials), "{outcome:?}");
    }
}
