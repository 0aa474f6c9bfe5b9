//! An operator removes a link: what goes with it, and who may not.

use privyazka::access::OperatorRole;
use privyazka::audit::RequestMeta;
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::helpdesk::links::unlink_for_profile::Unlinked;
use privyazka::linking::LinkId;
use privyazka::platform::clock::Clock;
use privyazka::store::operator_deeds;

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, known, start};

on_each_database![
    t33_an_unlink_by_an_operator_ends_every_session_at_its_next_request_on_any_instance,
    an_unlink_by_an_operator_is_recorded_kept_and_told,
    t39_right_area_and_link_are_looked_at_again,
    t40_nobody_acts_on_their_own_profile,
    t29_no_deed_of_an_operator_links_anybody,
];

async fn t33_an_unlink_by_an_operator_ends_every_session_at_its_next_request_on_any_instance(
    database: &TestDatabase,
) {
    let here = World::new(database.open()).await;
    // Another instance of the service over the same database.
    let there = World::over(database.open(), Clock::manual(start()), here.school);
    let linked = here.linked("teacher", 1).await;
    let operator = here.support("helpdesk").await;
    let mut tokens = Vec::new();
    for _ in 0..8 {
        tokens.push(there.browser(linked.profile).await);
    }
    for token in &tokens {
        assert!(here.sessions.find_live_with_profile(token).await.unwrap().is_some());
        assert!(there.sessions.find_live_with_profile(token).await.unwrap().is_some());
    }
    assert!(matches!(
        here.unlink_by(operator, linked.profile, linked.link).await,
        Ok(Unlinked::Done { told: true, .. })
    ));
    for token in &tokens {
        for instance in [&here, &there] {
            assert!(instance.sessions.find_live(token).await.unwrap().is_none());
            assert!(instance.sessions.find_live_with_profile(token).await.unwrap().is_none());
        }
    }
}

async fn an_unlink_by_an_operator_is_recorded_kept_and_told(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let linked = world.linked("teacher", 1).await;
    let operator = world.support("helpdesk").await;
    let seen = world.desk().preview_unlink(operator, linked.profile).await.unwrap().unwrap();
    assert_eq!((seen.sessions, seen.guarded, seen.own), (1, false, false));
    assert_eq!(seen.link.map(|link| link.id), Some(linked.link));

    let done = world.unlink_by(operator, linked.profile, linked.link).await.unwrap();
    let Unlinked::Done { record, told: true } = done else { panic!("{done:?}") };
    assert!(world.held(linked.profile).await.is_none());
    assert_eq!(world.events(linked.profile, "link:account:removed_by_operator").await, 1);
    assert_eq!(world.events(linked.profile, "session:end:done").await, 1);
    let letters = world.letters(linked.profile, "linked").await;
    assert!(letters.iter().all(|(_, status)| status == "cancelled"), "{letters:?}");
    assert_eq!(world.letters(linked.profile, "unlinked_op").await.len(), 1);
    let link = linked.link;
    let deed = world.read(move |db| operator_deeds::find_last_of_link(db, link)).await.unwrap();
    assert_eq!((deed.number, deed.operator, deed.asked_by), (record, operator, None));
    let sealed = String::from_utf8_lossy(&deed.basis_sealed).into_owned();
    assert!(!sealed.contains("паспорт"), "what the operator wrote may name people");
    // A second one finds nothing.
    assert_eq!(world.unlink_by(operator, linked.profile, linked.link).await, Err(Refusal::Stale));
    assert_eq!(world.letters(linked.profile, "unlinked_op").await.len(), 1);
}

