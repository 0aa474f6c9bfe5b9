//! Browser sessions as people and thieves meet them (`docs/security.md`, T31 to T36).

use chrono::{Duration, NaiveDate};
use privyazka::platform::secret::Token;

use crate::harness::page::Page;
use crate::harness::person::filled;
use crate::harness::town::PASSWORD;
use crate::harness::{Person, Setup, World, on_sqlite};

const ANNA: &str = "smirnova@stand.example";

/// A session's token: present, of 256 bits, and nowhere in the database in clear.
async fn token_of(world: &World, person: &Person) -> String {
    let token = person.cookie("session").expect("a session");
    assert_eq!(token.len(), 43, "256 bits in base64url");
    let everything = format!("{:?}", world.contents().await);
    assert!(!everything.contains(&token), "the token is in the database");
    token
}

/// Whether a token opens anything in a browser that has nothing else.
async fn opens(world: &World, token: &str) -> bool {
    let thief = world.person();
    thief.plant("session", token);
    thief.is_signed_in().await
}

#[test]
fn t31_each_sign_in_makes_a_new_identifier_and_the_old_one_is_dead() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let planted = Token::generate().expose().to_owned();
        let anna = world.person();
        anna.plant("session", &planted);
        anna.signed_in("teacher").await;
        let first = token_of(&world, &anna).await;
        assert_ne!(first, planted);
        assert!(!opens(&world, &planted).await, "a planted identifier is never adopted");

        // Signing in over a living session, by another way.
        let landed = anna.link_as(ANNA).await;
        anna.confirm(&landed).await;
        let departure = anna.open("/login/esia").await;
        let back = anna.sign_in_at_stand(&departure, ANNA).await;
        assert_eq!(anna.browser.follow(&back).await.leads_to(), "/settings");
        let second = token_of(&world, &anna).await;
        assert_ne!(second, first);
        assert!(opens(&world, &second).await);
        assert!(!opens(&world, &first).await, "the old one is dead");

        // An ESIA sign-in with a planted identifier, and the choice of a profile.
        world.wait(Duration::minutes(1));
        let two = world.person();
        two.link_whole("anna", ANNA).await;
        let chooser = world.person();
        chooser.plant("session", &planted);
        assert_eq!(chooser.enter_as(ANNA).await.leads_to(), "/login/profile");
        let choosing = token_of(&world, &chooser).await;
        assert_ne!(choosing, planted);
        let page = chooser.open("/login/profile").await;
        let profile = page.values_of("profile").remove(0);
        chooser.submit(&page, "/login/profile", &[("profile", &profile)]).await;
        let chosen = token_of(&world, &chooser).await;
        assert_ne!(chosen, choosing);
        assert!(opens(&world, &chosen).await && !opens(&world, &choosing).await);
        assert!(!opens(&world, &planted).await);
        world.end().await;
    });
}

#[test]
fn t31_the_linking_only_door_changes_its_identifier_with_its_rights() {
    on_sqlite(async |database| {
        let world = after_the_cut_over().start(database).await;
        let anna = world.person();
        through_the_door(&anna, "teacher").await;
        let before = token_of(&world, &anna).await;
        let landed = anna.link_as(ANNA).await;
        anna.confirm(&landed).await;
        let after = token_of(&world, &anna).await;
        assert_ne!(before, after);
        assert!(opens(&world, &after).await && !opens(&world, &before).await);
        world.end().await;
    });
}

#[test]
fn t32_every_cookie_has_the_strictest_attributes_its_place_allows() {
    on_sqlite(async |database| {
        for public_url in [None, Some("https://journal.example")] {
            let setup = public_url.map_or_else(Setup::default, |url| Setup::default().public_url(url));
            let sibling = database.empty_sibling();
            let world = setup.start(&sibling).await;
            let anna = world.person();
            anna.link_whole("teacher", ANNA).await;
            let display = anna.open("/display").await;
            anna.submit(&display, "/display", &[("size", "large")]).await;
            anna.sign_out().await;
            anna.enter_as(ANNA).await;
            let recover = world.person().open("/login/recover").await;
            assert_eq!(recover.status, 200);
            let page = anna.open("/settings/unlink").await;
            anna.submit(&page, "/settings/unlink", &[]).await;
            let (page, form) = anna.sign_in_form("teacher").await;
            let shared = form.with("shared_computer", "yes");
            anna.browser.show(anna.browser.post(&page, &shared)).await;
            anna.sign_out().await;

            let lines: Vec<String> = anna.browser.set_cookies("localhost", "journal.example");
            let mut kinds: Vec<_> = lines.iter().filter_map(|line| line.split('=').next()).collect();
            kinds.sort_unstable();
            kinds.dedup_by_key(|name| name.split("attempt-").next());
            assert_eq!(
                kinds.len(),
                6,
                "session, browser, organisation, display, at-esia, attempt: {kinds:?}"
            );
            for line in &lines {
                let secure = public_url.is_some();
                assert_eq!(line.starts_with("__Host-"), secure, "{line}");
                assert_eq!(line.contains("; Secure"), secure, "{line}");
                for attribute in ["; HttpOnly", "; Path=/", "; SameSite=Lax"] {
                    assert!(line.contains(attribute), "{line}");
                }
                assert!(!line.contains("Domain"), "{line}");
            }
            world.end().await;
        }
    });
}

