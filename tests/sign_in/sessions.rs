//! How sessions live and end (T31, T33, T34).

use std::sync::Arc;

use chrono::TimeDelta;
use privyazka::audit::RequestMeta;
use privyazka::directory::ProfileId;
use privyazka::platform::secret::{MasterKey, Token};
use privyazka::sign_in::form_token::{FormOwner, FormTokens};
use privyazka::sign_in::{BrowserSession, NewSession, SessionStage, Sessions, SignInWay, note_browser};
use privyazka::store::{
    Db, StoreError, browser_sessions, known_browsers, login_failures, password_recoveries,
};

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, browser};

on_each_database![
    t33_idle_and_absolute_ends_by_role_to_the_second,
    t33_one_call_ends_eight_browsers_at_their_next_request,
    t31_changed_rights_keep_the_row_and_kill_the_old_token_and_its_forms,
    t31_another_profile_means_another_token_and_its_limits,
    t04_an_open_trip_keeps_a_short_session_alive,
    t34_sessions_are_listed_and_ended_by_their_owner_only,
    signing_out_is_noted_once,
    a_rolled_back_sign_in_leaves_no_session_and_no_known_browser,
    what_has_run_out_is_swept,
];

async fn begin(world: &World, profile: Option<ProfileId>, shared: bool) -> (Token, BrowserSession) {
    let new = NewSession {
        profile,
        esia_subject: None,
        stage: if profile.is_some() { SessionStage::Full } else { SessionStage::Choosing },
        way: SignInWay::Esia,
        shared_computer: shared,
        place: "Chrome, Windows".into(),
        token: Token::generate(),
    };
    let (sessions, now, token) = (world.sessions.clone(), world.clock.now(), new.token.clone());
    let session = world.store.write(move |db| sessions.begin(db, &new, now)).await.unwrap();
    (token, session)
}

/// Waits until the noting of a request, which runs aside, has arrived.
async fn seen_now(world: &World, profile: ProfileId) {
    for _ in 0..2000 {
        let list = world.sessions.list_of_profile(profile).await.unwrap();
        if list.iter().any(|session| session.last_seen_at == world.clock.now()) {
            return;
        }
    }
    panic!("the request was never noted");
}

async fn t33_idle_and_absolute_ends_by_role_to_the_second(database: &TestDatabase) {
    let world = World::new(database).await;
    let people = [
        (Some(world.teacher), false, 30, 12),
        (Some(world.teacher), true, 15, 12),
        (Some(world.parent), false, 12 * 60, 24),
        (Some(world.parent), true, 15, 24),
        (None, false, 30, 12),
    ];
    for (profile, shared, idle_minutes, absolute_hours) in people {
        let (token, session) = begin(&world, profile, shared).await;
        assert_eq!(session.expires_at - session.created_at, TimeDelta::hours(absolute_hours));
        world.pass(TimeDelta::seconds(idle_minutes * 60 - 1));
        // Looked up by row: a request would move the idle end.
        let (all, store, id) = (&world.sessions, &world.store, session.id);
        let find = |now| {
            let sessions = all.clone();
            store.read(move |db| sessions.find_live_by_id(db, id, now))
        };
        assert!(find(world.clock.now()).await.unwrap().is_some(), "{profile:?} {shared} a second before");
        assert!(
            find(world.clock.now() + TimeDelta::seconds(1)).await.unwrap().is_none(),
            "{profile:?} {shared} at the end"
        );
        world.pass(TimeDelta::seconds(2));
        assert!(!world.is_live(&token).await, "{profile:?} {shared} a second after");
    }
    // Busy to the end: a request every ten minutes.
    let (token, _) = begin(&world, Some(world.teacher), false).await;
    for _ in 0..(12 * 6 - 1) {
        world.pass(TimeDelta::minutes(10));
        assert!(world.is_live(&token).await);
        seen_now(&world, world.teacher).await;
    }
    world.pass(TimeDelta::seconds(10 * 60 - 1));
    assert!(world.is_live(&token).await, "a second before the absolute end");
    world.pass(TimeDelta::seconds(2));
    assert!(!world.is_live(&token).await, "a second after it");
}

