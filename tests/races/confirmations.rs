//! Many confirmations at once: one link, one event, one letter, and a named outcome for whoever lost (T27).

use privyazka::directory::ProfileId;
use privyazka::error_code::OutcomeCode;
use privyazka::federation::Outcome;
use privyazka::linking::link_account::LinkResult;

use crate::race::race;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::{Known, World, known, person};

on_each_database![
    t27_eight_confirmations_of_one_profile_make_one_link_one_event_one_letter,
    t27_of_two_people_who_claim_one_esia_account_one_gets_it,
    t27_two_profiles_of_one_person_are_both_linked,
    t28_two_tabs_with_two_esia_accounts_link_one_of_them,
    t06_a_confirmation_sent_eight_times_is_done_once_and_answered_with_its_result,
];

/// What a confirmation is told.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Linked,
    Over(Outcome),
}

fn told(result: &LinkResult) -> Told {
    match result {
        LinkResult::Linked { .. } => Told::Linked,
        LinkResult::Over(outcome) => Told::Over(*outcome),
        other => panic!("nothing is left to ask: {other:?}"),
    }
}

fn winners(results: &[LinkResult]) -> usize {
    results.iter().filter(|result| told(result) == Told::Linked).count()
}

/// Exactly one link of the profile, with its one event and its one letter, which is about it.
async fn assert_linked_once(world: &World, profile: ProfileId) {
    let held = world.held_links(profile).await;
    assert_eq!(held.len(), 1, "links of the profile");
    assert_eq!(world.events(profile, "link:account:created").await, 1, "events");
    assert_eq!(world.letters(profile, "linked").await, [(Some(held[0]), "pending".to_owned())]);
}

async fn t27_eight_confirmations_of_one_profile_make_one_link_one_event_one_letter(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    for round in 0..rounds(12, 50) {
        let number = 100_000 + u32::try_from(round).unwrap();
        let profile = world.profile(&format!("teacher{round}"), known(number)).await;
        let sessions = [world.session(profile).await, world.session(profile).await];
        let mut trips = Vec::new();
        for tab in 0..8 {
            let session = &sessions[tab % 2];
            trips.push((session, world.trip(session, &person(number)).await));
        }
        let runners = trips.iter().map(|(session, trip)| world.confirm(session, trip)).collect();
        let results = race(runners);
        assert_eq!(winners(&results), 1, "{results:?}");
        for (result, (_, trip)) in results.iter().zip(&trips) {
            let recorded = world.outcome(trip).await;
            match told(result) {
                Told::Linked => assert_eq!(recorded, Some(Outcome::Linked)),
                Told::Over(outcome) => {
                    assert_eq!(outcome, Outcome::LinkedAlready);
                    assert_eq!(recorded, Some(outcome));
                }
            }
        }
        assert_linked_once(&world, profile).await;
    }
}

async fn t27_of_two_people_who_claim_one_esia_account_one_gets_it(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    for round in 0..rounds(15, 100) {
        let number = 200_000 + u32::try_from(round).unwrap();
        // The second profile bears the name alone: it fits, and cannot be told to be the same person.
        let profiles = [
            world.profile(&format!("whole{round}"), known(number)).await,
            world.profile(&format!("name{round}"), Known::default()).await,
        ];
        let mut trips = Vec::new();
        for profile in profiles {
            let session = world.session(profile).await;
            let trip = world.trip(&session, &person(number)).await;
            trips.push((session, trip));
        }
        let results = race(trips.iter().map(|(session, trip)| world.confirm(session, trip)).collect());
        assert_eq!(winners(&results), 1, "{results:?}");
        let winner = results.iter().position(|result| told(result) == Told::Linked).unwrap();
        let loser = 1 - winner;
        let refused = Outcome::Refused(OutcomeCode::AlreadyLinkedOther);
        assert_eq!(told(&results[loser]), Told::Over(refused));
        assert_eq!(world.outcome(&trips[loser].1).await, Some(refused));
        assert_linked_once(&world, profiles[winner]).await;
        assert!(world.held_links(profiles[loser]).await.is_empty());
        assert_eq!(world.events(profiles[loser], "link:account:created").await, 0);
        assert_eq!(world.events(profiles[loser], "attempt:esia:refused").await, 1);
        assert!(world.letters(profiles[loser], "linked").await.is_empty());
    }
}

async fn t27_two_profiles_of_one_person_are_both_linked(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    for round in 0..rounds(10, 50) {
        let number = 300_000 + u32::try_from(round).unwrap();
        let mut trips = Vec::new();
        for school in ["one", "two"] {
            let profile = world.profile(&format!("{school}{round}"), known(number)).await;
            let session = world.session(profile).await;
            let trip = world.trip(&session, &person(number)).await;
            trips.push((session, trip));
        }
        let results = race(trips.iter().map(|(session, trip)| world.confirm(session, trip)).collect());
        assert_eq!(winners(&results), 2, "{results:?}");
        for (session, _) in &trips {
            assert_linked_once(&world, session.profile.unwrap()).await;
        }
    }
}

async fn t28_two_tabs_with_two_esia_accounts_link_one_of_them(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    for round in 0..rounds(15, 100) {
        // No SNILS in the journal: both accounts fit by name and birth date.
        let fits_both = Known { snils: None, ..known(0) };
        let profile = world.profile(&format!("tabs{round}"), fits_both).await;
        let session = world.session(profile).await;
        let number = 400_000 + 2 * u32::try_from(round).unwrap();
        let trips =
            [world.trip(&session, &person(number)).await, world.trip(&session, &person(number + 1)).await];
        let results = race(trips.iter().map(|trip| world.confirm(&session, trip)).collect());
        assert_eq!(winners(&results), 1, "{results:?}");
        let loser = results.iter().position(|result| told(result) != Told::Linked).unwrap();
        let refused = Outcome::Refused(OutcomeCode::ProfileHasOther);
        assert_eq!(told(&results[loser]), Told::Over(refused));
        assert_eq!(world.outcome(&trips[loser]).await, Some(refused));
        assert_linked_once(&world, profile).await;
    }
}

async fn t06_a_confirmation_sent_eight_times_is_done_once_and_answered_with_its_result(
    database: &TestDatabase,
) {
    let world = World::new(database.open()).await;
    for round in 0..rounds(12, 100) {
        let number = 500_000 + u32::try_from(round).unwrap();
        let profile = world.profile(&format!("twice{round}"), known(number)).await;
        let session = world.session(profile).await;
        let trip = world.trip(&session, &person(number)).await;
        let results = race((0..8).map(|_| world.confirm(&session, &trip)).collect());
        assert_eq!(winners(&results), 1, "{results:?}");
        for result in &results {
            let told = told(result);
            assert!(matches!(told, Told::Linked | Told::Over(Outcome::Linked)), "{told:?}");
        }
        assert_linked_once(&world, profile).await;
    }
}
