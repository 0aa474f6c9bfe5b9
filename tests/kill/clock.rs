//! The clock jumps by an hour: nobody is locked out for ever, nobody stays in for ever (T78).

use chrono::Duration;
use privyazka::linking::link_account::LinkResult;

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, known, person};

on_each_database![
    t78_an_hour_back_and_forth_leaves_everybody_able_to_link,
    t78_no_jump_keeps_a_session_beyond_its_absolute_end,
];

async fn t78_an_hour_back_and_forth_leaves_everybody_able_to_link(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    for (round, jump) in [-60, 60, 60, -60].into_iter().enumerate() {
        let number = 1_000 + u32::try_from(round).unwrap();
        let profile = world.profile(&format!("teacher{round}"), known(number)).await;
        let session = world.session(profile).await;
        let trip = world.trip(&session, &person(number)).await;
        world.clock.advance(Duration::minutes(jump));
        // The trip begun before the jump ends in its own way, and a new one works at once.
        if let LinkResult::Linked { .. } = world.confirm(&session, &trip).await {
            continue;
        }
        let session = world.session(profile).await;
        let trip = world.trip(&session, &person(number)).await;
        let again = world.confirm(&session, &trip).await;
        assert!(matches!(again, LinkResult::Linked { .. }), "after {jump} minutes: {again:?}");
    }
}

async fn t78_no_jump_keeps_a_session_beyond_its_absolute_end(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let profile = world.profile("teacher", known(2_000)).await;
    let session = world.session(profile).await;
    world.clock.advance(Duration::hours(-1));
    assert_eq!(world.sessions.list_of_profile(profile).await.unwrap().len(), 1, "not locked out");
    world.clock.advance(Duration::hours(1) + Duration::hours(12));
    assert!(world.sessions.list_of_profile(profile).await.unwrap().is_empty(), "not in for ever");
    assert!(!session.is_live(world.clock.now()));
}
