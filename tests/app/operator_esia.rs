//! An operator whose sign-in also needs the linked ESIA account of their own profile (`docs/security.md`, T41).

use chrono::Duration;

use crate::harness::town::PASSWORD;
use crate::harness::{World, on_sqlite};

const ANNA: &str = "smirnova@stand.example";
const ESIA: &str = "/helpdesk/login/esia";

/// Ties «helpdesk» to a profile.
async fn tie(world: &World, login: &str) {
    let profile = world.profile(login).await.0;
    let tied =
        format!("UPDATE operators SET needs_esia = 1, profile_id = {profile} WHERE login = 'helpdesk'");
    assert_eq!(world.execute(&tied).await, 1);
}

#[test]
fn t41_an_operator_tied_to_a_profile_comes_in_through_esia_as_that_profile_and_no_other() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.person().link_whole("teacher", ANNA).await;
        tie(&world, "teacher").await;

        let operator = world.person();
        let first = operator.sign_in_to_desk("helpdesk", PASSWORD).await;
        let page = operator.arrive(first).await;
        assert_eq!(
            (page.path().as_str(), page.heading().as_str()),
            (ESIA, "Подтвердите вход через Госуслуги")
        );
        let early = operator.submit(&page, ESIA, &[]).await;
        assert!(early.says("Вход через Госуслуги ещё не подтверждён."), "{early:?}");

        // A password sign-in of the same profile is no proof, nor is another profile's.
        operator.signed_in("teacher").await;
        let by_password = operator.submit(&page, ESIA, &[]).await;
        assert!(by_password.says("Вход через Госуслуги ещё не подтверждён."), "{by_password:?}");
        operator.sign_out().await;
        assert_eq!(operator.enter_as(ANNA).await.leads_to(), "/settings");
        world.wait(Duration::minutes(16));
        let late = operator.submit(&page, ESIA, &[]).await;
        assert!(late.says("Вход через Госуслуги ещё не подтверждён."), "not just now: {late:?}");
        operator.sign_out().await;
        assert_eq!(operator.enter_as(ANNA).await.leads_to(), "/settings");
        assert_eq!(operator.submit(&page, ESIA, &[]).await.leads_to(), "/helpdesk");
        assert!(operator.is_on_duty().await);

        // The account of somebody else opens nothing.
        world.person().link_whole("parent", "petrov@stand.example").await;
        let thief = world.person();
        let first = thief.sign_in_to_desk("helpdesk", PASSWORD).await;
        let page = thief.arrive(first).await;
        assert_eq!(thief.enter_as("petrov@stand.example").await.leads_to(), "/settings");
        let foreign = thief.submit(&page, ESIA, &[]).await;
        assert!(foreign.says("Вход через Госуслуги ещё не подтверждён."), "{foreign:?}");
        assert!(!thief.is_on_duty().await);
        world.end().await;
    });
}

#[test]
fn t36_such_an_operators_fresh_proof_is_of_the_esia_account_too() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.person().link_whole("teacher", ANNA).await;
        tie(&world, "teacher").await;
        let operator = world.person();
        operator.enter_as(ANNA).await;
        let first = operator.sign_in_to_desk("helpdesk", PASSWORD).await;
        let page = operator.arrive(first).await;
        assert_eq!(operator.submit(&page, ESIA, &[]).await.leads_to(), "/helpdesk");
        world.wait(Duration::minutes(16));
        let freeze = format!("/helpdesk/profiles/{}/freeze", world.profile("parent").await.0);
        let asked = operator.open_all(&freeze).await;
        let password = [("password", PASSWORD)];
        let by_password = operator.submit(&asked, "/helpdesk/prove", &password).await;
        assert!(by_password.says("Вход через Госуслуги ещё не подтверждён."), "{by_password:?}");
        assert_eq!(operator.open(&freeze).await.leads_to(), asked.path());
        operator.sign_out().await;
        operator.enter_as(ANNA).await;
        let proved = operator.submit(&by_password, "/helpdesk/prove", &password).await;
        assert_eq!(proved.leads_to(), freeze, "{proved:?}");
        world.end().await;
    });
}
