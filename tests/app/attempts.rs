//! An attempt belongs to the person who began it (`docs/security.md`, T1 to T6).

use chrono::Duration;
use futures_util::future::join_all;

use crate::harness::browser::Ask;
use crate::harness::page::Page;
use crate::harness::{Person, Setup, World, on_sqlite};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::scale::rounds;

const ANNA: &str = "smirnova@stand.example";
const PETROV: &str = "petrov@stand.example";

on_each_database!(
    t01_a_state_is_never_stored_in_clear_and_ends_a_second_after_its_time,
    t06_parallel_copies_of_a_callback_make_one_exchange_and_one_result,
);

async fn t01_a_state_is_never_stored_in_clear_and_ends_a_second_after_its_time(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    anna.signed_in("teacher").await;
    let departure = anna.start_linking().await;
    let state = Person::parameter(&departure, "state");
    assert_eq!(state.len(), 36, "a UUID");
    let everything = format!("{:?}", world.contents().await).to_lowercase();
    let hex: String = state.bytes().map(|byte| format!("{byte:02x}")).collect();
    for form in [state.clone(), state.replace('-', ""), hex] {
        assert!(!everything.contains(&form), "the state is in the database");
    }
    if let Some(file) = database.sqlite_file() {
        for name in [file.clone(), file.with_extension("db-wal")] {
            let bytes = std::fs::read(name).expect("a file of the database");
            assert!(!bytes.windows(36).any(|window| window == state.as_bytes()), "the state is in a file");
        }
    }

    let back = anna.sign_in_at_stand(&departure, ANNA).await;
    world.wait(Duration::minutes(20) + Duration::seconds(1));
    let requests = world.stand().token_requests();
    let landed = anna.browser.follow(&back).await;
    assert!(landed.leads_to().starts_with("/outcome/108"), "{landed:?}");
    assert_eq!(world.stand().token_requests(), requests);

    // In a browser that the stand does not know: it would send back at once.
    let anna = world.person();
    anna.signed_in("teacher").await;
    let departure = anna.start_linking().await;
    let open = anna.browser.follow(&departure).await;
    world.wait(Duration::minutes(20) - Duration::seconds(1));
    let back = anna.finish_at_stand(open, ANNA).await;
    let landed = anna.browser.follow(&back).await;
    assert!(landed.leads_to().starts_with("/settings/link/confirm"), "{landed:?}");
    world.end().await;
}

#[test]
fn t02_a_callback_with_somebody_elses_code_never_signs_in_and_never_links() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let owner = world.person();
        owner.link_whole("parent", PETROV).await;
        for link in [true, false] {
            for own_attempt_open in [false, true] {
                let attacker = world.person();
                let departure = if link {
                    attacker.signed_in("parent-gym").await;
                    attacker.start_linking().await
                } else {
                    attacker.start_sign_in().await
                };
                let back = attacker.sign_in_at_stand(&departure, PETROV).await;

                let victim = world.person();
                if link {
                    victim.signed_in("teacher").await;
                }
                if own_attempt_open {
                    let own = if link { victim.start_linking().await } else { victim.start_sign_in().await };
                    victim.browser.follow(&own).await;
                }
                world.settled().await;
                let (before, requests) = (world.contents().await, world.stand().token_requests());
                let landed = victim.browser.send(Ask::get(back.location().unwrap())).await;
                assert_eq!(landed.leads_to(), "/outcome/109", "link {link}, open {own_attempt_open}");
                assert_eq!(victim.arrive(landed).await.heading(), "Не получилось продолжить вход");
                assert_eq!(victim.is_signed_in().await, link, "nobody is signed in by it");
                assert_eq!(world.stand().token_requests(), requests);
                assert_eq!(world.changed_since(&before).await, [""; 0]);
            }
        }
        world.end().await;
    });
}

#[test]
fn t03_a_victim_led_to_esia_by_an_attackers_attempt_gives_the_attacker_nothing() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        for victim_signed_in in [false, true] {
            let attacker = world.person();
            attacker.signed_in("parent").await;
            let trap = attacker.start_linking().await;

            let victim = world.person();
            if victim_signed_in {
                victim.signed_in("teacher").await;
            }
            let page = victim.browser.send(Ask::get(trap.location().unwrap())).await;
            let back = victim.finish_at_stand(page, ANNA).await;
            let landed = victim.browser.follow(&back).await;
            assert_eq!(landed.leads_to(), "/outcome/109", "{landed:?}");
            assert_eq!(world.stand().token_requests(), 0, "the binding comes before the exchange");

            // The attacker tries to harvest: the confirmation of the attempt they began.
            let reference = world.newest_reference().await;
            let page = attacker.open(&format!("/settings/link/confirm?ref={reference}")).await;
            assert_eq!(page.leads_to(), format!("/outcome/109?ref={reference}"), "{page:?}");
            let answer = confirm_blindly(&attacker, &reference).await;
            assert_eq!(answer.leads_to(), format!("/outcome/109?ref={reference}"), "{answer:?}");
            assert_eq!(world.count("links", "1 = 1").await, 0);
        }
        world.end().await;
    });
}

