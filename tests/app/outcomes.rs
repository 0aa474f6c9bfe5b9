//! Every outcome that a person can meet, by the way that leads there, with its code and its page.

use privyazka::config::linking::PartialMatch;
use privyazka::directory::ProfileStatus;
use privyazka::platform::secret::Token;

use crate::harness::browser::Ask;
use crate::harness::page::Page;
use crate::harness::town::Correction;
use crate::harness::{Person, Setup, World, on_sqlite};

const ANNA: &str = "smirnova@stand.example";
const PETROV: &str = "petrov@stand.example";

/// The page of this code, its heading and a way on.
async fn expect(person: &Person, landed: Page, code: u16, heading: &str) -> Page {
    let path = landed.leads_to();
    assert_eq!(path.split('?').next(), Some(&*format!("/outcome/{code}")), "{landed:?}");
    let page = person.arrive(landed).await;
    assert_eq!(page.heading(), heading, "{page:?}");
    assert!(page.html.contains("class=\"btn"), "a way on: {page:?}");
    page
}

#[test]
fn who_is_linked_to_no_profile_is_told_how_to_link() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let olga = world.person();
        let landed = olga.enter_as("nobody@stand.example").await;
        expect(&olga, landed, 101, "Учётная запись Госуслуг пока не привязана").await;
        assert!(!olga.is_signed_in().await);
        assert_eq!(world.events("attempt:esia:refused").await, 1);
        world.end().await;
    });
}

#[test]
fn an_account_of_another_person_is_refused_without_a_name() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.person().link_whole("parent", PETROV).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let landed = anna.link_as(PETROV).await;
        let page =
            expect(&anna, landed, 102, "Эта учётная запись Госуслуг привязана к другому человеку").await;
        assert!(!page.says("Петров"), "{page:?}");
        assert_eq!(world.links_of("teacher").await, 0);
        world.end().await;
    });
}

#[test]
fn a_profile_with_another_account_keeps_it() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let early = anna.start_linking().await;
        world.stand_serves(ANNA);
        let departure = anna.start_linking().await;
        let back = anna.browser.follow(&departure).await;
        let landed = anna.browser.follow(&back).await;
        anna.confirm(&landed).await;
        world.stand_serves(PETROV);
        let back = anna.browser.follow(&early).await;
        let landed = anna.browser.follow(&back).await;
        let heading = "К вашему профилю привязана другая учётная запись Госуслуг";
        let page = expect(&anna, landed, 103, heading).await;
        assert!(!page.says("Петров"), "{page:?}");
        assert_eq!(world.links_of("teacher").await, 1);
        world.end().await;
    });
}

#[test]
fn data_that_contradict_are_refused_each_with_its_own_page() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.correct("renamed", vec![Correction::Snils(None)]).await;
        world.correct("anna", vec![Correction::Born(chrono::NaiveDate::from_ymd_opt(1985, 3, 15))]).await;
        world.correct("parent-gym", vec![Correction::FirstName("Кирилл")]).await;
        for (login, stand, code, heading) in [
            ("lowlevel", "kuznetsov@stand.example", 104, "Нужна подтверждённая учётная запись"),
            ("pupil-own", "sonya@stand.example", 114, "Учётную запись ребёнка создаёт родитель"),
            ("renamed", "orlova@stand.example", 105, "Данные не совпали"),
            ("parent-gym", PETROV, 105, "Данные не совпали"),
            ("mismatch", "sidorov@stand.example", 115, "СНИЛС не совпал"),
            // The child's number in the parent's profile, or the parent signed in as the child.
            ("parent", "alesha@stand.example", 115, "СНИЛС не совпал"),
            ("anna", ANNA, 117, "Дата рождения не совпала"),
        ] {
            let person = world.person();
            person.signed_in(login).await;
            let before = world.contents().await["links"].clone();
            let landed = person.link_as(stand).await;
            expect(&person, landed, code, heading).await;
            assert_eq!(world.contents().await["links"], before, "{login}");
            assert!(person.is_signed_in().await, "the password session goes on");
        }
        world.end().await;
    });
}

