//! A frozen link signs nobody in until a senior operator decides.

use privyazka::error_code::OutcomeCode;
use privyazka::helpdesk::links::dispute::Undo;
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::helpdesk::links::unlink_for_profile::Unlinked;
use privyazka::linking::LinkStatus;
use privyazka::linking::undo::UndoResult;
use privyazka::sign_in::EsiaSignInResult;

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, person};

on_each_database![
    t33_a_frozen_link_signs_nobody_in_and_ends_every_session,
    only_a_senior_operator_unfreezes_and_no_letter_from_before_freezes_again,
    a_frozen_link_is_unlinked_for_good,
    t40_who_froze_the_link_of_authority_staff_does_not_unfreeze_it,
];

async fn t33_a_frozen_link_signs_nobody_in_and_ends_every_session(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operator = world.support("helpdesk").await;
    let linked = world.linked("teacher", 1).await;
    let browser = world.browser(linked.profile).await;
    world.freeze_by(operator, linked.profile, linked.link).await.unwrap();
    assert!(world.sessions.find_live(&browser).await.unwrap().is_none());
    assert_eq!(world.living_sessions(linked.profile).await, 0);
    let refused = EsiaSignInResult::Refused(OutcomeCode::LinkFrozen);
    assert_eq!(world.sign_in(&person(1)).await, refused);
    let held = world.held(linked.profile).await.unwrap();
    assert_eq!((held.id, held.status), (linked.link, LinkStatus::Frozen), "frozen, not deleted");
    assert_eq!(world.events(linked.profile, "link:account:frozen").await, 1);
    assert_eq!(world.letters(linked.profile, "link_frozen").await.len(), 1);
    assert_eq!(world.freeze_by(operator, linked.profile, linked.link).await, Err(Refusal::Stale));
}

async fn only_a_senior_operator_unfreezes_and_no_letter_from_before_freezes_again(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (operator, senior) = (world.support("helpdesk").await, world.senior("senior").await);
    let linked = world.linked("teacher", 1).await;
    let letter = world.undo_token(linked.profile, Some(linked.link)).await;
    world.freeze_by(operator, linked.profile, linked.link).await.unwrap();
    assert_eq!(world.unfreeze_by(operator, linked.profile, linked.link).await, Err(Refusal::NotFound));
    world.unfreeze_by(senior, linked.profile, linked.link).await.unwrap();
    assert_eq!(world.unfreeze_by(senior, linked.profile, linked.link).await, Err(Refusal::Stale));
    assert!(matches!(world.sign_in(&person(1)).await, EsiaSignInResult::SignedIn(_)));
    assert_eq!(world.events(linked.profile, "link:account:unfrozen").await, 1);
    assert_eq!(world.letters(linked.profile, "link_unfrozen").await.len(), 1);
    let settled = Undo::Done { result: UndoResult::Settled, case: None };
    assert_eq!(world.dispute(&letter).await, settled);
    assert_eq!(world.held(linked.profile).await.map(|link| link.status), Some(LinkStatus::Active));
    // A letter from after it does.
    let letter = world.undo_token(linked.profile, Some(linked.link)).await;
    assert!(matches!(world.dispute(&letter).await, Undo::Done { result: UndoResult::Frozen, .. }));
}

async fn a_frozen_link_is_unlinked_for_good(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operator = world.support("helpdesk").await;
    let linked = world.linked("teacher", 1).await;
    let letter = world.undo_token(linked.profile, Some(linked.link)).await;
    assert!(matches!(world.dispute(&letter).await, Undo::Done { result: UndoResult::Frozen, .. }));
    let done = world.unlink_by(operator, linked.profile, linked.link).await;
    assert!(matches!(done, Ok(Unlinked::Done { .. })));
    assert!(world.held(linked.profile).await.is_none());
    assert!(world.restore_by(operator, linked.profile, linked.link).await.is_err());
    assert_eq!(
        world.sign_in(&person(1)).await,
        EsiaSignInResult::Refused(OutcomeCode::NotLinked),
        "the slot is free, the account opens nothing"
    );
}

async fn t40_who_froze_the_link_of_authority_staff_does_not_unfreeze_it(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let linked = world.linked("authority", 1).await;
    world.make_authority(linked.profile).await;
    world.freeze_by(first, linked.profile, linked.link).await.unwrap();
    let own = world.unfreeze_by(first, linked.profile, linked.link).await;
    assert_eq!(own, Err(Refusal::AnotherOperator));
    world.unfreeze_by(second, linked.profile, linked.link).await.unwrap();
}
