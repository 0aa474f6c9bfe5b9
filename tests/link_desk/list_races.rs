//! A list against whatever happens at once: another worker, its own withdrawal, the owner, a sign-in.

use futures_util::future::{join, join_all};
use privyazka::audit::RequestMeta;
use privyazka::helpdesk::links::bulk::carry_out::ListWorker;
use privyazka::helpdesk::links::bulk::list::ListState;

use crate::lists::uids;
use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, person};

on_each_database![
    t28_several_workers_do_each_line_once,
    t28_an_approval_and_a_withdrawal_at_once_have_one_winner,
    t28_a_stop_at_once_with_a_line_leaves_counts_that_are_true,
    t28_a_list_and_the_owner_at_once_remove_a_link_once,
    t26_a_sign_in_in_flight_leaves_no_session_behind_a_list,
];

async fn t28_several_workers_do_each_line_once(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let class = world.linked_class(30).await;
    let number = world.approved_list(first, second, &uids(30)).await;
    // Nodes of their own: each has its pool, its writer and its queue.
    let nodes: Vec<_> =
        (0..3).map(|_| World::over(database.open(), world.clock.clone(), world.school)).collect();
    let done = join_all(nodes.iter().map(World::carry_out)).await;
    assert_eq!(done.iter().sum::<usize>(), 30, "{done:?}");
    for linked in &class {
        assert!(world.held(linked.profile).await.is_none());
        assert_eq!(world.events(linked.profile, "link:account:removed_by_operator").await, 1);
        assert_eq!(world.letters(linked.profile, "unlinked_op").await.len(), 1);
    }
    let seen = world.seen(first, &number).await.unwrap();
    assert_eq!((seen.state, seen.list.settled, seen.list.unlinked), (ListState::Done, 30, 30));
    assert_eq!(world.events_by_kind("bulk:list:ended").await, 1);
}

async fn t28_an_approval_and_a_withdrawal_at_once_have_one_winner(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let linked = world.linked("pupil1", 1).await;
    for _ in 0..10 {
        let number = world.hand_in(first, &uids(1)).await;
        world.ask_for(first, &number).await.unwrap();
        let request = world.request_of(second, &number).await;
        let desk = world.desk();
        let withdraw = desk.withdraw(first, request, RequestMeta::default());
        let (approved, withdrawn) = join(world.approve_by(second, request), withdraw).await;
        assert_ne!(approved.is_ok(), withdrawn.unwrap().is_ok());
        let state = world.seen(first, &number).await.unwrap().state;
        if approved.is_ok() {
            assert_eq!(state, ListState::Running);
            world.desk().stop_list(first, number, RequestMeta::default()).await.unwrap().unwrap();
        } else {
            assert_eq!(state, ListState::Withdrawn);
        }
    }
    assert!(world.held(linked.profile).await.is_some());
}

async fn t28_a_stop_at_once_with_a_line_leaves_counts_that_are_true(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let class = world.linked_class(10).await;
    let number = world.approved_list(first, second, &uids(10)).await;
    let desk = world.desk();
    let stop = desk.stop_list(first, number.clone(), RequestMeta::default());
    let (lines, stopped) = join(world.carry_out(), stop).await;
    // Whoever was first: the list was done before the stop came, or it stands where it was stopped.
    let seen = world.seen(first, &number).await.unwrap();
    let expected = if stopped.unwrap().is_ok() { ListState::Stopped } else { ListState::Done };
    assert_eq!(seen.state, expected);
    let mut gone = 0;
    for linked in &class {
        gone += u64::from(world.held(linked.profile).await.is_none());
    }
    assert_eq!((seen.list.unlinked, seen.list.settled, lines as u64), (gone, gone, gone));
}

async fn t28_a_list_and_the_owner_at_once_remove_a_link_once(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let class = world.linked_class(8).await;
    world.approved_list(first, second, &uids(8)).await;
    let owners =
        class.iter().map(|linked| world.linking.unlink_own(linked.profile, None, RequestMeta::default()));
    let (_, owners) = join(world.carry_out(), join_all(owners)).await;
    assert!(owners.iter().all(Result::is_ok));
    for linked in &class {
        assert!(world.held(linked.profile).await.is_none());
        let by_owner = world.events(linked.profile, "link:account:removed_by_owner").await;
        let by_list = world.events(linked.profile, "link:account:removed_by_operator").await;
        assert_eq!(by_owner + by_list, 1);
        assert_eq!(world.letters(linked.profile, "unlinked_op").await.len() as i64, by_list);
    }
}

async fn t26_a_sign_in_in_flight_leaves_no_session_behind_a_list(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let class = world.linked_class(8).await;
    world.approved_list(first, second, &uids(8)).await;
    let people: Vec<_> = (1..=8).map(person).collect();
    let sign_ins = join_all(people.iter().map(|identity| world.sign_in(identity)));
    let worker = ListWorker::new(world.desk());
    let (lines, _) = join(worker.round(), sign_ins).await;
    assert_eq!(lines.unwrap(), 8);
    for linked in &class {
        assert!(world.held(linked.profile).await.is_none());
        assert_eq!(world.living_sessions(linked.profile).await, 0);
    }
}
