//! The outcomes of signing in with a password, and what each leaves behind.

use privyazka::directory::ProfileStatus;
use privyazka::sign_in::{SessionStage, SignInOutcome};

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{PASSWORD, World, browser, closed_since};

on_each_database![
    the_right_password_begins_a_session_in_one_transaction,
    t67_unknown_wrong_and_blocked_with_a_wrong_password_take_the_same_road,
    blocked_and_closed_are_told_only_after_the_right_password,
    t31_every_sign_in_makes_a_new_token_and_ends_the_browsers_old_session,
    a_second_browser_is_told_by_letter_and_the_first_is_not,
    t58_a_weaker_hash_is_upgraded_on_sign_in,
    t35_after_the_cut_over_the_password_opens_only_the_door_to_linking,
    t58_two_clicks_that_both_upgrade_the_hash_both_get_in,
    a_password_changed_while_it_was_checked_opens_nothing,
    t68_too_many_at_once_are_refused_before_they_cost_anything,
];

async fn the_right_password_begins_a_session_in_one_transaction(database: &TestDatabase) {
    let world = World::new(database).await;
    let outcome = world.try_in(" Teacher ", PASSWORD, "home").await;
    let SignInOutcome::SignedIn { token, session, profile, new_place } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!((profile, new_place), (world.teacher, false));
    let live = world.sessions.find_live(&token).await.unwrap().unwrap();
    assert_eq!((live.id, live.profile, live.stage), (session, Some(world.teacher), SessionStage::Full));
    assert_eq!(live.place, "Firefox, Linux");
    let audit = world.audit().await;
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0].0, "session:sign_in:succeeded");
    assert_eq!(world.count_failure_rows().await, 0);
    assert!(world.mail().await.is_empty());
}

