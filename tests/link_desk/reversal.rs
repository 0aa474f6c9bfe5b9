//! «Вернуть привязку»: exactly the removed link, within its time, for the same person, or not at all.

use chrono::Duration;
use diesel::prelude::*;
use privyazka::audit::RequestMeta;
use privyazka::directory::ProfileStatus;
use privyazka::each;
use privyazka::helpdesk::links::deed::NotReversible;
use privyazka::helpdesk::links::dispute::Undo;
use privyazka::helpdesk::links::link_desk::Refusal;
use privyazka::linking::undo::UndoResult;
use privyazka::sign_in::EsiaSignInResult;
use privyazka::store::profiles;
use privyazka::store::schema::profiles as rows;

use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{Known, World, person};

on_each_database![
    t26_an_operators_unlink_is_taken_back_whole_within_a_day,
    t26_what_the_owner_removed_or_somebody_disputed_is_not_given_back,
    t26_nothing_is_given_back_where_something_else_has_taken_the_place,
    t25_nothing_is_given_back_to_another_person,
    t40_what_two_did_together_neither_undoes_alone,
];

fn no(reason: NotReversible) -> Result<String, Refusal> {
    Err(Refusal::NotReversible(reason))
}

async fn t26_an_operators_unlink_is_taken_back_whole_within_a_day(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operator = world.support("helpdesk").await;
    for (login, number, later, taken) in [
        ("in-time", 1, Duration::hours(24) - Duration::seconds(1), true),
        ("too-late", 2, Duration::hours(24), false),
    ] {
        let linked = world.linked(login, number).await;
        let before = world.held(linked.profile).await.unwrap();
        world.unlink_by(operator, linked.profile, linked.link).await.unwrap();
        world.clock.advance(later);
        let preview = world.desk().preview_reversal(operator, linked.profile).await.unwrap();
        assert_eq!(preview.is_some_and(|preview| preview.may.is_ok()), taken, "{login}");
        let restored = world.restore_by(operator, linked.profile, linked.link).await;
        if taken {
            restored.unwrap();
            assert_eq!(world.held(linked.profile).await, Some(before), "the very link");
            assert_eq!(world.living_sessions(linked.profile).await, 0, "no session comes back with it");
            assert!(matches!(world.sign_in(&person(number)).await, EsiaSignInResult::SignedIn(_)));
            assert_eq!(world.events(linked.profile, "link:account:restored").await, 1);
            assert_eq!(world.letters(linked.profile, "link_restored").await.len(), 1);
            let twice = world.restore_by(operator, linked.profile, linked.link).await;
            assert_eq!(twice, no(NotReversible::NotByOperator));
        } else {
            assert_eq!(restored, no(NotReversible::TooLate));
            assert!(world.held(linked.profile).await.is_none());
        }
    }
}

async fn t26_what_the_owner_removed_or_somebody_disputed_is_not_given_back(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (operator, senior) = (world.support("helpdesk").await, world.senior("senior").await);

    let own = world.linked("own", 1).await;
    world.linking.unlink_own(own.profile, None, RequestMeta::default()).await.unwrap();
    let back = world.restore_by(operator, own.profile, own.link).await;
    assert_eq!(back, no(NotReversible::NotByOperator));
    assert!(world.desk().preview_reversal(operator, own.profile).await.unwrap().is_none());

    // Taken back once, and then removed by the owner: the older unlink gives nothing.
    let twice = world.linked("twice", 2).await;
    world.unlink_by(operator, twice.profile, twice.link).await.unwrap();
    world.restore_by(operator, twice.profile, twice.link).await.unwrap();
    world.linking.unlink_own(twice.profile, None, RequestMeta::default()).await.unwrap();
    assert_eq!(world.restore_by(operator, twice.profile, twice.link).await, no(NotReversible::NotByOperator));

    let frozen = world.linked("frozen", 3).await;
    world.freeze_by(operator, frozen.profile, frozen.link).await.unwrap();
    world.unlink_by(senior, frozen.profile, frozen.link).await.unwrap();
    assert_eq!(world.restore_by(operator, frozen.profile, frozen.link).await, no(NotReversible::Disputed));

    let disputed = world.linked("disputed", 4).await;
    let letter = world.undo_token(disputed.profile, Some(disputed.link)).await;
    world.unlink_by(operator, disputed.profile, disputed.link).await.unwrap();
    assert!(matches!(world.dispute(&letter).await, Undo::Done { result: UndoResult::Gone, .. }));
    let back = world.restore_by(operator, disputed.profile, disputed.link).await;
    assert_eq!(back, no(NotReversible::Disputed));
    for linked in [own, twice, frozen, disputed] {
        assert!(world.held(linked.profile).await.is_none());
    }
}

