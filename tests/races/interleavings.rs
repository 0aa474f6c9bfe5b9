//! Random acts at the same moment: some order of one after another gives every answer and everything that
//! is stored afterwards (T28). The orders are tried on the model.

use std::time::Duration;

#[cfg(feature = "test-postgres")]
use diesel::prelude::*;
use privyazka::linking::LinkStatus;
use privyazka::platform::random;
#[cfg(feature = "test-postgres")]
use privyazka::store::{Db, StoreError};

use crate::desk_model::Deed;
use crate::model::{Act, Answer, Model, Seen, TABS};
use crate::race::race_spread;
use crate::round::Round;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::World;

on_each_database![
    t28_some_order_of_one_after_another_explains_what_happened_at_once,
    t28_deeds_of_operators_among_what_people_do_have_an_order_too,
];

fn pick(below: usize) -> usize {
    usize::from(u16::from_le_bytes(random::bytes())) % below
}

fn any_act() -> Act {
    match pick(10) {
        0..=3 => Act::Confirm(pick(TABS.len())),
        4 | 5 => Act::Unlink(pick(4) / 3),
        6 | 7 => Act::SignIn(pick(4) / 3),
        8 => Act::EndSessions(pick(2)),
        _ => Act::Block(pick(2)),
    }
}

/// Kinds of acts.
const KINDS: usize = 15;

/// An act of a kind, about what there is; mostly about the first profile.
fn act_of(kind: usize, model: &Model) -> Act {
    let (by, profile, tab) = (pick(2), pick(4) / 3, pick(TABS.len()));
    let last = |number: usize| number - 1 - pick(number.min(4)) / 3;
    let link = last(model.links.len());
    // The first operator asked; mostly it is the other who decides.
    let about_request = |able: usize, deed: fn(usize) -> Deed| match model.requests.len() {
        0 => Act::Desk(by, Deed::Unlink(link)),
        number => Act::Desk(if pick(4) == 0 { 1 - able } else { able }, deed(last(number))),
    };
    match kind {
        0 => Act::Confirm(tab),
        1 => Act::Unlink(profile),
        2 => Act::SignIn(profile),
        3 => Act::EndSessions(profile),
        4 => Act::Block(profile),
        5 => Act::Redeem(profile),
        6 => Act::Dispute(link),
        7 => Act::Line,
        8 => Act::Desk(by, Deed::Unlink(link)),
        9 => Act::Desk(by, Deed::Freeze(link)),
        10 => Act::Desk(by, Deed::Unfreeze(link)),
        11 => Act::Desk(by, Deed::Restore(link)),
        12 => about_request(1, Deed::Approve),
        13 => about_request(1, Deed::Refuse),
        _ => about_request(0, Deed::Withdraw),
    }
}

/// What must have happened for an act of a kind to be possible, and whether a second operator must agree.
fn past_of(kind: usize) -> (bool, Vec<Act>) {
    let (linked, by_operator) = (Act::Confirm(0), Act::Desk(0, Deed::Unlink(0)));
    match kind {
        0 | 5 => (false, vec![linked, Act::Unlink(0)]),
        10 => (pick(2) == 0, vec![linked, Act::Desk(0, Deed::Freeze(0))]),
        11 if pick(3) == 0 => (true, vec![linked, by_operator, Act::Desk(1, Deed::Approve(0))]),
        11 => (false, vec![linked, by_operator]),
        12.. => (true, vec![linked, by_operator]),
        _ => (false, vec![linked]),
    }
}

/// Does these at the same moment; fails where no order explains what came of it.
async fn explain(number: usize, round: &Round<'_>, model: &Model, acts: Vec<Act>) {
    let runners = acts.iter().map(|act| round.perform(*act)).collect();
    let answers = race_spread(runners, Duration::from_millis(4));
    let happened: Vec<_> = acts.into_iter().zip(answers).collect();
    let seen = round.seen().await;
    assert!(
        explains(model, &happened, &seen),
        "round {number}: no order explains {happened:#?}\nfrom {model:#?}\nto {seen:#?}"
    );
}

/// Whether `model` gives these answers and ends like this, whatever the order of what is left to do.
fn explains(model: &Model, left: &[(Act, Answer)], seen: &Seen) -> bool {
    if left.is_empty() {
        return model.seen() == *seen;
    }
    (0..left.len()).any(|at| {
        let mut next = model.clone();
        let mut rest = left.to_vec();
        let (act, answer) = rest.remove(at);
        next.apply(act) == answer && explains(&next, &rest, seen)
    })
}