#[test]
fn the_level_is_named_to_the_browser_that_went_to_esia_alone() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let igor = world.person();
        igor.signed_in("lowlevel").await;
        let landed = igor.link_as("kuznetsov@stand.example").await;
        let path = landed.leads_to();
        let own = expect(&igor, landed, 104, "Нужна подтверждённая учётная запись").await;
        assert!(own.says("упрощённая"), "{own:?}");
        let stranger = world.person();
        stranger.signed_in("teacher").await;
        let other = stranger.open(&path).await;
        assert!(other.status == 200 && !other.says("упрощённая"), "{other:?}");
        world.end().await;
    });
}

#[test]
fn before_its_day_nobody_links_and_the_day_is_named() {
    on_sqlite(async |database| {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 12, 1);
        let setup = Setup::default().with(move |settings| settings.rollout.linking_from = day);
        let world = setup.start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let settings = anna.open("/settings").await;
        assert!(settings.says("привязка откроется 1 декабря 2026 года"), "{settings:?}");
        assert_eq!(settings.link("Привязать"), None, "{settings:?}");
        let tried = anna.open("/settings/link").await;
        let page = expect(&anna, tried, 113, "Привязка пока недоступна").await;
        assert!(page.says("Для вашей организации привязка откроется 1 декабря 2026 года."), "{page:?}");
        assert!(page.says("До этого входите по логину и паролю."), "{page:?}");

        // A trip that somebody began all the same, with a ticket of the day before the date was moved.
        let token = Token::parse(&anna.cookie("session").unwrap()).unwrap();
        let session = world.services.sessions.find_live(&token).await.unwrap().unwrap();
        let go = format!("/esia/go/{}", world.services.federation.ticket(&session));
        let back = anna.sign_in_at_stand(&anna.open(&go).await, ANNA).await;
        let landed = anna.browser.follow(&back).await;
        expect(&anna, landed, 113, "Привязка пока недоступна").await;
        assert_eq!(world.links_of("teacher").await, 0);

        world.wait(chrono::Duration::days(10));
        anna.link_whole("teacher", ANNA).await;
        world.end().await;
    });
}

#[test]
fn where_the_region_wants_it_a_missing_snils_is_corrected_first() {
    on_sqlite(async |database| {
        let setup = Setup::default().with(|settings| settings.linking.partial = PartialMatch::Refuse);
        let world = setup.start(database).await;
        world.correct("teacher", vec![Correction::Snils(None), Correction::Born(None)]).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let landed = anna.link_as(ANNA).await;
        expect(&anna, landed, 116, "В Сетевом городе нет вашего СНИЛС").await;
        world.end().await;
    });
}

#[test]
fn who_declines_at_esia_can_try_again() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let departure = anna.start_linking().await;
        let login = anna.browser.follow(&departure).await;
        let login = anna.arrive(login).await;
        let password = privyazka::stand::persona::STAND_PASSWORD;
        let answer = anna.submit(&login, "/login", &[("login", ANNA), ("password", password)]).await;
        let consent = anna.arrive(answer).await;
        let back = anna.submit(&consent, "/consent", &[("decision", "refuse")]).await;
        let landed = anna.browser.follow(&back).await;
        expect(&anna, landed, 106, "Вы не разрешили передачу данных").await;
        assert_eq!(world.stand().token_requests(), 0);
        world.end().await;
    });
}

#[test]
fn what_esia_says_in_the_redirect_leads_to_its_page() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        for (query, code, heading) in [
            ("error=access_denied", 106, "Вы не разрешили передачу данных"),
            ("error=access_denied&error_description=ESIA-007055", 104, "Нужна подтверждённая учётная запись"),
            ("error=invalid_request&error_description=ESIA-007062", 112, "Вы вошли от имени организации"),
            ("error=server_error", 107, "Госуслуги сейчас не отвечают"),
            ("error=invalid_grant", 108, "Время на вход истекло"),
            // Ours to repair (120): to people it is an outage.
            ("error=unauthorized_client&error_description=ESIA-007005", 107, "Госуслуги сейчас не отвечают"),
        ] {
            let person = world.person();
            let departure = person.start_sign_in().await;
            let state = Person::parameter(&departure, "state");
            let landed = person.open(&format!("/esia/callback?{query}&state={state}")).await;
            expect(&person, landed, code, heading).await;
            assert!(!person.is_signed_in().await);
        }
        assert_eq!(world.stand().token_requests(), 0);
        let events = world.contents().await["audit_events"].join("\n");
        assert!(
            events.contains("\"code\":120") || events.contains("\"code\": 120"),
            "the audit knows better"
        );
        world.end().await;
    });
}

