//! A look-up that fails is an error, never "not found" and never half a deed: each table taken away in turn
//! (T21, T72).

use diesel::connection::SimpleConnection as _;
use privyazka::audit::RequestMeta;
use privyazka::each;
use privyazka::federation::Outcome;
use privyazka::federation::complete::Landing;
use privyazka::linking::link_account::LinkResult;

use crate::callbacks::{Trips, known_teacher};
use crate::support::database::{TestDatabase, on_each_database};
use crate::world::{World, YES, known, person};

on_each_database![
    t21_a_failed_look_up_of_a_sign_in_is_an_error_and_nobody_is_unknown,
    t21_a_failed_look_up_of_a_link_is_an_error_and_nothing_is_decided,
    t21_a_confirmation_keeps_all_of_itself_or_nothing,
];

impl World {
    /// Takes a table away, or brings it back.
    async fn rename(&self, table: &'static str, from: &str, to: &str) {
        let sql = format!("ALTER TABLE {table}{from} RENAME TO {table}{to}");
        self.write(move |db| Ok(each!(db, |c| c.batch_execute(&sql))?)).await;
    }

    async fn hide(&self, table: &'static str) {
        self.rename(table, "", "_away").await;
    }

    async fn show(&self, table: &'static str) {
        self.rename(table, "_away", "").await;
    }
}

async fn t21_a_failed_look_up_of_a_sign_in_is_an_error_and_nobody_is_unknown(database: &TestDatabase) {
    let trips = Trips::new(database).await;
    let world = &trips.world;
    let profile = world.profile("teacher", known_teacher()).await;
    let session = world.session(profile).await;
    let departure = trips.depart(&session).await;
    let query = trips.come_back(&departure).await;
    let cookie = Some(&departure.cookie);
    let Landing::Confirm { reference } =
        trips.callback(&query, &departure, cookie, Some(&session)).await.unwrap()
    else {
        panic!("the data fit")
    };
    assert!(matches!(world.confirm(&session, &reference).await, LinkResult::Linked { .. }));
    let (living, refused) =
        (world.living_sessions(profile).await, world.events(profile, "attempt:esia:refused").await);

    for table in [
        "authorization_requests",
        "links",
        "esia_subjects",
        "profiles",
        "profile_roles",
        "browser_sessions",
        "known_browsers",
        "audit_events",
    ] {
        let departure = trips.federation.begin_sign_in(false, "").await.unwrap();
        let query = trips.come_back(&departure).await;
        world.hide(table).await;
        let landing = trips.callback(&query, &departure, Some(&departure.cookie), None).await;
        world.show(table).await;
        assert!(landing.is_err(), "{table}: {landing:?}");
        assert_eq!(world.living_sessions(profile).await, living, "{table}");
        assert_eq!(world.events(profile, "attempt:esia:refused").await, refused, "{table}");
    }
    let departure = trips.federation.begin_sign_in(false, "").await.unwrap();
    let query = trips.come_back(&departure).await;
    let landing = trips.callback(&query, &departure, Some(&departure.cookie), None).await.unwrap();
    assert!(matches!(landing, Landing::SignedIn { .. }), "all tables are back: {landing:?}");
}

async fn t21_a_failed_look_up_of_a_link_is_an_error_and_nothing_is_decided(database: &TestDatabase) {
    let trips = Trips::new(database).await;
    let world = &trips.world;
    let profile = world.profile("teacher", known_teacher()).await;
    let session = world.session(profile).await;
    for table in ["authorization_requests", "profiles", "profile_roles", "links", "esia_subjects"] {
        let departure = trips.depart(&session).await;
        let query = trips.come_back(&departure).await;
        world.hide(table).await;
        let landing = trips.callback(&query, &departure, Some(&departure.cookie), Some(&session)).await;
        world.show(table).await;
        assert!(landing.is_err(), "{table}: {landing:?}");
        assert_eq!(world.events(profile, "attempt:esia:refused").await, 0, "{table}");
        assert!(world.held_links(profile).await.is_empty());
    }
}

async fn t21_a_confirmation_keeps_all_of_itself_or_nothing(database: &TestDatabase) {
    let world = World::new(database.open()).await;
    let profile = world.profile("teacher", known(7_001)).await;
    let session = world.session(profile).await;
    let trip = world.trip(&session, &person(7_001)).await;
    for table in [
        "authorization_requests",
        "browser_sessions",
        "esia_subjects",
        "profiles",
        "profile_roles",
        "links",
        "organisations",
        "audit_events",
        "outbox_entries",
    ] {
        world.hide(table).await;
        let result = world.linking.link(&session, trip.clone(), YES, RequestMeta::default()).await;
        world.show(table).await;
        assert!(result.is_err(), "{table}: {result:?}");
        assert_eq!(world.outcome(&trip).await, None, "{table}: the trip still waits");
        assert!(world.held_links(profile).await.is_empty(), "{table}");
        assert_eq!(world.events(profile, "link:account:created").await, 0, "{table}");
        assert!(world.letters(profile, "linked").await.is_empty(), "{table}");
    }
    assert!(matches!(world.confirm(&session, &trip).await, LinkResult::Linked { .. }));
    assert_eq!(world.outcome(&trip).await, Some(Outcome::Linked));
    assert_eq!(world.letters(profile, "linked").await.len(), 1);
}