async fn t26_nothing_is_given_back_where_something_else_has_taken_the_place(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operator = world.support("helpdesk").await;
    let linked = world.linked("relinked", 1).await;
    world.unlink_by(operator, linked.profile, linked.link).await.unwrap();
    let session = world.session(linked.profile).await;
    let fresh = world.link_again(&session, 1).await;
    let preview = world.desk().preview_reversal(operator, linked.profile).await.unwrap().unwrap();
    assert_eq!(preview.may, Err(NotReversible::SlotTaken));
    let back = world.restore_by(operator, linked.profile, linked.link).await;
    assert_eq!(back, no(NotReversible::SlotTaken));
    assert_eq!(world.held(linked.profile).await.map(|link| link.id), Some(fresh));

    // The ESIA account has meanwhile been linked to another person's profile, which nothing ties to this one.
    let profile = world.profile("given-up", Known::default()).await;
    let session = world.session(profile).await;
    let link = world.link_again(&session, 7).await;
    world.unlink_by(operator, profile, link).await.unwrap();
    let other = world.linked("other", 7).await;
    let back = world.restore_by(operator, profile, link).await;
    assert_eq!(back, no(NotReversible::AccountOfAnother));
    assert!(world.held(profile).await.is_none() && world.held(other.profile).await.is_some());
}

async fn t25_nothing_is_given_back_to_another_person(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let operator = world.support("helpdesk").await;
    for (number, change) in (1..).zip(["name", "birth date", "password", "blocked", "closed"]) {
        let linked = world.linked(&format!("teacher{number}"), number).await;
        let profile = linked.profile;
        world.unlink_by(operator, profile, linked.link).await.unwrap();
        let row = rows::table.find(profile.0);
        match change {
            "blocked" => world.set_status(profile, ProfileStatus::Blocked).await,
            "closed" => world.set_status(profile, ProfileStatus::Closed).await,
            "password" => {
                assert!(
                    world.write(move |db| profiles::set_password_hash(db, profile, "$argon2id$new")).await
                );
            }
            "name" => {
                world
                    .write(move |db| {
                        let new = diesel::update(row).set(rows::last_name.eq("Орлова"));
                        Ok(each!(db, |c| new.execute(c))?)
                    })
                    .await;
            }
            _ => {
                world
                    .write(move |db| {
                        let new = diesel::update(row).set(rows::birth_date.eq(None::<chrono::NaiveDate>));
                        Ok(each!(db, |c| new.execute(c))?)
                    })
                    .await;
            }
        }
        let back = world.restore_by(operator, profile, linked.link).await;
        assert_eq!(back, no(NotReversible::ChangedHands), "{change}");
        assert!(world.held(profile).await.is_none());
    }
}

async fn t40_what_two_did_together_neither_undoes_alone(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let (first, second) = (world.senior("first").await, world.senior("second").await);
    let linked = world.linked("authority", 1).await;
    world.make_authority(linked.profile).await;
    let id = world.ask(first, &linked).await;
    world.approve_by(second, id).await.unwrap();
    for operator in [first, second] {
        let preview = world.desk().preview_reversal(operator, linked.profile).await.unwrap().unwrap();
        assert!(preview.needs_another && preview.may.is_ok());
        let back = world.restore_by(operator, linked.profile, linked.link).await;
        assert_eq!(back, Err(Refusal::AnotherOperator));
    }
    let third = world.support("third").await;
    world.restore_by(third, linked.profile, linked.link).await.unwrap();
    assert_eq!(world.held(linked.profile).await.map(|link| link.id), Some(linked.link));
}
