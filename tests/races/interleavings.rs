//! Random acts at the same moment: some order of one after another gives every answer and everything that
//! is stored afterwards (T28). The orders are tried on the model.

use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use privyazka::audit::RequestMeta;
use privyazka::directory::{ProfileId, ProfileStatus};
use privyazka::each;
use privyazka::identity::VerifiedIdentity;
use privyazka::linking::link_account::LinkResult;
use privyazka::linking::unlink_account::UnlinkResult;
use privyazka::platform::random;
use privyazka::sign_in::{BrowserSession, EsiaSignInResult};
use privyazka::store::schema::browser_sessions;
#[cfg(feature = "test-postgres")]
use privyazka::store::{Db, StoreError};
use privyazka::store::{links, profiles};

use crate::model::{Act, Answer, Model, Seen, TABS};
use crate::race::race_spread;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;
use crate::world::{Known, World, begin_session, insert_verified_trip, known, person};

on_each_database![t28_some_order_of_one_after_another_explains_what_happened_at_once];

/// Two profiles, two ESIA accounts, and a trip that waits in each tab.
struct Round<'a> {
    world: &'a World,
    profiles: [ProfileId; 2],
    accounts: [VerifiedIdentity; 2],
    tabs: Vec<(BrowserSession, String)>,
}

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

impl<'a> Round<'a> {
    async fn new(world: &'a World, number: u32, same_person: bool) -> Self {
        // Without SNILS in the journal both accounts fit the first profile. The second is told to be of the
        // same person by name and birth date, or cannot be told and counts as another's.
        let first = Known { snils: None, ..known(0) };
        let second = if same_person { first } else { Known::default() };
        let new = [
            world.new_teacher(&format!("first{number}"), first),
            world.new_teacher(&format!("second{number}"), second),
        ];
        let accounts = [person(2 * number), person(2 * number + 1)];
        let (sessions, keys, at_esia) = (world.sessions.clone(), Arc::clone(&world.keys), accounts.clone());
        let now = world.clock.now();
        // In one transaction: what is looked at comes afterwards.
        let (profiles, tabs) = world
            .write(move |db| {
                let profiles = profiles::insert_batch(db, &new)?;
                let profiles = [profiles[0], profiles[1]];
                let mut tabs = Vec::new();
                for (profile, account) in TABS {
                    let session = begin_session(db, &sessions, profiles[profile], now)?;
                    let trip = insert_verified_trip(db, &keys, &session, &at_esia[account], now)?;
                    tabs.push((session, trip));
                }
                Ok((profiles, tabs))
            })
            .await;
        Self { world, profiles, accounts, tabs }
    }

    async fn perform(&self, act: Act) -> Answer {
        let world = self.world;
        match act {
            Act::Confirm(tab) => match world.confirm(&self.tabs[tab].0, &self.tabs[tab].1).await {
                LinkResult::Linked { .. } => Answer::Linked,
                LinkResult::Over(outcome) => Answer::Over(outcome),
                other => panic!("nothing is left to ask: {other:?}"),
            },
            Act::Unlink(profile) => {
                let meta = RequestMeta::default();
                match world.linking.unlink_own(self.profiles[profile], None, meta).await.unwrap() {
                    UnlinkResult::Unlinked { .. } => Answer::Unlinked,
                    UnlinkResult::NotLinked => Answer::NotLinked,
                    UnlinkResult::Refused(code) => Answer::Refused(code),
                }
            }
            Act::SignIn(account) => match world.sign_in(&self.accounts[account]).await {
                EsiaSignInResult::Refused(code) => Answer::Refused(code),
                EsiaSignInResult::Choose(_) => Answer::Choose,
                EsiaSignInResult::SignedIn(session) => {
                    let row = browser_sessions::table.find(session.0).select(browser_sessions::profile_id);
                    let of = world.read(move |db| Ok(each!(db, |c| row.first::<Option<i64>>(c))?)).await;
                    Answer::SignedIn(usize::from(of != Some(self.profiles[0].0)))
                }
            },
            Act::EndSessions(profile) => {
                let meta = RequestMeta::default();
                let ended = world.sessions.end_everywhere(self.profiles[profile], None, meta).await;
                Answer::Ended(ended.unwrap())
            }
            Act::Block(profile) => {
                world.set_status(self.profiles[profile], ProfileStatus::Blocked).await;
                Answer::Done
            }
        }
    }

    async fn seen(&self) -> Seen {
        let world = self.world;
        let mut seen = Seen::default();
        let count = |number: i64| usize::try_from(number).unwrap();
        for (at, profile) in self.profiles.into_iter().enumerate() {
            let held = world.read(move |db| links::find_held(db, profile)).await;
            seen.link[at] = held.map(|link| usize::from(link.subject != self.accounts[0].subject));
            seen.living[at] = count(world.living_sessions(profile).await);
            seen.created[at] = count(world.events(profile, "link:account:created").await);
            seen.removed[at] = count(world.events(profile, "link:account:removed_by_owner").await);
            for (_, status) in world.letters(profile, "linked").await {
                if status == "cancelled" { seen.cancelled[at] += 1 } else { seen.waiting[at] += 1 }
            }
            seen.unlinked[at] = world.letters(profile, "unlinked_self").await.len();
        }
        for (tab, (_, trip)) in self.tabs.iter().enumerate() {
            seen.trips[tab] = world.outcome(trip).await;
        }
        seen
    }
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
    for number in 0..rounds(200, 2000) {
        let same_person = pick(2) == 0;
        let round = Round::new(&world, 1000 + u32::try_from(number).unwrap(), same_person).await;
        let mut model = Model::new(same_person);
        for act in (0..pick(3)).map(|_| any_act()) {
            assert_eq!(round.perform(act).await, model.apply(act), "alone: {act:?}");
        }
        let acts: Vec<_> = (0..3 + pick(4)).map(|_| any_act()).collect();
        let runners = acts.iter().map(|act| round.perform(*act)).collect();
        let answers = race_spread(runners, Duration::from_millis(4));
        let happened: Vec<_> = acts.into_iter().zip(answers).collect();
        let seen = round.seen().await;
        assert!(
            explains(&model, &happened, &seen),
            "round {number}: no order explains {happened:?}\nfrom {model:?}\nto {seen:?}"
        );
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
    let mut model = Model::new(false);
    assert_eq!(model.apply(Act::Confirm(0)), Answer::Linked);
    let before = Model::new(false);
    let seen = model.seen();
    assert!(explains(&before, &[(Act::Confirm(0), Answer::Linked)], &seen));
    assert!(!explains(&before, &[(Act::Confirm(0), Answer::Linked)], &before.seen()), "a lost link");
    let both = [(Act::Confirm(0), Answer::Linked), (Act::Confirm(2), Answer::Linked)];
    let mut twice = seen.clone();
    twice.link[1] = Some(0);
    assert!(!explains(&before, &both, &twice), "one account of two people");
    let outlived = [(Act::SignIn(0), Answer::SignedIn(0)), (Act::Unlink(0), Answer::Unlinked)];
    let mut after = model.clone();
    assert_eq!(after.apply(Act::Unlink(0)), Answer::Unlinked);
    assert!(explains(&model, &outlived, &after.seen()));
    let mut alive = after.seen();
    alive.living[0] = 1;
    assert!(!explains(&model, &outlived, &alive), "a session that outlived the unlink");
}