async fn t39_right_area_and_link_are_looked_at_again(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let linked = world.linked("teacher", 1).await;
    let region = world.region().await;
    let may =
        [world.support("here").await, world.operator("region", OperatorRole::Administrator, region).await];
    let (foreign, analyst, moved, disabled) = (
        world.operator("foreign", OperatorRole::Senior, world.elsewhere()).await,
        world.operator("analyst", OperatorRole::Analyst, region).await,
        world.support("moved").await,
        world.support("disabled").await,
    );
    // Their pages are open.
    for operator in [moved, disabled] {
        assert!(world.desk().preview_unlink(operator, linked.profile).await.unwrap().is_some());
    }
    world.move_operator(moved, Some(world.elsewhere())).await;
    world.move_operator(disabled, None).await;
    for operator in [foreign, analyst, moved, disabled] {
        assert!(world.desk().preview_unlink(operator, linked.profile).await.unwrap().is_none());
        let desk = world.desk();
        assert_eq!(world.unlink_by(operator, linked.profile, linked.link).await, Err(Refusal::NotFound));
        assert_eq!(world.freeze_by(operator, linked.profile, linked.link).await, Err(Refusal::NotFound));
        assert_eq!(world.unfreeze_by(operator, linked.profile, linked.link).await, Err(Refusal::NotFound));
        assert_eq!(world.restore_by(operator, linked.profile, linked.link).await, Err(Refusal::NotFound));
        assert!(desk.preview_reversal(operator, linked.profile).await.unwrap().is_none());
    }
    assert_eq!(world.events_by_kind("operator:deed:refused").await, 16, "each try is on record");
    assert_eq!(world.events(linked.profile, "operator:deed:refused").await, 0, "but says nothing of whom");
    // A form of a link that is another one by now.
    let stale = LinkId(linked.link.0 + 1000);
    assert_eq!(world.unlink_by(may[0], linked.profile, stale).await, Err(Refusal::Stale));
    assert_eq!(world.held(linked.profile).await.map(|link| link.id), Some(linked.link));
    assert_eq!(world.living_sessions(linked.profile).await, 1);
    assert!(matches!(world.unlink_by(may[1], linked.profile, linked.link).await, Ok(Unlinked::Done { .. })));
    // The person has linked anew; the other operator's form is of the link before.
    let session = world.session(linked.profile).await;
    let fresh = world.link_again(&session, 1).await;
    assert_eq!(world.unlink_by(may[0], linked.profile, linked.link).await, Err(Refusal::Stale));
    assert_eq!(world.held(linked.profile).await.map(|link| link.id), Some(fresh));
}

async fn t40_nobody_acts_on_their_own_profile(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let linked = world.linked("senior", 1).await;
    let operator = world.senior("helpdesk").await;
    world.own(operator, linked.profile).await;
    let (profile, link) = (linked.profile, linked.link);
    assert_eq!(world.unlink_by(operator, profile, link).await, Err(Refusal::OwnProfile));
    assert_eq!(world.freeze_by(operator, profile, link).await, Err(Refusal::OwnProfile));
    let colleague = world.senior("colleague").await;
    world.freeze_by(colleague, profile, link).await.unwrap();
    assert_eq!(world.unfreeze_by(operator, profile, link).await, Err(Refusal::OwnProfile));
    assert_eq!(world.restore_by(operator, profile, link).await, Err(Refusal::OwnProfile));
}

async fn t29_no_deed_of_an_operator_links_anybody(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let linked = world.linked("teacher", 1).await;
    let other = world.profile("other", known(2)).await;
    let senior = world.senior("helpdesk").await;
    let nowhere = LinkId(linked.link.0 + 1000);
    for link in [linked.link, nowhere] {
        // Somebody else's link, or none, named in a form for a profile without one.
        assert_eq!(world.unlink_by(senior, other, link).await, Err(Refusal::Stale));
        assert_eq!(world.freeze_by(senior, other, link).await, Err(Refusal::Stale));
        assert_eq!(world.unfreeze_by(senior, other, link).await, Err(Refusal::Stale));
        assert_eq!(world.restore_by(senior, other, link).await, Err(Refusal::NotFound));
    }
    world.unlink_by(senior, linked.profile, linked.link).await.unwrap();
    assert_eq!(world.restore_by(senior, other, linked.link).await, Err(Refusal::NotFound));
    assert!(world.held(other).await.is_none());
    let meta = RequestMeta::default();
    let owner = world.linking.unlink_own(linked.profile, None, meta).await.unwrap();
    assert_eq!(owner, privyazka::linking::unlink_account::UnlinkResult::NotLinked);
}