/// What may happen to a session between the start and the end of its attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    AnotherPerson,
    SignedOut,
    RanOut,
    EndedFromElsewhere,
    SamePersonAnew,
}

const CHANGES: [Change; 5] = [
    Change::AnotherPerson,
    Change::SignedOut,
    Change::RanOut,
    Change::EndedFromElsewhere,
    Change::SamePersonAnew,
];

impl Change {
    async fn happens(self, world: &World, anna: &Person) {
        match self {
            Self::AnotherPerson => {
                anna.sign_out().await;
                anna.signed_in("parent").await;
            }
            Self::SignedOut => drop(anna.sign_out().await),
            Self::RanOut => world.wait(Duration::minutes(11)),
            Self::EndedFromElsewhere => {
                let other = world.person();
                other.signed_in("teacher").await;
                let list = other.open("/settings/sessions").await;
                other.submit(&list, "/settings/sessions", &[("end", "all")]).await;
            }
            Self::SamePersonAnew => {
                anna.sign_out().await;
                anna.signed_in("teacher").await;
            }
        }
    }
}

/// Staff sessions of 40 minutes, so that one can run out within an attempt.
async fn world_of_short_sessions(database: &TestDatabase) -> World {
    let short = std::time::Duration::from_secs(40 * 60);
    let setup = Setup::default().with(move |settings| {
        settings.sign_in.staff_idle = short;
        settings.sign_in.staff_absolute = short;
    });
    setup.start(database).await
}

#[test]
fn t04_another_session_at_the_callback_ends_the_attempt() {
    on_sqlite(async |database| {
        let world = world_of_short_sessions(database).await;
        for change in CHANGES {
            let anna = world.person();
            anna.signed_in("teacher").await;
            world.wait(Duration::minutes(30));
            let departure = anna.start_linking().await;
            let back = anna.sign_in_at_stand(&departure, ANNA).await;
            change.happens(&world, &anna).await;
            let requests = world.stand().token_requests();
            let landed = anna.browser.follow(&back).await;
            assert!(landed.leads_to().starts_with("/outcome/123"), "{change:?}: {landed:?}");
            let page = anna.arrive(landed).await;
            assert_eq!(page.heading(), "Привязка начата в другом сеансе", "{change:?}");
            assert_eq!(world.stand().token_requests(), requests, "{change:?}: nobody was asked");
            assert_eq!(world.count("links", "1 = 1").await, 0, "{change:?}");
        }
        world.end().await;
    });
}

#[test]
fn t04_another_session_at_the_confirmation_stores_nothing() {
    on_sqlite(async |database| {
        let world = world_of_short_sessions(database).await;
        for change in CHANGES {
            let anna = world.person();
            anna.signed_in("teacher").await;
            world.wait(Duration::minutes(30));
            let landed = anna.link_as(ANNA).await;
            let comparison = anna.browser.follow(&landed).await;
            let path = comparison.path();
            change.happens(&world, &anna).await;
            let answer = anna.submit(&comparison, "/settings/link/confirm", &[("decision", "link")]).await;
            assert_eq!(answer.status, 403, "{change:?}: the form is another session's: {answer:?}");
            if !anna.is_signed_in().await {
                assert_eq!(anna.open(&path).await.leads_to(), "/login?next=link", "{change:?}");
                anna.signed_in("teacher").await;
            }
            let reference = path.split('=').next_back().unwrap().to_owned();
            let expected = format!("/outcome/123?ref={reference}");
            assert_eq!(anna.open(&path).await.leads_to(), expected, "{change:?}");
            assert_eq!(confirm_blindly(&anna, &reference).await.leads_to(), expected, "{change:?}");
            assert_eq!(world.count("links", "1 = 1").await, 0, "{change:?}");
        }
        world.end().await;
    });
}

#[test]
fn t04_an_open_attempt_keeps_its_session_alive() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        let (page, form) = anna.sign_in_form("teacher").await;
        let form = form.with("shared_computer", "yes");
        assert_eq!(anna.browser.show(anna.browser.post(&page, &form)).await.leads_to(), "/settings");
        let departure = anna.start_linking().await;
        let open = anna.browser.follow(&departure).await;
        world.wait(Duration::minutes(19));
        let back = anna.finish_at_stand(open, ANNA).await;
        let landed = anna.browser.follow(&back).await;
        assert!(landed.leads_to().starts_with("/settings/link/confirm"), "{landed:?}");
        world.end().await;
    });
}

