//! How much one browser, one address and one profile can make the service keep (`docs/security.md`, T70).

use chrono::Duration;

use crate::harness::{Setup, World, on_sqlite};

const ANNA: &str = "smirnova@stand.example";

#[test]
fn t70_a_session_has_five_open_trips_at_most_and_the_newest_ones_work() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let mut departures = Vec::new();
        for _ in 0..8 {
            departures.push(anna.start_linking().await);
        }
        assert_eq!(world.count("authorization_requests", "status = 'pending'").await, 5);
        world.stand_serves(ANNA);
        for (departure, works) in [(&departures[2], false), (&departures[3], true)] {
            let back = anna.browser.follow(departure).await;
            let landed = anna.browser.follow(&back).await;
            assert_eq!(landed.leads_to().starts_with("/settings/link/confirm"), works, "{landed:?}");
        }
        world.end().await;
    });
}

#[test]
fn t70_one_address_begins_a_bounded_number_of_trips_a_minute() {
    on_sqlite(async |database| {
        let setup = Setup::default().with(|settings| settings.sign_in.trips_per_address = 3);
        let world = setup.start(database).await;
        let mut answers = Vec::new();
        for _ in 0..6 {
            // A new browser each time: no cookie slows a flood down.
            answers.push(world.person().open("/login/esia").await.status);
        }
        assert_eq!(answers, [302, 302, 302, 429, 429, 429]);
        assert_eq!(world.count("authorization_requests", "1 = 1").await, 3);
        world.end().await;
    });
}

#[test]
fn t70_one_profile_gets_three_letters_of_recovery_an_hour() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let ask = async || {
            let person = world.person();
            let page = person.open("/login/recover").await;
            let organisation = person.organisation("teacher").await;
            let values = [("organisation", organisation.as_str()), ("login", "teacher")];
            let sent = person.submit(&page, "/login/recover", &values).await;
            assert_eq!(person.arrive(sent).await.heading(), "Проверьте электронную почту");
        };
        for _ in 0..5 {
            ask().await;
        }
        assert_eq!(world.count("password_recoveries", "1 = 1").await, 3);
        assert_eq!(world.count("outbox_entries", "1 = 1").await, 3);
        world.wait(Duration::hours(1) + Duration::seconds(1));
        ask().await;
        assert_eq!(world.count("password_recoveries", "1 = 1").await, 4);
        world.end().await;
    });
}