async fn t33_one_call_ends_eight_browsers_at_their_next_request(database: &TestDatabase) {
    let world = World::new(database).await;
    let mut tokens = Vec::new();
    for _ in 0..8 {
        tokens.push(begin(&world, Some(world.teacher), false).await.0);
    }
    let (kept, kept_session) = begin(&world, Some(world.teacher), false).await;
    let (other, _) = begin(&world, Some(world.parent), false).await;
    let count = world
        .sessions
        .end_everywhere(world.teacher, Some(kept_session.id), RequestMeta::default())
        .await
        .unwrap();
    assert_eq!(count, 8);
    for token in &tokens {
        assert!(!world.is_live(token).await);
    }
    assert!(world.is_live(&kept).await && world.is_live(&other).await);
    assert_eq!(
        world.audit().await,
        [("session:end:done".to_owned(), r#"{"count":8,"reason":"owner_all"}"#.to_owned())]
    );
    let rest = world.sessions.end_everywhere(world.teacher, None, RequestMeta::default()).await.unwrap();
    assert_eq!(rest, 1);
    assert!(!world.is_live(&kept).await);
}

async fn t31_changed_rights_keep_the_row_and_kill_the_old_token_and_its_forms(database: &TestDatabase) {
    let world = World::new(database).await;
    let forms = FormTokens::new(Arc::new(MasterKey::from_bytes([7; 32]).derive()));
    let (old, session) = begin(&world, Some(world.teacher), false).await;
    let form = forms.issue(FormOwner::Session(&session));
    let (sessions, changed, now) = (world.sessions.clone(), session.clone(), world.clock.now());
    let change = move |sessions: &Sessions, db: &mut Db| {
        let profile = changed.profile.expect("somebody's");
        sessions.change_rights(db, &changed, profile, SessionStage::Full, now)
    };
    let (again, for_first) = (change.clone(), sessions.clone());
    let (new, _) = world.store.write(move |db| change(&for_first, db)).await.unwrap().unwrap();
    assert!(!world.is_live(&old).await);
    let rotated = world.sessions.find_live(&new).await.unwrap().unwrap();
    assert_eq!((rotated.id, rotated.created_at), (session.id, session.created_at));
    assert!(forms.verify(FormOwner::Session(&session), &form));
    assert!(!forms.verify(FormOwner::Session(&rotated), &form));
    // What has ended is not brought back to life.
    let id = session.id;
    let after_end = world
        .store
        .write(move |db| {
            assert!(sessions.end(db, id, now, "test")?);
            again(&sessions, db)
        })
        .await
        .unwrap();
    assert!(after_end.is_none());
}

async fn t31_another_profile_means_another_token_and_its_limits(database: &TestDatabase) {
    let world = World::new(database).await;
    let (old, choosing) = begin(&world, None, false).await;
    let (sessions, now, parent) = (world.sessions.clone(), world.clock.now(), world.parent);
    let (token, _) = world
        .store
        .write(move |db| sessions.change_rights(db, &choosing, parent, SessionStage::Full, now))
        .await
        .unwrap()
        .unwrap();
    assert!(!world.is_live(&old).await);
    let full = world.sessions.find_live(&token).await.unwrap().unwrap();
    assert_eq!((full.profile, full.stage), (Some(world.parent), SessionStage::Full));
    assert_eq!(full.idle, TimeDelta::hours(12));
    assert_eq!(full.expires_at - full.created_at, TimeDelta::hours(24));
}

async fn t04_an_open_trip_keeps_a_short_session_alive(database: &TestDatabase) {
    let world = World::new(database).await;
    let (travelling, session) = begin(&world, Some(world.teacher), true).await;
    let (resting, _) = begin(&world, Some(world.teacher), true).await;
    let (sessions, id, now) = (world.sessions.clone(), session.id, world.clock.now());
    world
        .store
        .write(move |db| {
            sessions.keep_alive_until(db, id, now + TimeDelta::minutes(20))?;
            // A second, shorter trip takes nothing away from the first.
            sessions.keep_alive_until(db, id, now + TimeDelta::minutes(1))
        })
        .await
        .unwrap();
    world.pass(TimeDelta::seconds(20 * 60 - 1));
    assert!(!world.is_live(&resting).await);
    assert!(world.is_live(&travelling).await);
    seen_now(&world, world.teacher).await;
    world.pass(TimeDelta::minutes(16));
    assert!(!world.is_live(&travelling).await, "back from the trip the short idle end holds again");
}

async fn t34_sessions_are_listed_and_ended_by_their_owner_only(database: &TestDatabase) {
    let world = World::new(database).await;
    let (first, first_session) = begin(&world, Some(world.teacher), false).await;
    let (_, second_session) = begin(&world, Some(world.teacher), false).await;
    let list = world.sessions.list_of_profile(world.teacher).await.unwrap();
    assert_eq!(
        list.iter().map(|session| session.id).collect::<Vec<_>>(),
        [second_session.id, first_session.id]
    );
    let end = |profile, id| world.sessions.end_one(profile, id, RequestMeta::default());
    assert!(!end(world.parent, first_session.id).await.unwrap(), "not a session of this profile");
    assert!(world.is_live(&first).await);
    assert!(end(world.teacher, first_session.id).await.unwrap());
    assert!(!world.is_live(&first).await);
    assert!(!end(world.teacher, first_session.id).await.unwrap(), "ended already");
    assert_eq!(world.audit().await.len(), 1);
    world.pass(TimeDelta::minutes(31));
    assert!(world.sessions.list_of_profile(world.teacher).await.unwrap().is_empty());
}

async fn signing_out_is_noted_once(database: &TestDatabase) {
    let world = World::new(database).await;
    let (token, session) = begin(&world, Some(world.teacher), false).await;
    assert!(world.sessions.sign_out(&session, RequestMeta::default()).await.unwrap());
    assert!(!world.sessions.sign_out(&session, RequestMeta::default()).await.unwrap());
    assert!(!world.is_live(&token).await);
    assert_eq!(world.audit().await.len(), 1);
}

async fn a_rolled_back_sign_in_leaves_no_session_and_no_known_browser(database: &TestDatabase) {
    let world = World::new(database).await;
    let (sessions, letters) = (world.sessions.clone(), world.letters().clone());
    let (teacher, now) = (world.teacher, world.clock.now());
    let failed = world
        .store
        .write(move |db| {
            let new = NewSession {
                profile: Some(teacher),
                esia_subject: None,
                stage: SessionStage::Full,
                way: SignInWay::Esia,
                shared_computer: false,
                place: "Chrome, Windows".into(),
                token: Token::generate(),
            };
            sessions.begin(db, &new, now)?;
            let (known, meta) = (browser("home"), RequestMeta::default());
            note_browser(db, &letters, teacher, Some(&known), &new.place, &meta, now)?;
            Err::<(), _>(StoreError::Failed("the last step".into()))
        })
        .await;
    assert!(failed.is_err());
    assert!(world.sessions.list_of_profile(teacher).await.unwrap().is_empty());
    world.enter("teacher", "school").await;
    assert!(world.mail().await.is_empty(), "the first browser that stays is no new place");
}

async fn what_has_run_out_is_swept(database: &TestDatabase) {
    let world = World::new(database).await;
    world.enter("teacher", "home").await;
    world.try_in("nobody", "догадка", "stranger").await;
    assert!(world.ask_recovery("teacher").await.is_some());
    let sweep = |before| {
        world.store.write(move |db| {
            Ok((
                browser_sessions::delete_expired(db, before, 100)?.len(),
                login_failures::delete_quiet_since(db, before, 100)?,
                password_recoveries::delete_expired(db, before, 100)?,
                known_browsers::delete_unseen_since(db, before, 100)?,
            ))
        })
    };
    assert_eq!(sweep(world.clock.now()).await.unwrap(), (0, 0, 0, 0));
    assert_eq!(sweep(world.clock.now() + TimeDelta::hours(13)).await.unwrap(), (1, 1, 1, 1));
    assert_eq!(world.count_failure_rows().await, 0);
}
