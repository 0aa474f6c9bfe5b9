//! What may be written, by whom, and what an unlink leaves (`docs/security.md`, T24, T26, T27, T29).

use chrono::{Duration, NaiveDate};
use futures_util::future::join_all;

use crate::attempts::confirm_blindly;
use crate::harness::browser::Ask;
use crate::harness::person::filled;
use crate::harness::town::Correction;
use crate::harness::{Setup, World, on_sqlite};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;

const ANNA: &str = "smirnova@stand.example";

on_each_database!(
    t24_callbacks_without_a_confirmation_change_nothing_but_the_attempt,
    t24_a_confirmation_is_used_once_and_ends_with_its_attempt,
    t26_nothing_of_before_restores_a_link_after_its_unlink,
    t27_parallel_confirmations_make_one_link_one_event_and_one_letter_each,
);

async fn t24_callbacks_without_a_confirmation_change_nothing_but_the_attempt(database: &TestDatabase) {
    let world = World::start(database).await;
    world.stand_serves(ANNA);
    let anna = world.person();
    anna.signed_in("teacher").await;
    world.settled().await;
    let mut before = world.contents().await;
    for _ in 0..rounds(20, 1000) {
        let departure = anna.start_linking().await;
        let back = anna.browser.follow(&departure).await;
        let landed = anna.browser.follow(&back).await;
        assert!(landed.leads_to().starts_with("/settings/link/confirm"), "{landed:?}");
        assert_eq!(anna.browser.follow(&landed).await.status, 200);
    }
    // The session notes that it was used and that an attempt keeps it alive; there is still one.
    let sessions = before.remove("browser_sessions").unwrap().len();
    assert_eq!(world.count("browser_sessions", "1 = 1").await, sessions as i64);
    before.insert("browser_sessions", world.contents().await["browser_sessions"].clone());
    assert_eq!(world.changed_since(&before).await, ["authorization_requests"]);
    assert!(world.count("authorization_requests", "status <> 'closed'").await <= 5, "old ones are closed");
    world.end().await;
}

async fn t24_a_confirmation_is_used_once_and_ends_with_its_attempt(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    anna.signed_in("teacher").await;

    // Too late by a second.
    let landed = anna.link_as(ANNA).await;
    let comparison = anna.browser.follow(&landed).await;
    world.wait(Duration::minutes(20) + Duration::seconds(1));
    let late = anna.submit(&comparison, "/settings/link/confirm", &[("decision", "link")]).await;
    assert!(late.leads_to().starts_with("/outcome/108"), "{late:?}");
    assert_eq!(world.links_of("teacher").await, 0);

    // Twice.
    let landed = anna.link_as(ANNA).await;
    let comparison = anna.browser.follow(&landed).await;
    let send = || anna.submit(&comparison, "/settings/link/confirm", &[("decision", "link")]);
    let (first, second) = (send().await, send().await);
    assert!(first.leads_to().starts_with("/settings/link/done"), "{first:?}");
    assert_eq!(second.leads_to(), first.leads_to(), "a repeat shows the recorded result");
    assert_eq!(world.count("links", "1 = 1").await, 1);
    assert_eq!(world.events("link:account:created").await, 1);
    world.end().await;
}

async fn t26_nothing_of_before_restores_a_link_after_its_unlink(database: &TestDatabase) {
    let world = World::start(database).await;
    world.stand_serves(ANNA);
    let anna = world.person();
    anna.signed_in("teacher").await;
    let open_attempt = anna.start_linking().await;
    let landed = anna.link_as(ANNA).await;
    let unconfirmed = anna.browser.follow(&landed).await;
    let before = anna.link_as(ANNA).await;
    let linked = anna.confirm(&before).await;
    assert!(linked.leads_to().starts_with("/settings/link/done"), "{linked:?}");

    // Everything that exists before the unlink: another session, trips of both kinds.
    let elsewhere = world.person();
    assert_eq!(elsewhere.enter_as(ANNA).await.leads_to(), "/settings");
    let third = world.person();
    let open_sign_in = third.start_sign_in().await;
    let open_sign_in = third.browser.follow(&open_sign_in).await;
    let fourth = world.person();
    let departure = fourth.start_sign_in().await;
    let used_sign_in = fourth.browser.follow(&departure).await;
    assert_eq!(fourth.browser.follow(&used_sign_in).await.leads_to(), "/settings");

    let page = anna.open("/settings/unlink").await;
    let gone = anna.submit(&page, "/settings/unlink", &[]).await;
    assert_eq!(gone.heading(), "Учётная запись отвязана", "{gone:?}");

    for person in [&anna, &elsewhere, &fourth] {
        assert!(!person.is_signed_in().await, "sessions ended");
    }
    let landed = third.browser.follow(&open_sign_in).await;
    assert!(landed.leads_to().starts_with("/outcome/101"), "an open sign-in: {landed:?}");
    let landed = fourth.browser.follow(&used_sign_in).await;
    assert!(landed.leads_to().starts_with("/outcome/109"), "a used one: {landed:?}");
    assert!(!fourth.is_signed_in().await);

    anna.signed_in("teacher").await;
    let reference = unconfirmed.path().split('=').next_back().unwrap().to_owned();
    let back = anna.browser.follow(&open_attempt).await;
    let landed = anna.browser.follow(&back).await;
    assert!(landed.leads_to().starts_with("/outcome/"), "an open link: {landed:?}");
    for reference in [&reference, before.leads_to().split('=').next_back().unwrap()] {
        let answer = confirm_blindly(&anna, reference).await;
        assert!(answer.leads_to().starts_with("/outcome/123"), "a confirmation: {answer:?}");
    }
    assert_eq!(world.count("links", "status <> 'removed'").await, 0);

    // The person's own new wish is another matter.
    let landed = anna.link_as(ANNA).await;
    assert!(anna.confirm(&landed).await.leads_to().starts_with("/settings/link/done"));
    world.end().await;
}

