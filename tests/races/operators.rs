//! What operators and disputes meet at the same moment: each other, the person, a sign-in (T26, T28, T30, T33).

use std::time::Duration;

use futures_util::future::BoxFuture;
use privyazka::audit::RequestMeta;
use privyazka::error_code::OutcomeCode;
use privyazka::federation::Outcome;
use privyazka::helpdesk::links::approval::{ApprovalState, MayNotDecide};
use privyazka::helpdesk::links::deed::NotReversible;
use privyazka::helpdesk::links::dispute::Undo;
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::helpdesk::links::unlink_for_profile::Unlinked;
use privyazka::linking::LinkStatus;
use privyazka::linking::link_account::LinkResult;
use privyazka::linking::undo::UndoResult;
use privyazka::sign_in::EsiaSignInResult;
use privyazka::store::approvals;

use crate::race::race_spread;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::{World, person};

on_each_database![
    t28_of_several_operators_one_unlinks,
    t28_an_approval_and_a_withdrawal_have_one_winner,
    t28_a_reversal_and_a_new_link_have_one_winner,
    t30_a_dispute_and_an_unlink_end_in_no_access_whatever_their_order,
    t33_no_session_outlives_a_deed_that_a_sign_in_races_with,
];

const SPREAD: Duration = Duration::from_millis(4);

async fn t28_of_several_operators_one_unlinks(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let mut operators = Vec::new();
    for name in ["one", "two", "three", "four"] {
        operators.push(world.support(name).await);
    }
    for round in 0..rounds(10, 100) {
        let number = 600_000 + u32::try_from(round).unwrap();
        let linked = world.linked(&format!("left{round}"), number).await;
        let unlink = async |operator| world.unlink_by(operator, linked.profile, linked.link).await;
        let results = race_spread(operators.iter().map(|operator| unlink(*operator)).collect(), SPREAD);
        let done = results.iter().filter(|result| matches!(result, Ok(Unlinked::Done { told: true, .. })));
        assert_eq!(done.count(), 1, "{results:?}");
        let stale = results.iter().filter(|result| **result == Err(Refusal::Stale));
        assert_eq!(stale.count(), 3, "{results:?}");
        assert_eq!(world.events(linked.profile, "link:account:removed_by_operator").await, 1);
        assert_eq!(world.letters(linked.profile, "unlinked_op").await.len(), 1);
        assert_eq!(world.living_sessions(linked.profile).await, 0);
    }
}

async fn t28_an_approval_and_a_withdrawal_have_one_winner(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second, third) =
        (world.support("first").await, world.senior("second").await, world.senior("third").await);
    let area = world.here();
    for round in 0..rounds(15, 200) {
        let number = 610_000 + u32::try_from(round).unwrap();
        let linked = world.linked(&format!("authority{round}"), number).await;
        world.make_authority(linked.profile).await;
        world.unlink_by(first, linked.profile, linked.link).await.unwrap();
        let (link, now) = (linked.link, world.clock.now());
        let waiting = world.read(move |db| approvals::find_pending_of_link(db, link, now)).await;
        let id = waiting.unwrap().id;
        let (desk, meta) = (world.desk(), RequestMeta::default());
        let approve = async |by| desk.approve(by, id, meta.clone()).await.unwrap().map(|_| "approved");
        let withdraw = async || desk.withdraw(first, id, meta.clone()).await.unwrap().map(|()| "withdrawn");
        let refuse = async || desk.refuse(third, id, meta.clone()).await.unwrap().map(|()| "refused");
        let runners: Vec<BoxFuture<'_, _>> = vec![
            Box::pin(approve(second)),
            Box::pin(approve(third)),
            Box::pin(withdraw()),
            Box::pin(refuse()),
        ];
        let results = race_spread(runners, SPREAD);
        let won: Vec<_> = results.iter().flatten().collect();
        assert_eq!(won.len(), 1, "{results:?}");
        let over = Err(Refusal::MayNotDecide(MayNotDecide::Over));
        assert_eq!(results.iter().filter(|result| **result == over).count(), 3, "{results:?}");
        let found = world.read(move |db| approvals::find_in_area(db, area, id)).await.unwrap();
        assert_eq!(found.state.as_str(), *won[0]);
        let gone = world.held(linked.profile).await.is_none();
        assert_eq!(gone, found.state == ApprovalState::Approved, "{results:?}");
        assert_eq!(world.events(linked.profile, "approval:request:ended").await, 1);
    }
}