async fn t28_some_order_of_one_after_another_explains_what_happened_at_once(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operators = [world.senior("one").await, world.senior("two").await];
    for number in 0..rounds(200, 2000) {
        let same_person = pick(2) == 0;
        let id = 1000 + u32::try_from(number).unwrap();
        let mut round = Round::new(&world, operators, id, same_person).await;
        let mut model = Model::new(same_person, [false; 2]);
        let past: Vec<_> = (0..pick(3)).map(|_| any_act()).collect();
        round.live_through(&mut model, &past).await;
        let acts = (0..3 + pick(4)).map(|_| any_act()).collect();
        explain(number, &round, &model, acts).await;
    }
    #[cfg(feature = "test-postgres")]
    assert_eq!(world.read(count_deadlocks).await, 0, "locks are taken in one order everywhere");
}

/// Every kind of act with every other, in a state in which one of the two is possible, and one or two more.
async fn t28_deeds_of_operators_among_what_people_do_have_an_order_too(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operators = [world.senior("one").await, world.senior("two").await];
    let pairs: Vec<_> = (0..KINDS).flat_map(|one| (one..KINDS).map(move |other| (one, other))).collect();
    for number in 0..rounds(pairs.len(), 20 * pairs.len()) {
        let (one, other) = pairs[number % pairs.len()];
        let (first, second) = if pick(2) == 0 { (one, other) } else { (other, one) };
        let same_person = pick(2) == 0;
        let id = 10_000 + u32::try_from(number).unwrap();
        let mut round = Round::new(&world, operators, id, same_person).await;
        let (guarded, past) = past_of(first);
        if guarded {
            world.make_authority(round.profiles[0]).await;
        }
        let mut model = Model::new(same_person, [guarded, false]);
        round.live_through(&mut model, &past).await;
        if pick(3) == 0 {
            let more = act_of(8 + pick(KINDS - 8), &model);
            round.live_through(&mut model, &[more]).await;
        }
        let readiness = model.make_ready();
        round.make_ready(&readiness).await;
        let mut acts = vec![act_of(first, &model), act_of(second, &model)];
        acts.extend((0..1 + pick(2)).map(|_| act_of(pick(KINDS), &model)));
        explain(number, &round, &model, acts).await;
        round.leave().await;
    }
    #[cfg(feature = "test-postgres")]
    assert_eq!(world.read(count_deadlocks).await, 0, "locks are taken in one order everywhere");
}

/// Deadlocks are resolved and tried again, but each costs a person a second.
#[cfg(feature = "test-postgres")]
fn count_deadlocks(db: &mut Db) -> Result<i64, StoreError> {
    let Db::Pg(connection) = db else { return Ok(0) };
    let found = diesel::sql_query(
        "SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()",
    );
    Ok(found.get_result::<Count>(connection)?.count)
}

#[cfg(feature = "test-postgres")]
#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

#[test]
fn the_judge_rejects_what_no_order_explains() {
    let mut model = Model::new(false, [false; 2]);
    assert_eq!(model.apply(Act::Confirm(0)), Answer::Linked);
    let before = Model::new(false, [false; 2]);
    let seen = model.seen();
    assert!(explains(&before, &[(Act::Confirm(0), Answer::Linked)], &seen));
    assert!(!explains(&before, &[(Act::Confirm(0), Answer::Linked)], &before.seen()), "a lost link");
    let both = [(Act::Confirm(0), Answer::Linked), (Act::Confirm(2), Answer::Linked)];
    let mut twice = seen.clone();
    twice.link[1] = Some((0, LinkStatus::Active));
    assert!(!explains(&before, &both, &twice), "one account of two people");
    let outlived = [(Act::SignIn(0), Answer::SignedIn(0)), (Act::Unlink(0), Answer::Unlinked)];
    let mut after = model.clone();
    assert_eq!(after.apply(Act::Unlink(0)), Answer::Unlinked);
    assert!(explains(&model, &outlived, &after.seen()));
    let mut alive = after.seen();
    alive.living[0] = 1;
    assert!(!explains(&model, &outlived, &alive), "a session that outlived the unlink");
}