async fn t27_parallel_confirmations_make_one_link_one_event_and_one_letter_each(database: &TestDatabase) {
    let world = World::start(database).await;
    world.stand_serves(ANNA);
    let anna = world.person();
    anna.signed_in("teacher").await;
    let mut comparisons = Vec::new();
    for _ in 0..4 {
        let landed = anna.link_as(ANNA).await;
        comparisons.push(anna.browser.follow(&landed).await);
    }
    let answers = join_all((0..8).map(|at| {
        let page = &comparisons[at % comparisons.len()];
        let form = filled(page, "/settings/link/confirm", &[("decision", "link")]);
        anna.browser.send(anna.browser.post(page, &form))
    }))
    .await;
    assert!(answers.iter().all(|answer| answer.status == 303), "{answers:?}");
    assert!(answers.iter().any(|answer| answer.leads_to().starts_with("/settings/link/done")));
    assert_eq!(world.count("links", "1 = 1").await, 1);
    assert_eq!(world.events("link:account:created").await, 1);
    assert_eq!(world.count("outbox_entries", "kind LIKE '%linked%' AND kind NOT LIKE '%un%'").await, 2);
    world.end().await;
}

#[test]
fn t29_the_owner_cannot_remove_the_last_way_in() {
    on_sqlite(async |database| {
        let day = NaiveDate::from_ymd_opt(2026, 11, 24);
        let world = Setup::default().with(move |s| s.rollout.esia_only_from = day).start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        // A page opened while it was allowed, sent after the cut-over.
        let early = anna.open("/settings/unlink").await;
        assert!(early.form("/settings/unlink").is_some(), "{early:?}");
        world.wait(Duration::days(3));
        assert_eq!(anna.enter_as(ANNA).await.leads_to(), "/settings");
        let page = anna.open("/settings/unlink").await;
        assert_eq!(page.heading(), "Отвязать самостоятельно нельзя", "{page:?}");
        let mut form = filled(&page, "/logout", &[]);
        form.action = "/settings/unlink".into();
        let answer = anna.browser.show(anna.browser.post(&page, &form)).await;
        assert!(answer.leads_to().starts_with("/outcome/121"), "{answer:?}");
        assert_eq!(world.links_of("teacher").await, 1);
        assert!(anna.is_signed_in().await);
        world.end().await;
    });
}

#[test]
fn t29_without_a_password_the_link_is_the_last_way_in() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        world.correct("teacher", vec![Correction::NoPassword]).await;
        let landed = anna.open("/settings/unlink").await;
        assert!(landed.leads_to().starts_with("/outcome/121"), "{landed:?}");
        assert_eq!(world.links_of("teacher").await, 1);
        world.end().await;
    });
}

#[test]
fn t29_nobody_confirms_for_another() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        anna.link_as(ANNA).await;
        let reference = world.newest_reference().await;
        // Another profile of the same person, another person, the same person in another browser.
        for login in ["anna", "parent", "teacher"] {
            let other = world.person();
            other.signed_in(login).await;
            let expected = format!("/outcome/123?ref={reference}");
            let path = format!("/settings/link/confirm?ref={reference}");
            assert_eq!(other.open(&path).await.leads_to(), expected, "{login}");
            assert_eq!(confirm_blindly(&other, &reference).await.leads_to(), expected, "{login}");
        }
        let stranger = world.person();
        let url = stranger.url(&format!("/settings/link/confirm?ref={reference}"));
        assert_eq!(stranger.browser.send(Ask::get(url)).await.leads_to(), "/login?next=link");
        assert_eq!(world.count("links", "1 = 1").await, 0);
        world.end().await;
    });
}