#[test]
fn t33_a_session_ends_to_the_second() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let (early, late) = (world.person(), world.person());
        early.signed_in("teacher").await;
        late.signed_in("teacher").await;
        world.wait(Duration::minutes(30) - Duration::seconds(1));
        assert!(early.is_signed_in().await, "a second before the idle end");
        world.wait(Duration::seconds(2));
        assert!(!late.is_signed_in().await, "a second after it");
        let page = late.open("/login").await;
        assert!(page.says("еанс"), "the page says what happened: {page:?}");

        let parent = world.person();
        parent.signed_in("parent").await;
        for pause in [Duration::hours(11), Duration::hours(11)] {
            world.wait(pause);
            assert!(world.noted("browser_sessions", parent.is_signed_in()).await);
        }
        world.wait(Duration::hours(2) - Duration::seconds(1));
        assert!(parent.is_signed_in().await, "a second before the absolute end");
        world.wait(Duration::seconds(2));
        assert!(!parent.is_signed_in().await, "a second after it, though it was never idle");
        world.end().await;
    });
}

#[test]
fn t33_one_unlink_signs_eight_browsers_out() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let first = world.person();
        first.link_whole("teacher", ANNA).await;
        let mut browsers = vec![first];
        for at in 0..7 {
            let person = world.person();
            if at % 2 == 0 {
                person.signed_in("teacher").await;
            } else {
                assert_eq!(person.enter_as(ANNA).await.leads_to(), "/settings");
            }
            browsers.push(person);
        }
        let neighbour = world.person();
        neighbour.signed_in("anna").await;
        assert_eq!(world.sessions_of("teacher").await, 8);
        let page = browsers[3].open("/settings/unlink").await;
        browsers[3].submit(&page, "/settings/unlink", &[]).await;
        for person in &browsers {
            assert!(!person.is_signed_in().await);
        }
        assert_eq!(world.sessions_of("teacher").await, 0);
        assert!(neighbour.is_signed_in().await, "another profile of the same person goes on");
        world.end().await;
    });
}

#[test]
fn t34_after_sign_out_nothing_is_left_to_go_back_to() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let token = anna.cookie("session").unwrap();
        for path in ["/settings", "/settings/sessions", "/settings/link", "/settings/unlink"] {
            assert_eq!(anna.open(path).await.header("cache-control"), "no-store", "{path}");
        }
        let answer = anna.sign_out().await;
        assert_eq!(answer.leads_to(), "/goodbye");
        assert_eq!(answer.header("clear-site-data"), "\"cache\"");
        assert_eq!(anna.cookie("session"), None);
        assert!(anna.cookie("organisation").is_some(), "the organisation is remembered");
        assert!(!opens(&world, &token).await);
        assert_eq!(anna.arrive(answer).await.status, 200);
        world.end().await;
    });
}

#[test]
fn t34_a_person_sees_their_sessions_and_ends_one_or_all() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                     (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
        let (here, there, stranger) = (world.person(), world.person_with(phone), world.person());
        here.signed_in("teacher").await;
        there.signed_in("teacher").await;
        stranger.signed_in("parent").await;
        let list = here.open("/settings/sessions").await;
        assert!(list.says("это устройство") && list.says("Safari"), "{list:?}");
        let others: Vec<_> = list.values_of("end").into_iter().filter(|end| end != "all").collect();
        assert_eq!(others.len(), 1, "its own is not offered");

        // Somebody else's list cannot end it.
        let foreign = stranger.open("/settings/sessions").await;
        stranger.submit(&foreign, "/settings/sessions", &[("end", &others[0])]).await;
        assert!(there.is_signed_in().await);

        let answer = here.submit(&list, "/settings/sessions", &[("end", &others[0])]).await;
        let after = here.arrive(answer).await;
        assert!(after.says("На том устройстве понадобится войти снова."), "{after:?}");
        assert!(!there.is_signed_in().await && here.is_signed_in().await);

        there.signed_in("teacher").await;
        let list = here.open("/settings/sessions").await;
        let answer = here.submit(&list, "/settings/sessions", &[("end", "all")]).await;
        assert_eq!(answer.leads_to(), "/goodbye");
        assert!(!there.is_signed_in().await && !here.is_signed_in().await);
        assert!(stranger.is_signed_in().await);
        world.end().await;
    });
}