#[test]
fn a_stopped_esia_takes_nothing_else_with_it() {
    on_sqlite(async |database| {
        let mut world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let departure = anna.start_linking().await;
        let back = anna.sign_in_at_stand(&departure, ANNA).await;
        world.stop_stand().await;
        let landed = anna.browser.follow(&back).await;
        let page = expect(&anna, landed, 107, "Госуслуги сейчас не отвечают").await;
        assert!(page.says("паролю") || page.says("позже"), "{page:?}");
        assert!(anna.is_signed_in().await, "the journal goes on");
        world.end().await;
    });
}

#[test]
fn blocked_and_closed_profiles_enter_neither_way() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        let session = anna.cookie("session").unwrap();
        for (status, code, heading) in [
            (ProfileStatus::Blocked, 111, "Доступ к профилю закрыт"),
            (ProfileStatus::Closed, 119, "Профиль закрыт"),
        ] {
            world.correct("teacher", vec![Correction::Status(status)]).await;
            let person = world.person();
            let landed = person.enter_as(ANNA).await;
            let page = expect(&person, landed, code, heading).await;
            assert!(!person.is_signed_in().await, "{page:?}");
            let answer = person.sign_in("teacher").await;
            assert_ne!(answer.leads_to(), "/settings", "{status:?} by password");
            assert!(!person.is_signed_in().await);
        }
        assert_eq!(anna.cookie("session"), Some(session));
        assert!(!anna.is_signed_in().await, "a session does not outlive its profile");
        world.end().await;
    });
}

#[test]
fn a_profile_blocked_between_callback_and_confirmation_is_not_linked() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let landed = anna.link_as(ANNA).await;
        let comparison = anna.browser.follow(&landed).await;
        world.correct("teacher", vec![Correction::Status(ProfileStatus::Blocked)]).await;
        anna.submit(&comparison, "/settings/link/confirm", &[("decision", "link")]).await;
        assert_eq!(world.links_of("teacher").await, 0);
        world.end().await;
    });
}

#[test]
fn a_frozen_link_holds_its_place_and_opens_nothing() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        world.execute("UPDATE links SET status = 'frozen'").await;
        let other = world.person();
        let landed = other.enter_as(ANNA).await;
        expect(&other, landed, 122, "Привязка приостановлена").await;
        let landed = anna.open("/settings/link").await;
        expect(&anna, landed, 122, "Привязка приостановлена").await;
        let landed = anna.open("/settings/unlink").await;
        expect(&anna, landed, 122, "Привязка приостановлена").await;
        world.end().await;
    });
}

#[test]
fn every_outcome_page_opens_by_itself_and_tells_a_stranger_nothing() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.person().link_whole("teacher", ANNA).await;
        let reference = world.newest_reference().await;
        for code in 101..=123 {
            let stranger = world.person();
            let page = stranger.open(&format!("/outcome/{code}?ref={reference}")).await;
            assert_eq!(page.status, 200, "{code}");
            assert!(!page.heading().is_empty(), "{code}");
            assert!(!page.says("Смирнов") && !page.says("СОШ"), "{code}: {page:?}");
        }
        for unknown in ["100", "124", "65536", "-1", "abc", "101%20"] {
            assert_eq!(world.person().open(&format!("/outcome/{unknown}")).await.status, 404, "{unknown}");
        }
        let url = world.person().url("/outcome/101");
        assert_eq!(world.person().browser.send(Ask::get(url)).await.status, 200);
        world.end().await;
    });
}
