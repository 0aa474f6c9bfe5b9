//! Unlinking by a list: what its lines come to, who must agree, and that each line is the unlink of one profile.

use chrono::Duration;
use privyazka::access::OperatorId;
use privyazka::audit::RequestMeta;
use privyazka::directory::ProfileStatus;
use privyazka::helpdesk::links::approval::{ApprovalId, MayNotDecide};
use privyazka::helpdesk::links::bulk::carry_out::ListWorker;
use privyazka::helpdesk::links::bulk::decide_list;
use privyazka::helpdesk::links::bulk::finding::Finding;
use privyazka::helpdesk::links::bulk::list::ListState;
use privyazka::helpdesk::links::bulk::look_at_list::SeenList;
use privyazka::helpdesk::links::bulk::read_list::read_list;
use privyazka::helpdesk::links::bulk::take_list::NewList;
use privyazka::helpdesk::links::end_approval;
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::helpdesk::links::unlink_for_profile::Unlinked;
use privyazka::helpdesk::links::unlink_request::UnlinkReason;

use crate::desk::{Linked, basis};
use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, known};

on_each_database![
    t26_each_line_of_an_approved_list_is_the_unlink_of_one_profile,
    t40_a_list_says_beforehand_what_it_will_do_and_leaves_out_what_needs_its_own_look,
    t40_nobody_approves_a_list_of_their_own,
    t38_a_list_of_another_area_does_not_exist,
    t39_a_list_halts_when_whoever_asked_or_agreed_may_no_longer,
    a_list_that_nobody_decides_about_is_over_after_its_time,
];

impl World {
    /// Hands a list of these ids in; its number.
    pub async fn hand_in(&self, operator: OperatorId, uids: &[String]) -> String {
        let file = format!("uid\n{}\n", uids.join("\n"));
        let new = NewList {
            reason: UnlinkReason::Left,
            basis: basis(),
            lines: read_list(file.as_bytes()).expect("a list"),
        };
        let taken = self.desk().take_list(operator, new, RequestMeta::default()).await;
        taken.expect("never an error").expect("may hand in")
    }

    pub async fn ask_for(&self, operator: OperatorId, number: &str) -> Result<(), Refusal> {
        let asked = self.desk().ask_for_list(operator, number.into(), RequestMeta::default()).await;
        asked.expect("never an error").map(drop)
    }

    /// The request of a list, as the queue of an operator has it.
    pub async fn request_of(&self, operator: OperatorId, number: &str) -> ApprovalId {
        let queue = self.desk().approvals(operator).await.unwrap().unwrap();
        let found = queue.into_iter().find(|waiting| waiting.approval.number == number);
        let found = found.expect("it waits");
        assert_eq!(found.list.expect("of a list").number, number);
        found.approval.id
    }

    /// A list of these ids that a second operator has agreed to.
    pub async fn approved_list(&self, first: OperatorId, second: OperatorId, uids: &[String]) -> String {
        let number = self.hand_in(first, uids).await;
        self.ask_for(first, &number).await.unwrap();
        let request = self.request_of(second, &number).await;
        let begun = self.approve_by(second, request).await;
        assert_eq!(begun, Ok(Unlinked::Begun { number: number.clone() }));
        number
    }

    pub async fn carry_out(&self) -> usize {
        let worker = ListWorker::new(self.desk());
        let mut lines = 0;
        loop {
            match worker.round().await.expect("the database works") {
                0 => return lines,
                more => lines += more,
            }
        }
    }

    pub async fn seen(&self, operator: OperatorId, number: &str) -> Option<SeenList> {
        self.desk().look_at_list(operator, number.into(), RequestMeta::default()).await.unwrap()
    }

    pub async fn state_of(&self, operator: OperatorId, number: &str) -> ListState {
        self.seen(operator, number).await.expect("theirs to see").state
    }

    /// Several linked profiles.
    pub async fn linked_class(&self, count: u32) -> Vec<Linked> {
        let mut class = Vec::new();
        for number in 1..=count {
            class.push(self.linked(&format!("pupil{number}"), number).await);
        }
        class
    }
}