/// The password has closed; its door for linking is open.
pub fn after_the_cut_over() -> Setup {
    let day = NaiveDate::from_ymd_opt(2026, 11, 1);
    Setup::default().with(move |settings| settings.rollout.esia_only_from = day)
}

/// Signs in for linking only.
pub async fn through_the_door(person: &Person, login: &str) -> Page {
    let organisation = person.organisation(login).await;
    let page = person.open("/login/link").await;
    let values = [("organisation", &*organisation), ("login", login), ("password", PASSWORD)];
    let answer = person.submit(&page, "/login/link", &values).await;
    assert_eq!(answer.leads_to(), "/settings/link", "{answer:?}");
    answer
}

#[test]
fn t35_the_linking_door_leads_to_the_linking_pages_only() {
    on_sqlite(async |database| {
        let world = after_the_cut_over().start(database).await;
        let anna = world.person();
        through_the_door(&anna, "teacher").await;
        for path in
            ["/settings", "/settings/unlink", "/settings/sessions", "/settings/prove", "/login/profile"]
        {
            let page = anna.open(path).await;
            let refused = page.leads_to() == "/settings/link" || page.status == 404;
            assert!(refused, "{path}: {page:?}");
        }
        let before = anna.open("/settings/link").await;
        assert_eq!(before.heading(), "Сейчас вы перейдёте на Госуслуги", "{before:?}");
        let contents = world.contents().await;
        for (path, field) in [
            ("/settings/unlink", ("reason", "")),
            ("/settings/sessions", ("end", "all")),
            ("/settings/prove", ("password", PASSWORD)),
            ("/login/profile", ("profile", "1")),
        ] {
            let mut form = filled(&before, "/logout", &[field]);
            form.action = path.into();
            let answer = anna.browser.show(anna.browser.post(&before, &form)).await;
            let refused = answer.leads_to() == "/settings/link" || answer.status == 404;
            assert!(refused, "{path}: {answer:?}");
        }
        assert_eq!(world.changed_since(&contents).await, [""; 0]);

        let landed = anna.link_as(ANNA).await;
        let done = anna.confirm(&landed).await;
        assert_eq!(anna.arrive(done).await.heading(), "Учётная запись привязана");
        assert!(anna.is_signed_in().await, "linked, the session may do everything");
        world.end().await;
    });
}

#[test]
fn t36_an_older_session_proves_itself_and_comes_back() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        let early = anna.open("/settings/unlink").await;
        assert!(early.form("/settings/unlink").is_some());
        world.wait(Duration::minutes(15) + Duration::seconds(1));
        assert_eq!(anna.open("/settings/unlink").await.leads_to(), "/settings/prove");
        let answer = anna.submit(&early, "/settings/unlink", &[]).await;
        assert_eq!(answer.leads_to(), "/settings/prove", "an open form is no way round");
        assert_eq!(world.links_of("teacher").await, 1);

        let proof = anna.open("/settings/prove").await;
        for wrong in ["", "не тот пароль"] {
            let again = anna.submit(&proof, "/settings/prove", &[("password", wrong)]).await;
            assert!(again.status == 200 && again.html.contains("class=\"error\""), "{again:?}");
            assert_eq!(anna.open("/settings/unlink").await.leads_to(), "/settings/prove");
        }
        let answer = anna.submit(&proof, "/settings/prove", &[("password", PASSWORD)]).await;
        assert_eq!(answer.leads_to(), "/settings/unlink");
        let page = anna.arrive(answer).await;
        let done = anna.submit(&page, "/settings/unlink", &[("reason", "mistake")]).await;
        assert_eq!(done.heading(), "Учётная запись отвязана", "{done:?}");
        assert_eq!(world.links_of("teacher").await, 0);
        world.end().await;
    });
}

#[test]
fn t36_who_came_through_esia_proves_it_there_and_comes_back() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        anna.sign_out().await;
        anna.enter_as(ANNA).await;
        world.wait(Duration::minutes(16));
        let proof = anna.open_all("/settings/unlink").await;
        assert_eq!(proof.path(), "/settings/prove");
        let departure = anna.click(&proof, "Госуслуг").await;
        let back = anna.sign_in_at_stand(&departure, ANNA).await;
        let landed = anna.browser.follow(&back).await;
        assert_eq!(landed.leads_to(), "/settings/unlink", "{landed:?}");
        assert!(anna.arrive(landed).await.form("/settings/unlink").is_some());
        world.end().await;
    });
}