async fn t67_unknown_wrong_and_blocked_with_a_wrong_password_take_the_same_road(database: &TestDatabase) {
    let world = World::new(database).await;
    world.set_status(world.parent, ProfileStatus::Blocked).await;
    for login in ["nobody", "teacher", "parent"] {
        let (computed, events) = (world.pool.computed(), world.audit().await.len());
        let outcome = world.try_in(login, "не тот пароль", "home").await;
        assert!(matches!(outcome, SignInOutcome::WrongCredentials), "{login}: {outcome:?}");
        assert_eq!(world.pool.computed() - computed, 1, "{login}: one argon2 computation");
        let audit = world.audit().await;
        assert_eq!(audit.len() - events, 1, "{login}: one event");
        assert_eq!(audit[events], ("session:sign_in:refused".into(), r#"{"reason":"credentials"}"#.into()));
    }
    assert_eq!(world.count_failure_rows().await, 3);
}

async fn blocked_and_closed_are_told_only_after_the_right_password(database: &TestDatabase) {
    let world = World::new(database).await;
    world.set_status(world.parent, ProfileStatus::Blocked).await;
    let outcome = world.try_in("parent", PASSWORD, "home").await;
    assert!(matches!(outcome, SignInOutcome::Blocked { organisation } if organisation == world.school));
    world.set_status(world.parent, ProfileStatus::Closed).await;
    assert!(matches!(world.try_in("parent", PASSWORD, "home").await, SignInOutcome::Closed));
    assert!(world.sessions.list_of_profile(world.parent).await.unwrap().is_empty());
    let reasons: Vec<_> = world.audit().await.into_iter().map(|(_, details)| details).collect();
    assert_eq!(reasons, [r#"{"reason":"blocked"}"#, r#"{"reason":"closed"}"#]);
}

async fn t31_every_sign_in_makes_a_new_token_and_ends_the_browsers_old_session(database: &TestDatabase) {
    let world = World::new(database).await;
    let first = world.enter("teacher", "home").await;
    let previous = world.sessions.find_live(&first).await.unwrap().unwrap().id;
    let mut attempt = world.attempt("teacher", PASSWORD, Some(browser("home")));
    attempt.previous = Some(previous);
    let outcome = world.sign_in.sign_in(attempt).await.unwrap();
    let SignInOutcome::SignedIn { token: second, .. } = outcome else { panic!("{outcome:?}") };
    assert_ne!(first.expose(), second.expose());
    assert!(!world.is_live(&first).await);
    assert!(world.is_live(&second).await);
    let planted = privyazka::platform::secret::Token::generate();
    assert!(!world.is_live(&planted).await);
}

async fn a_second_browser_is_told_by_letter_and_the_first_is_not(database: &TestDatabase) {
    let world = World::new(database).await;
    world.enter("teacher", "home").await;
    world.enter("teacher", "home").await;
    assert!(world.mail().await.is_empty());
    let outcome = world.try_in("teacher", PASSWORD, "school").await;
    assert!(matches!(outcome, SignInOutcome::SignedIn { new_place: true, .. }), "{outcome:?}");
    world.enter("teacher", "school").await;
    let mail = world.mail().await;
    assert_eq!(mail.len(), 1);
    assert_eq!(mail[0].to, "teacher@journal.example");
    assert!(mail[0].text.contains("Firefox, Linux"));
    let places = world.audit().await.into_iter().filter(|(kind, _)| kind == "session:place:new").count();
    assert_eq!(places, 1);
}

async fn t58_a_weaker_hash_is_upgraded_on_sign_in(database: &TestDatabase) {
    let world = World::new(database).await;
    let weak = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    world.set_hash(world.teacher, weak).await;
    assert!(matches!(world.try_in("teacher", "passwort", "home").await, SignInOutcome::WrongCredentials));
    assert_eq!(world.hash_of("teacher").await.as_deref(), Some(weak));
    assert!(matches!(world.try_in("teacher", "password", "home").await, SignInOutcome::SignedIn { .. }));
    let strong = world.hash_of("teacher").await.unwrap();
    assert!(strong.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{strong}");
    assert!(matches!(world.try_in("teacher", "password", "home").await, SignInOutcome::SignedIn { .. }));
    assert_eq!(world.hash_of("teacher").await.unwrap(), strong);
}

async fn t58_two_clicks_that_both_upgrade_the_hash_both_get_in(database: &TestDatabase) {
    let world = World::new(database).await;
    let weak = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    world.set_hash(world.teacher, weak).await;
    let click = || world.try_in("teacher", "password", "home");
    for outcome in futures_util::future::join_all([click(), click(), click()]).await {
        assert!(matches!(outcome, SignInOutcome::SignedIn { .. }), "{outcome:?}");
    }
}

async fn t35_after_the_cut_over_the_password_opens_only_the_door_to_linking(database: &TestDatabase) {
    let (rollout, since) = closed_since(true);
    let world = World::with(database, rollout).await;
    let outcome = world.try_in("teacher", PASSWORD, "home").await;
    let SignInOutcome::LinkingOnly { token, .. } = outcome else { panic!("{outcome:?}") };
    let session = world.sessions.find_live(&token).await.unwrap().unwrap();
    assert_eq!(session.stage, SessionStage::LinkingOnly);
    // A disputed link holds the slot as well: nothing could be linked behind the door.
    world.link(world.teacher, "frozen").await;
    let outcome = world.try_in("teacher", PASSWORD, "home").await;
    assert!(matches!(outcome, SignInOutcome::PasswordClosed { since: day } if day == since), "{outcome:?}");
    let outcome = world.try_in("teacher", "не тот пароль", "home").await;
    assert!(matches!(outcome, SignInOutcome::WrongCredentials), "{outcome:?}");

    let sibling = database.empty_sibling();
    let closed = World::with(&sibling, closed_since(false).0).await;
    let outcome = closed.try_in("teacher", PASSWORD, "home").await;
    assert!(matches!(outcome, SignInOutcome::PasswordClosed { .. }), "{outcome:?}");
    assert!(closed.sessions.list_of_profile(closed.teacher).await.unwrap().is_empty());
}

async fn a_password_changed_while_it_was_checked_opens_nothing(database: &TestDatabase) {
    let world = World::new(database).await;
    let token = world.ask_recovery("teacher").await.unwrap();
    let meta = privyazka::audit::RequestMeta::default();
    let new = privyazka::sign_in::Password::new("Весенний луг 8".into());
    let (sign_in, set) =
        tokio::join!(world.try_in("teacher", PASSWORD, "thief"), world.recovery.set(&token, new, None, meta));
    set.unwrap();
    // Whichever came first: no session of the old password outlives the new one.
    assert!(world.sessions.list_of_profile(world.teacher).await.unwrap().is_empty(), "{sign_in:?}");
    assert!(matches!(world.try_in("teacher", PASSWORD, "thief").await, SignInOutcome::WrongCredentials));
}

async fn t68_too_many_at_once_are_refused_before_they_cost_anything(database: &TestDatabase) {
    let world = World::new(database).await;
    // Two running and 64 waiting: all places are taken.
    let places: Vec<_> = (0..66).map(|_| world.pool.take_place().unwrap()).collect();
    let outcome = world.try_in("teacher", PASSWORD, "home").await;
    assert!(matches!(outcome, SignInOutcome::Overloaded { retry_after } if retry_after.as_secs() >= 1));
    assert_eq!((world.count_failure_rows().await, world.pool.computed()), (0, 0));
    drop(places);
    world.enter("teacher", "home").await;
}