/// Public ids of the first pupils.
pub fn uids(count: u32) -> Vec<String> {
    (1..=count).map(|number| format!("uid-pupil{number}")).collect()
}

pub fn count(seen: &SeenList, finding: Finding) -> u64 {
    seen.counts.iter().find(|(found, _)| *found == finding).map_or(0, |(_, count)| *count)
}

async fn t26_each_line_of_an_approved_list_is_the_unlink_of_one_profile(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let class = world.linked_class(3).await;
    let bystander = world.linked("bystander", 9).await;
    let trip = world.pending_trip(&class[0].session).await;
    let number = world.hand_in(first, &uids(3)).await;
    assert_eq!(world.state_of(first, &number).await, ListState::Draft);
    assert_eq!(world.carry_out().await, 0, "nothing is asked for yet");
    world.ask_for(first, &number).await.unwrap();
    assert_eq!(world.carry_out().await, 0, "nobody has agreed yet");
    assert_eq!(world.living_sessions(class[0].profile).await, 1);
    let request = world.request_of(second, &number).await;
    world.approve_by(second, request).await.unwrap();
    assert_eq!(world.carry_out().await, 3);
    for linked in &class {
        assert!(world.held(linked.profile).await.is_none());
        assert_eq!(world.living_sessions(linked.profile).await, 0);
        assert_eq!(world.events(linked.profile, "link:account:removed_by_operator").await, 1);
        assert_eq!(world.letters(linked.profile, "unlinked_op").await.len(), 1);
    }
    assert!(world.outcome(&trip).await.is_some(), "begun trips are over too");
    assert!(world.held(bystander.profile).await.is_some());
    let seen = world.seen(first, &number).await.unwrap();
    assert_eq!((seen.state, count(&seen, Finding::Unlinked)), (ListState::Done, 3));
    assert_eq!((seen.list.settled, seen.list.unlinked, seen.list.to_do), (3, 3, 3));
    for (kind, times) in [
        ("bulk:list:uploaded", 1),
        ("approval:request:made", 1),
        ("approval:request:ended", 1),
        ("bulk:list:ended", 1),
    ] {
        assert_eq!(world.events_by_kind(kind).await, times, "{kind}");
    }
    assert_eq!(world.carry_out().await, 0, "and it is over");
}

async fn t40_a_list_says_beforehand_what_it_will_do_and_leaves_out_what_needs_its_own_look(
    database: &TestDatabase,
) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let colleague = world.support("colleague").await;
    let class = world.linked_class(7).await;
    world.set_status(class[1].profile, ProfileStatus::Closed).await;
    world.make_authority(class[2].profile).await;
    world.own(colleague, class[3].profile).await;
    world.freeze_by(second, class[4].profile, class[4].link).await.unwrap();
    world.own(first, class[5].profile).await;
    world.own(second, class[6].profile).await;
    world.profile("pupil8", known(8)).await;
    let mut uids = uids(9);
    uids.extend(["uid-pupil1".to_owned(), "112-233-445 95".to_owned()]);
    let number = world.hand_in(first, &uids).await;
    let seen = world.seen(second, &number).await.unwrap();
    let expected = [
        (Finding::Ready, 1),
        (Finding::Closed, 1),
        (Finding::Guarded, 3),
        (Finding::Disputed, 1),
        (Finding::OwnProfile, 1),
        (Finding::NotLinked, 1),
        (Finding::NotFound, 1),
        (Finding::Repeated, 1),
        (Finding::Malformed, 1),
    ];
    for (finding, times) in expected {
        assert_eq!(count(&seen, finding), times, "{finding:?}");
    }
    assert_eq!((seen.list.lines, seen.list.to_do), (11, 2));
    let repeated = seen.lines.iter().find(|line| line.finding == Finding::Repeated).unwrap();
    assert_eq!((repeated.line, repeated.first_line), (11, Some(2)));
    assert_eq!(seen.profiles.len(), 2, "only those whose link goes are shown");
    assert_eq!(world.events_by_kind("bulk:list:viewed").await, 1);
    // What a line that names nobody said is kept nowhere.
    assert!(seen.lines.iter().all(|line| line.profile.is_some()
        != matches!(line.finding, Finding::NotFound | Finding::Repeated | Finding::Malformed)));
    world.ask_for(first, &number).await.unwrap();
    let request = world.request_of(second, &number).await;
    world.approve_by(second, request).await.unwrap();
    assert_eq!(world.carry_out().await, 2);
    for (place, gone) in [(0, true), (1, true), (2, false), (3, false), (4, false), (5, false), (6, false)] {
        assert_eq!(world.held(class[place].profile).await.is_none(), gone, "{place}");
    }
}

