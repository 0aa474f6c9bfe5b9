//! What an unlink meets at the same moment: a link, another unlink, a sign-in, a choice. Nothing that began
//! before it brings the link or a session back (T25, T28, T33).

use privyazka::audit::RequestMeta;
use privyazka::error_code::OutcomeCode;
use privyazka::federation::Outcome;
use privyazka::federation::authorization_request::seal_identity;
use privyazka::identity::VerifiedIdentity;
use privyazka::linking::link_account::LinkResult;
use privyazka::linking::unlink_account::UnlinkResult;
use privyazka::platform::secret::Digest;
use privyazka::sign_in::{BrowserSession, EsiaSignInResult, VisitingBrowser};
use privyazka::store::{authorization_requests, browser_sessions, links};
use std::time::Duration;

use crate::race::{race, race_spread};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::{Known, World, known, person};

on_each_database![
    t28_of_eight_unlinks_one_removes_the_link,
    t28_an_unlink_wins_over_a_confirmation_that_waited,
    t25_no_trip_begun_before_an_unlink_restores_the_link,
    t33_no_session_outlives_an_unlink_that_a_sign_in_races_with,
    t33_no_session_outlives_an_unlink_that_a_choice_races_with,
];

const SPREAD: Duration = Duration::from_millis(4);

impl World {
    pub async fn unlink(&self, session: &BrowserSession) -> UnlinkResult {
        let profile = session.profile.expect("chosen");
        let done = self.linking.unlink_own(profile, None, RequestMeta::default()).await;
        done.expect("a race is never an error")
    }
}

async fn linked(world: &World, login: &str, known: Known, identity: &VerifiedIdentity) -> BrowserSession {
    let profile = world.profile(login, known).await;
    let session = world.session(profile).await;
    let trip = world.trip(&session, identity).await;
    assert!(matches!(world.confirm(&session, &trip).await, LinkResult::Linked { .. }));
    session
}

async fn t28_of_eight_unlinks_one_removes_the_link(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    for round in 0..rounds(10, 100) {
        let number = 100_000 + u32::try_from(round).unwrap();
        let session = linked(&world, &format!("leaver{round}"), known(number), &person(number)).await;
        let profile = session.profile.unwrap();
        let results = race((0..8).map(|_| world.unlink(&session)).collect());
        let removed = results.iter().filter(|result| matches!(result, UnlinkResult::Unlinked { told: true }));
        assert_eq!(removed.count(), 1, "{results:?}");
        let nothing = results.iter().filter(|result| **result == UnlinkResult::NotLinked);
        assert_eq!(nothing.count(), 7, "{results:?}");
        assert!(world.held_links(profile).await.is_empty());
        assert_eq!(world.living_sessions(profile).await, 0);
        assert_eq!(world.events(profile, "link:account:removed_by_owner").await, 1);
        assert_eq!(world.events(profile, "session:end:done").await, 1);
        let letters = world.letters(profile, "linked").await;
        assert!(letters.iter().all(|(_, status)| status == "cancelled"), "{letters:?}");
        assert_eq!(world.letters(profile, "unlinked_self").await.len(), 1);
    }
}

async fn t28_an_unlink_wins_over_a_confirmation_that_waited(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let fits_both = Known { snils: None, ..known(0) };
    for round in 0..rounds(15, 200) {
        let number = 200_000 + 2 * u32::try_from(round).unwrap();
        let session = linked(&world, &format!("both{round}"), fits_both, &person(number)).await;
        let profile = session.profile.unwrap();
        let other_tab = world.session(profile).await;
        // The same account again and another one; each waits for its confirmation.
        let again = world.trip(&other_tab, &person(number)).await;
        let another = world.trip(&other_tab, &person(number + 1)).await;
        let confirm = async |trip: &str| Some(world.confirm(&other_tab, trip).await);
        let unlink = async || {
            assert_eq!(world.unlink(&session).await, UnlinkResult::Unlinked { told: true });
            None
        };
        let runners: Vec<futures_util::future::BoxFuture<'_, _>> =
            vec![Box::pin(unlink()), Box::pin(confirm(&again)), Box::pin(confirm(&another))];
        let results = race_spread(runners, SPREAD);
        for (result, before) in
            results[1..].iter().zip([Outcome::LinkedAlready, Outcome::Refused(OutcomeCode::ProfileHasOther)])
        {
            let Some(LinkResult::Over(outcome)) = result else { panic!("{results:?}") };
            assert!([before, Outcome::Withdrawn].contains(outcome), "{outcome:?}");
        }
        assert!(world.held_links(profile).await.is_empty(), "{results:?}");
        assert_eq!(world.events(profile, "link:account:created").await, 1);
        assert_eq!(world.living_sessions(profile).await, 0);
    }
}

