//! A new password through a letter.

use chrono::TimeDelta;
use privyazka::audit::RequestMeta;
use privyazka::directory::ProfileStatus;
use privyazka::platform::secret::Token;
use privyazka::sign_in::{Asked, Password, PasswordProblem, Recovered, SignInOutcome};

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{PASSWORD, World, address, browser};

const NEW: &str = "Весенний луг 8";

on_each_database![
    a_letter_leads_to_a_new_password_once,
    t33_a_new_password_ends_every_session_of_the_profile,
    asking_is_answered_alike_whoever_is_asked_for,
    three_letters_an_hour_are_enough_even_at_the_same_moment,
    the_address_works_for_an_hour_and_only_the_newest_use_counts,
    a_refused_password_leaves_the_address_usable,
    two_uses_at_the_same_moment_have_one_winner,
    t67_the_owner_of_the_mailbox_gets_in_although_strangers_guess,
];

async fn set(world: &World, token: &Token, password: &str) -> Recovered {
    let password = Password::new(password.into());
    world.recovery.set(token, password, Some(browser("home")), RequestMeta::default()).await.unwrap()
}

async fn a_letter_leads_to_a_new_password_once(database: &TestDatabase) {
    let world = World::new(database).await;
    let token = world.ask_recovery("Teacher").await.unwrap();
    // Mail programs look at addresses on their own: looking uses nothing up.
    assert!(world.recovery.is_open(&token).await.unwrap());
    assert!(world.recovery.is_open(&token).await.unwrap());
    assert_eq!(set(&world, &token, NEW).await, Recovered::Set { profile: world.teacher });
    assert!(!world.recovery.is_open(&token).await.unwrap());
    assert_eq!(set(&world, &token, "Зимний сад 9").await, Recovered::Gone);
    assert!(matches!(world.try_in("teacher", PASSWORD, "home").await, SignInOutcome::WrongCredentials));
    assert!(matches!(world.try_in("teacher", NEW, "home").await, SignInOutcome::SignedIn { .. }));
    let kinds: Vec<_> = world.audit().await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds[..2], ["password:recovery:requested", "password:recovery:done"]);
}

async fn t33_a_new_password_ends_every_session_of_the_profile(database: &TestDatabase) {
    let world = World::new(database).await;
    let mut tokens = Vec::new();
    for number in 0..8 {
        tokens.push(world.enter("teacher", &format!("browser {number}")).await);
    }
    let other = world.enter("parent", "home").await;
    world.mail().await;
    let token = world.ask_recovery("teacher").await.unwrap();
    assert_eq!(set(&world, &token, NEW).await, Recovered::Set { profile: world.teacher });
    for token in &tokens {
        assert!(!world.is_live(token).await);
    }
    assert!(world.is_live(&other).await);
    let last = world.audit().await.pop().unwrap();
    assert_eq!(last, ("session:end:done".into(), r#"{"count":8,"reason":"password"}"#.into()));
}

async fn asking_is_answered_alike_whoever_is_asked_for(database: &TestDatabase) {
    let world = World::new(database).await;
    world.set_status(world.parent, ProfileStatus::Blocked).await;
    for (login, letters) in [("teacher", 1), ("nobody", 1), ("parent", 1), ("TEACHER@journal.example", 2)] {
        let events = world.audit().await.len();
        let asked = world.recovery.ask(world.school, login, address(), RequestMeta::default()).await.unwrap();
        assert_eq!(asked, Asked::Sent { minutes: 60 }, "{login}");
        assert_eq!(world.audit().await.len() - events, 1, "{login}");
        assert_eq!(world.mail().await.len(), letters, "{login}");
    }
}

async fn three_letters_an_hour_are_enough_even_at_the_same_moment(database: &TestDatabase) {
    let world = World::new(database).await;
    let ask = || world.recovery.ask(world.school, "teacher", address(), RequestMeta::default());
    let asked = futures_util::future::join_all((0..10).map(|_| ask())).await;
    assert!(asked.into_iter().all(|one| one.unwrap() == Asked::Sent { minutes: 60 }));
    assert_eq!(world.mail().await.len(), 3);
    world.pass(TimeDelta::minutes(60));
    assert!(world.ask_recovery("teacher").await.is_some());
    assert_eq!(world.mail().await.len(), 4);
}

async fn the_address_works_for_an_hour_and_only_the_newest_use_counts(database: &TestDatabase) {
    let world = World::new(database).await;
    let first = world.ask_recovery("teacher").await.unwrap();
    let second = world.ask_recovery("teacher").await.unwrap();
    world.pass(TimeDelta::seconds(60 * 60 - 1));
    assert!(world.recovery.is_open(&first).await.unwrap());
    assert_eq!(set(&world, &second, NEW).await, Recovered::Set { profile: world.teacher });
    assert!(!world.recovery.is_open(&first).await.unwrap(), "one use closes the others");
    let third = world.ask_recovery("teacher").await.unwrap();
    world.pass(TimeDelta::minutes(60));
    assert_eq!(set(&world, &third, NEW).await, Recovered::Gone);
    assert_eq!(set(&world, &Token::generate(), NEW).await, Recovered::Gone);
}

async fn a_refused_password_leaves_the_address_usable(database: &TestDatabase) {
    let world = World::new(database).await;
    let token = world.ask_recovery("teacher").await.unwrap();
    let table = [
        ("коротко", PasswordProblem::TooShort),
        ("12345678", PasswordProblem::Common),
        ("учитель1", PasswordProblem::Common),
    ];
    for (password, problem) in table {
        assert_eq!(set(&world, &token, password).await, Recovered::Refused(problem), "{password}");
    }
    assert_eq!(world.pool.computed(), 0, "a refused password is not hashed");
    assert_eq!(set(&world, &token, NEW).await, Recovered::Set { profile: world.teacher });
}

async fn two_uses_at_the_same_moment_have_one_winner(database: &TestDatabase) {
    let world = World::new(database).await;
    let token = world.ask_recovery("teacher").await.unwrap();
    let (one, two) = tokio::join!(set(&world, &token, NEW), set(&world, &token, "Зимний сад 9"));
    let won = |outcome: &Recovered| matches!(outcome, Recovered::Set { .. });
    assert!(won(&one) != won(&two), "{one:?} {two:?}");
    let password = if won(&one) { NEW } else { "Зимний сад 9" };
    assert!(matches!(world.try_in("teacher", password, "home").await, SignInOutcome::SignedIn { .. }));
}

async fn t67_the_owner_of_the_mailbox_gets_in_although_strangers_guess(database: &TestDatabase) {
    let world = World::new(database).await;
    for _ in 0..6 {
        world.try_in("teacher", "догадка", "stranger").await;
    }
    assert!(matches!(world.try_in("teacher", PASSWORD, "home").await, SignInOutcome::Delayed { .. }));
    let token = world.ask_recovery("teacher").await.unwrap();
    assert_eq!(set(&world, &token, NEW).await, Recovered::Set { profile: world.teacher });
    for _ in 0..6 {
        world.try_in("teacher", "догадка", "stranger").await;
    }
    assert!(matches!(world.try_in("teacher", NEW, "home").await, SignInOutcome::SignedIn { .. }));
}