async fn t40_nobody_approves_a_list_of_their_own(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let support = world.support("support").await;
    let linked = world.linked("pupil1", 1).await;
    let meta = RequestMeta::default;
    // Support may neither hand in nor look nor decide.
    let new = NewList {
        reason: UnlinkReason::Left,
        basis: basis(),
        lines: read_list(b"uid\nuid-pupil1\n").unwrap(),
    };
    assert_eq!(world.desk().take_list(support, new, meta()).await.unwrap(), Err(Refusal::NotFound));
    let number = world.hand_in(first, &uids(1)).await;
    assert!(world.seen(support, &number).await.is_none());
    assert!(world.desk().last_lists(support).await.unwrap().is_none());
    // Only whoever handed it in asks, and once.
    assert_eq!(world.ask_for(second, &number).await, Err(Refusal::NotFound));
    world.ask_for(first, &number).await.unwrap();
    assert_eq!(world.ask_for(first, &number).await, Err(Refusal::ListChanged));
    let request = world.request_of(second, &number).await;
    let own = Err(Refusal::MayNotDecide(MayNotDecide::OwnRequest));
    assert_eq!(world.approve_by(first, request).await, own);
    assert_eq!(world.approve_by(support, request).await, Err(Refusal::NotFound));
    assert_eq!(world.carry_out().await, 0);
    assert_eq!(world.desk().withdraw(first, request, meta()).await.unwrap(), Ok(()));
    assert_eq!(world.state_of(first, &number).await, ListState::Withdrawn);
    assert_eq!(world.approve_by(second, request).await, Err(Refusal::MayNotDecide(MayNotDecide::Over)));
    // One that is refused.
    let number = world.hand_in(first, &uids(1)).await;
    world.ask_for(first, &number).await.unwrap();
    let request = world.request_of(second, &number).await;
    assert_eq!(world.desk().refuse(second, request, meta()).await.unwrap(), Ok(()));
    assert_eq!(world.state_of(first, &number).await, ListState::Refused);
    // One that is given up before it is asked for, by its owner alone.
    let number = world.hand_in(first, &uids(1)).await;
    let desk = world.desk();
    assert_eq!(desk.cancel_list(second, number.clone(), meta()).await.unwrap(), Err(Refusal::NotFound));
    assert_eq!(desk.cancel_list(first, number.clone(), meta()).await.unwrap(), Ok(()));
    assert_eq!(world.ask_for(first, &number).await, Err(Refusal::ListChanged));
    // A list with nothing to do is not asked for.
    let number = world.hand_in(first, &["unknown".to_owned()]).await;
    assert_eq!(world.ask_for(first, &number).await, Err(Refusal::ListChanged));
    assert_eq!(world.carry_out().await, 0);
    assert!(world.held(linked.profile).await.is_some());
}

