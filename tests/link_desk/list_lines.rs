//! What comes of the lines of a list: what changed meanwhile, what fails, what is stopped, taken back, forgotten.

use chrono::Duration;
use privyazka::audit::RequestMeta;
use privyazka::helpdesk::links::bulk::carry_out::ListWorker;
use privyazka::helpdesk::links::bulk::finding::Finding;
use privyazka::helpdesk::links::bulk::list::ListState;
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::store::links;

use crate::lists::{count, uids};
use crate::support::database::{TestDatabase, on_each_database};
use crate::world::World;

on_each_database![
    what_changed_since_the_preview_is_left_alone,
    a_stopped_list_leaves_the_rest_alone,
    t26_what_a_list_removed_goes_back_as_if_done_by_hand,
    a_line_that_cannot_be_done_does_not_hold_up_the_rest,
    a_list_goes_after_its_time_with_its_lines,
];

/// Lines that one turn of the worker carries out.
const TURN: usize = 20;

async fn what_changed_since_the_preview_is_left_alone(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let class = world.linked_class(5).await;
    let number = world.approved_list(first, second, &uids(5)).await;
    // Unlinked by the owner; linked anew; disputed; become authority; unlinked by a colleague.
    world.linking.unlink_own(class[0].profile, None, RequestMeta::default()).await.unwrap();
    world.linking.unlink_own(class[1].profile, None, RequestMeta::default()).await.unwrap();
    let session = world.session(class[1].profile).await;
    let fresh = world.link_again(&session, 2).await;
    world.freeze_by(second, class[2].profile, class[2].link).await.unwrap();
    world.make_authority(class[3].profile).await;
    world.unlink_by(first, class[4].profile, class[4].link).await.unwrap();
    assert_eq!(world.carry_out().await, 5);
    let seen = world.seen(first, &number).await.unwrap();
    for (finding, times) in [(Finding::Changed, 3), (Finding::Disputed, 1), (Finding::Guarded, 1)] {
        assert_eq!(count(&seen, finding), times, "{finding:?}");
    }
    assert_eq!((seen.state, seen.list.unlinked), (ListState::Done, 0));
    assert_eq!(world.held(class[1].profile).await.map(|link| link.id), Some(fresh));
    assert_eq!(world.letters(class[4].profile, "unlinked_op").await.len(), 1, "of the colleague's deed");
}

async fn a_stopped_list_leaves_the_rest_alone(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let people = u32::try_from(TURN).unwrap() + 2;
    let class = world.linked_class(people).await;
    let number = world.approved_list(first, second, &uids(people)).await;
    // A worker that is gone after its first turn; another goes on where it was.
    assert_eq!(ListWorker::new(world.desk()).round().await.unwrap(), TURN);
    let meta = RequestMeta::default;
    assert_eq!(world.desk().stop_list(second, number.clone(), meta()).await.unwrap(), Ok(()));
    assert_eq!(
        world.desk().stop_list(second, number.clone(), meta()).await.unwrap(),
        Err(Refusal::ListChanged)
    );
    assert_eq!(world.carry_out().await, 0);
    let seen = world.seen(first, &number).await.unwrap();
    assert_eq!((seen.state, seen.list.unlinked), (ListState::Stopped, TURN as u64));
    for (place, linked) in class.iter().enumerate() {
        assert_eq!(world.held(linked.profile).await.is_none(), place < TURN, "{place}");
    }
    let mut file = world.desk().list_results(first, number, meta()).await.unwrap().unwrap();
    let text = String::from_utf8(file.next_lines().await.unwrap().unwrap()).unwrap();
    assert!(file.next_lines().await.unwrap().is_none());
    let lines: Vec<_> = text.strip_prefix('\u{feff}').unwrap().split("\r\n").collect();
    assert_eq!(lines[0], "Строка;Идентификатор профиля;Результат");
    assert_eq!(lines[1], "2;uid-pupil1;отвязан");
    assert_eq!(lines[TURN + 1], format!("{};uid-pupil{};не выполнено", TURN + 2, TURN + 1));
    assert_eq!(lines.len(), TURN + 4);
}

async fn t26_what_a_list_removed_goes_back_as_if_done_by_hand(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let linked = world.linked("pupil1", 1).await;
    world.approved_list(first, second, &uids(1)).await;
    world.carry_out().await;
    assert!(world.held(linked.profile).await.is_none());
    world.restore_by(first, linked.profile, linked.link).await.unwrap();
    assert_eq!(world.held(linked.profile).await.map(|link| link.id), Some(linked.link));
    // And after its time no more.
    world.approved_list(first, second, &uids(1)).await;
    world.carry_out().await;
    world.clock.advance(Duration::hours(24));
    assert!(world.restore_by(first, linked.profile, linked.link).await.is_err());
}

async fn a_line_that_cannot_be_done_does_not_hold_up_the_rest(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let class = world.linked_class(3).await;
    let number = world.approved_list(first, second, &uids(3)).await;
    let spoilt = class[1].profile;
    world
        .write(move |db| {
            use diesel::prelude::*;
            use privyazka::store::schema::links;
            let row = links::table.filter(links::profile_id.eq(spoilt.0));
            let unknown = links::level.eq("unheard of");
            privyazka::each!(db, |c| diesel::update(row).set(unknown).execute(c))?;
            Ok(())
        })
        .await;
    assert_eq!(world.carry_out().await, 3);
    let seen = world.seen(first, &number).await.unwrap();
    assert_eq!((count(&seen, Finding::Unlinked), count(&seen, Finding::Failed)), (2, 1));
    assert_eq!((seen.state, seen.list.unlinked), (ListState::Done, 2));
    assert_eq!(world.held_links(spoilt).await.len(), 1, "nothing of it is half");
    assert_eq!(world.living_sessions(spoilt).await, 1);
}

async fn a_list_goes_after_its_time_with_its_lines(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let linked = world.linked("pupil1", 1).await;
    let old = world.approved_list(first, second, &uids(3)).await;
    world.carry_out().await;
    let open = world.hand_in(first, &uids(1)).await;
    world.clock.advance(Duration::days(90) + Duration::hours(1));
    let before = world.clock.now() - Duration::days(90);
    let delete =
        move |db: &mut privyazka::store::Db| privyazka::store::bulk_unlink_lines::delete_ended(db, before, 2);
    let mut gone = Vec::new();
    for expected in [2, 1, 0] {
        let slice = world.write(delete).await;
        assert_eq!(slice.len(), expected);
        gone.extend(slice.into_iter().flatten());
    }
    assert_eq!(gone, [linked.profile.0]);
    assert!(world.seen(first, &old).await.is_none());
    assert!(world.seen(first, &open).await.is_some(), "what has not ended stays");
    let link = linked.link;
    assert!(world.read(move |db| links::find(db, link)).await.is_some());
}