async fn t25_no_trip_begun_before_an_unlink_restores_the_link(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let session = linked(&world, "teacher", known(300_000), &person(300_000)).await;
    let other_browser = world.session(session.profile.unwrap()).await;
    let pending = world.pending_trip(&other_browser).await;
    let exchanging = world.pending_trip(&other_browser).await;
    let verified = world.trip(&other_browser, &person(300_000)).await;
    let now = world.clock.now();
    let id_of = |reference: &String| {
        let reference = reference.clone();
        let found = world.read(move |db| authorization_requests::find_by_reference(db, &reference));
        async move { found.await.unwrap().id }
    };
    let (pending_id, exchanging_id) = (id_of(&pending).await, id_of(&exchanging).await);
    assert!(world.write(move |db| authorization_requests::claim(db, exchanging_id, now)).await);

    assert_eq!(world.unlink(&session).await, UnlinkResult::Unlinked { told: true });

    for reference in [&pending, &exchanging, &verified] {
        assert_eq!(world.outcome(reference).await, Some(Outcome::Withdrawn));
    }
    assert!(!world.write(move |db| authorization_requests::claim(db, pending_id, now)).await);
    let sealed = seal_identity(&world.keys, &exchanging, &person(300_000));
    let kept = world.write(move |db| authorization_requests::keep_identity(db, exchanging_id, &sealed)).await;
    assert!(!kept, "an answer of ESIA that comes after the unlink is dropped");
    // Also by a session that began after the unlink: the trip is of the old one.
    let fresh = world.session(session.profile.unwrap()).await;
    for by in [&other_browser, &session, &fresh] {
        for reference in [&pending, &exchanging, &verified] {
            assert!(matches!(world.confirm(by, reference).await, LinkResult::Over(_)));
        }
    }
    assert!(world.held_links(session.profile.unwrap()).await.is_empty());
}

async fn t33_no_session_outlives_an_unlink_that_a_sign_in_races_with(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    for round in 0..rounds(25, 300) {
        let number = 400_000 + u32::try_from(round).unwrap();
        let identity = person(number);
        let session = linked(&world, &format!("in{round}"), known(number), &identity).await;
        let sign_in = async || Some(world.sign_in(&identity).await);
        let unlink = async || {
            world.unlink(&session).await;
            None
        };
        let runners: Vec<futures_util::future::BoxFuture<'_, _>> =
            vec![Box::pin(unlink()), Box::pin(sign_in()), Box::pin(sign_in())];
        let results = race_spread(runners, SPREAD);
        for result in results.iter().flatten() {
            let expected = matches!(
                result,
                EsiaSignInResult::SignedIn(_) | EsiaSignInResult::Refused(OutcomeCode::NotLinked)
            );
            assert!(expected, "{result:?}");
        }
        let living = world.living_sessions(session.profile.unwrap()).await;
        assert_eq!(living, 0, "round {round}: {results:?}");
    }
}

async fn t33_no_session_outlives_an_unlink_that_a_choice_races_with(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    for round in 0..rounds(15, 200) {
        let number = 500_000 + u32::try_from(round).unwrap();
        let identity = person(number);
        let leaving = linked(&world, &format!("goes{round}"), known(number), &identity).await;
        let staying = linked(&world, &format!("stays{round}"), known(number), &identity).await;
        let profile = leaving.profile.unwrap();
        let EsiaSignInResult::Choose(chooser) = world.sign_in(&identity).await else {
            panic!("two profiles, none chosen yet")
        };
        let chooser = world.read(move |db| browser_sessions::find(db, chooser)).await.expect("living");
        let choose = async || {
            let browser = VisitingBrowser::new(Digest::of(b"one browser"), "Firefox");
            let meta = RequestMeta::default();
            world.esia_sign_in.choose(&chooser, profile, browser, meta).await.expect("never an error");
        };
        let unlink = async || {
            world.unlink(&leaving).await;
        };
        let runners: Vec<futures_util::future::BoxFuture<'_, _>> =
            vec![Box::pin(unlink()), Box::pin(choose())];
        race_spread(runners, SPREAD);
        assert_eq!(world.living_sessions(profile).await, 0, "round {round}");
        let held = world.read(move |db| links::has_held_link(db, staying.profile.unwrap())).await;
        assert!(held, "the other profile is not touched");
    }
}