async fn t38_a_list_of_another_area_does_not_exist(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let role = privyazka::access::OperatorRole::Senior;
    let foreign = world.operator("foreign", role, world.elsewhere()).await;
    let linked = world.linked("pupil1", 1).await;
    // A neighbour's pupil and nobody are one finding.
    let theirs = world.hand_in(foreign, &["uid-pupil1".to_owned(), "nobody".to_owned()]).await;
    let seen = world.seen(foreign, &theirs).await.unwrap();
    assert_eq!((count(&seen, Finding::NotFound), seen.list.to_do), (2, 0));
    assert!(seen.lines.iter().all(|line| line.profile.is_none() && line.link.is_none()));
    let number = world.hand_in(first, &uids(1)).await;
    let meta = RequestMeta::default;
    let desk = world.desk();
    assert!(world.seen(foreign, &number).await.is_none());
    assert!(desk.list_results(foreign, number.clone(), meta()).await.unwrap().is_none());
    assert!(desk.last_lists(foreign).await.unwrap().unwrap().iter().all(|(list, _)| list.number == theirs));
    world.ask_for(first, &number).await.unwrap();
    let request = world.request_of(second, &number).await;
    assert_eq!(world.approve_by(foreign, request).await, Err(Refusal::NotFound));
    world.approve_by(second, request).await.unwrap();
    assert_eq!(desk.stop_list(foreign, number.clone(), meta()).await.unwrap(), Err(Refusal::NotFound));
    // From above it is seen, and may be stopped.
    let above = world.operator("above", role, world.region().await).await;
    assert!(world.seen(above, &number).await.is_some());
    assert_eq!(desk.last_lists(above).await.unwrap().unwrap().len(), 1);
    assert_eq!(desk.stop_list(above, number, meta()).await.unwrap(), Ok(()));
    assert!(world.held(linked.profile).await.is_some());
}

async fn t39_a_list_halts_when_whoever_asked_or_agreed_may_no_longer(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let watcher = world.senior("watcher").await;
    let class = world.linked_class(4).await;
    for (round, disabled) in [0, 1].into_iter().enumerate() {
        let first = world.senior(&format!("first{round}")).await;
        let second = world.senior(&format!("second{round}")).await;
        let number = world.approved_list(first, second, &uids(4)).await;
        world.move_operator([first, second][disabled], None).await;
        assert_eq!(world.carry_out().await, 0);
        assert_eq!(world.state_of(watcher, &number).await, ListState::Halted);
    }
    // Disabled between asking and the decision: the list ends with its request.
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let number = world.hand_in(first, &uids(4)).await;
    world.ask_for(first, &number).await.unwrap();
    let request = world.request_of(second, &number).await;
    world.move_operator(first, None).await;
    assert_eq!(world.approve_by(second, request).await, Err(Refusal::AskerLostRight));
    assert_eq!(world.state_of(second, &number).await, ListState::Halted);
    // Moved to another area while the list is carried out: nobody of it is theirs any more.
    let (first, second) = (world.senior("third").await, world.senior("fourth").await);
    let number = world.approved_list(first, second, &uids(4)).await;
    world.move_operator(first, Some(world.elsewhere())).await;
    assert_eq!(world.carry_out().await, 4);
    let seen = world.seen(watcher, &number).await.unwrap();
    assert_eq!((seen.state, count(&seen, Finding::NotFound)), (ListState::Done, 4));
    for linked in class {
        assert!(world.held(linked.profile).await.is_some());
    }
}

async fn a_list_that_nobody_decides_about_is_over_after_its_time(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    world.linked("pupil1", 1).await;
    let draft = world.hand_in(first, &uids(1)).await;
    let asked = world.hand_in(first, &uids(1)).await;
    world.ask_for(first, &asked).await.unwrap();
    let request = world.request_of(second, &asked).await;
    world.clock.advance(Duration::hours(24));
    for swept in [false, true] {
        if swept {
            let now = world.clock.now();
            for expected in [2, 0] {
                assert_eq!(world.write(move |db| decide_list::close_expired(db, now, 10)).await, expected);
            }
            assert_eq!(world.write(move |db| end_approval::close_expired(db, now, 10)).await, 1);
            // Each tells of its end once: the draft itself, the one that was asked for by its request.
            for kind in ["bulk:list:ended", "approval:request:ended"] {
                assert_eq!(world.events_by_kind(kind).await, 1, "{kind}");
            }
        }
        assert_eq!(world.ask_for(first, &draft).await, Err(Refusal::ListChanged));
        assert_eq!(world.approve_by(second, request).await, Err(Refusal::MayNotDecide(MayNotDecide::Over)));
        for number in [&draft, &asked] {
            assert_eq!(world.state_of(first, number).await, ListState::Expired, "{swept}");
        }
    }
    assert_eq!(world.carry_out().await, 0);
}