#[test]
fn t05_the_purpose_of_an_attempt_never_changes() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let owner = world.person();
        owner.link_whole("parent", PETROV).await;

        // A sign-in that somebody signed in begins cannot end as a link.
        let anna = world.person();
        anna.signed_in("teacher").await;
        let departure = anna.open("/login/esia").await;
        let back = anna.sign_in_at_stand(&departure, ANNA).await;
        let landed = anna.browser.follow(&back).await;
        assert!(landed.leads_to().starts_with("/outcome/101"), "{landed:?}");
        assert_eq!(world.links_of("teacher").await, 0);
        let reference = world.newest_reference().await;
        let answer = confirm_blindly(&anna, &reference).await;
        assert!(answer.leads_to().starts_with("/outcome/109"), "{answer:?}");

        // A link cannot end as a sign-in, though this ESIA account would open a profile.
        let other = world.person();
        other.signed_in("mismatch").await;
        let landed = other.link_as(PETROV).await;
        assert!(landed.leads_to().starts_with("/outcome/102"), "{landed:?}");
        assert!(other.open("/settings").await.says("Сидоров П. А."));

        // Swapped cookies: neither trip is the other's.
        let browser = world.person();
        browser.signed_in("teacher").await;
        let link = browser.start_linking().await;
        let names = attempt_cookies(&browser);
        let sign_in = browser.open("/login/esia").await;
        let both = attempt_cookies(&browser);
        let second = both.iter().find(|name| !names.contains(name)).unwrap();
        let (one, two) = (browser.cookie(&names[0]).unwrap(), browser.cookie(second).unwrap());
        browser.plant(&names[0], &two);
        browser.plant(second, &one);
        for departure in [link, sign_in] {
            let back = browser.sign_in_at_stand(&departure, PETROV).await;
            let landed = browser.browser.follow(&back).await;
            assert_eq!(landed.leads_to(), "/outcome/109", "{landed:?}");
        }
        assert_eq!(world.links_of("teacher").await, 0);
        world.end().await;
    });
}

async fn t06_parallel_copies_of_a_callback_make_one_exchange_and_one_result(database: &TestDatabase) {
    let world = World::start(database).await;
    world.person().link_whole("teacher", ANNA).await;
    for round in 0..rounds(4, 100) {
        let anna = world.person();
        let linking = round % 2 == 0;
        let departure = if linking {
            anna.signed_in("anna").await;
            anna.start_linking().await
        } else {
            anna.start_sign_in().await
        };
        let back = anna.sign_in_at_stand(&departure, ANNA).await;
        let requests = world.stand().token_requests();
        let copies = join_all((0..8).map(|_| anna.browser.follow(&back))).await;
        assert_eq!(world.stand().token_requests(), requests + 1, "round {round}");
        let expected = copies[0].leads_to();
        assert!(expected.starts_with("/settings"), "{:?}", copies[0]);
        assert!(copies.iter().all(|copy| copy.leads_to() == expected), "{copies:?}");
        let repeated = anna.browser.follow(&back).await;
        assert_eq!(repeated.leads_to(), expected, "a repeat shows the recorded result");
        let stranger = world.person().browser.send(Ask::get(back.location().unwrap())).await;
        assert_eq!(stranger.leads_to(), "/outcome/109");
        if !linking {
            assert!(anna.is_signed_in().await);
            anna.sign_out().await;
            let again = anna.browser.follow(&back).await;
            assert!(again.leads_to().starts_with("/outcome/109"), "{again:?}");
            assert!(!anna.is_signed_in().await, "a repeat after sign-out signs nobody in");
        }
        assert_eq!(world.stand().token_requests(), requests + 1, "round {round}");
    }
    assert_eq!(world.count("links", "1 = 1").await, 1);
    world.end().await;
}

/// Names of the cookies of open trips.
fn attempt_cookies(person: &Person) -> Vec<String> {
    person.cookie_names().into_iter().filter(|name| name.contains("attempt-")).collect()
}

/// Posts a confirmation with a token of the poster's own session.
pub async fn confirm_blindly(person: &Person, reference: &str) -> Page {
    let page = person.open("/settings").await;
    let mut form = crate::harness::person::filled(&page, "/logout", &[("decision", "link")]);
    form.action = format!("/settings/link/confirm?ref={reference}");
    person.browser.show(person.browser.post(&page, &form)).await
}