async fn t28_a_reversal_and_a_new_link_have_one_winner(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operator = world.support("helpdesk").await;
    for round in 0..rounds(20, 200) {
        let number = 620_000 + u32::try_from(round).unwrap();
        let linked = world.linked(&format!("back{round}"), number).await;
        world.unlink_by(operator, linked.profile, linked.link).await.unwrap();
        let session = world.session(linked.profile).await;
        let trip = world.trip(&session, &person(number)).await;
        let restore = async || {
            let restored = world.restore_by(operator, linked.profile, linked.link).await;
            match restored {
                Ok(_) => true,
                Err(Refusal::NotReversible(NotReversible::SlotTaken)) => false,
                other => panic!("{other:?}"),
            }
        };
        let confirm = async || match world.confirm(&session, &trip).await {
            LinkResult::Linked { .. } => true,
            LinkResult::Over(Outcome::LinkedAlready) => false,
            other => panic!("{other:?}"),
        };
        let runners: Vec<BoxFuture<'_, _>> = vec![Box::pin(restore()), Box::pin(confirm())];
        let results = race_spread(runners, SPREAD);
        assert_ne!(results[0], results[1], "one of them, and only one");
        let held = world.held_links(linked.profile).await;
        assert_eq!(held.len(), 1);
        assert_eq!(held[0] == linked.link.0, results[0], "{results:?}");
    }
}

async fn t30_a_dispute_and_an_unlink_end_in_no_access_whatever_their_order(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operator = world.support("helpdesk").await;
    for round in 0..rounds(15, 200) {
        let number = 630_000 + u32::try_from(round).unwrap();
        let linked = world.linked(&format!("disputed{round}"), number).await;
        let (one, two) = (
            world.undo_token(linked.profile, Some(linked.link)).await,
            world.undo_token(linked.profile, Some(linked.link)).await,
        );
        let dispute = async |token| Some(world.dispute(token).await);
        let unlink = async || {
            let done = world.unlink_by(operator, linked.profile, linked.link).await;
            assert!(matches!(done, Ok(Unlinked::Done { .. })), "{done:?}");
            None
        };
        let runners: Vec<BoxFuture<'_, _>> = vec![
            Box::pin(unlink()),
            Box::pin(dispute(&one)),
            Box::pin(dispute(&one)),
            Box::pin(dispute(&two)),
        ];
        let results = race_spread(runners, SPREAD);
        let told: Vec<_> = results.iter().flatten().collect();
        let expected = [UndoResult::Frozen, UndoResult::FrozenBefore, UndoResult::Gone];
        for undo in &told {
            let Undo::Done { result, case: Some(_) } = undo else { panic!("{results:?}") };
            assert!(expected.contains(result), "{results:?}");
        }
        assert_eq!(told[0], told[1], "both uses of one address tell the same");
        assert!(world.held(linked.profile).await.is_none());
        assert_eq!(world.living_sessions(linked.profile).await, 0);
        assert_eq!(world.events(linked.profile, "case:report:opened").await, 1, "{results:?}");
        assert!(world.restore_by(operator, linked.profile, linked.link).await.is_err());
    }
}

async fn t33_no_session_outlives_a_deed_that_a_sign_in_races_with(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operator = world.support("helpdesk").await;
    for round in 0..rounds(20, 300) {
        let number = 640_000 + u32::try_from(round).unwrap();
        let linked = world.linked(&format!("enters{round}"), number).await;
        let identity = person(number);
        let letter = world.undo_token(linked.profile, Some(linked.link)).await;
        let sign_in = async || Some(world.sign_in(&identity).await);
        let deed = async || {
            match round % 3 {
                0 => drop(world.unlink_by(operator, linked.profile, linked.link).await.unwrap()),
                1 => drop(world.freeze_by(operator, linked.profile, linked.link).await.unwrap()),
                _ => drop(world.dispute(&letter).await),
            }
            None
        };
        let runners: Vec<BoxFuture<'_, _>> = vec![Box::pin(deed()), Box::pin(sign_in()), Box::pin(sign_in())];
        let results = race_spread(runners, SPREAD);
        for result in results.iter().flatten() {
            let refused = [OutcomeCode::NotLinked, OutcomeCode::LinkFrozen].map(EsiaSignInResult::Refused);
            let expected = matches!(result, EsiaSignInResult::SignedIn(_)) || refused.contains(result);
            assert!(expected, "{result:?}");
        }
        assert_eq!(world.living_sessions(linked.profile).await, 0, "round {round}: {results:?}");
        let status = world.held(linked.profile).await.map(|link| link.status);
        assert_ne!(status, Some(LinkStatus::Active));
    }
}
