//! What people do besides linking: several profiles, recovery, remembered places, the cut-over.

use chrono::{Duration, NaiveDate};

use crate::harness::page::Page;
use crate::harness::town::{Correction, PASSWORD, SCHOOL};
use crate::harness::{Person, Setup, World, on_sqlite};
use crate::sessions::{after_the_cut_over, through_the_door};
use crate::support::database::{TestDatabase, on_each_database};

const ANNA: &str = "smirnova@stand.example";

on_each_database!(two_profiles_of_one_person_share_an_account, a_password_is_recovered_by_letter);

/// Chooses the profile whose line has these words.
async fn choose(person: &Person, page: &Page, organisation: &str) -> Page {
    let line = page.html.split("<div class=\"choice").find(|line| {
        let text = line.replace("&quot;", "\"").replace("&#34;", "\"");
        text.contains(organisation)
    });
    let line = line.unwrap_or_else(|| panic!("no profile of {organisation}: {page:?}"));
    let value = line.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a value");
    person.submit(page, "/login/profile", &[("profile", value)]).await
}

async fn two_profiles_of_one_person_share_an_account(database: &TestDatabase) {
    let world = World::start(database).await;
    world.person().link_whole("teacher", ANNA).await;
    let early = world.person();
    assert_eq!(early.enter_as(ANNA).await.leads_to(), "/settings", "one profile needs no choice");
    assert!(!early.open("/settings").await.says("Сменить профиль"), "nor a switch");
    world.wait(Duration::minutes(1));
    world.person().link_whole("anna", ANNA).await;
    world.wait(Duration::minutes(1));

    let anna = world.person();
    assert_eq!(anna.enter_as(ANNA).await.leads_to(), "/login/profile");
    assert_eq!(anna.open("/settings").await.leads_to(), "/login/profile", "nothing else before the choice");
    let chooser = anna.open("/login/profile").await;
    let nothing = anna.submit(&chooser, "/login/profile", &[]).await;
    assert!(nothing.html.contains("class=\"error\""), "{nothing:?}");
    let stranger = world.profile("parent").await.0.to_string();
    let foreign = anna.submit(&chooser, "/login/profile", &[("profile", &stranger)]).await;
    assert!(foreign.html.contains("class=\"error\""), "{foreign:?}");
    assert_eq!(choose(&anna, &chooser, "Гимназия").await.leads_to(), "/settings");
    assert!(anna.open("/settings").await.says("Гимназия № 19"));

    world.wait(Duration::minutes(1));
    let again = world.person();
    assert_eq!(again.enter_as(ANNA).await.leads_to(), "/settings", "the choice is remembered");
    assert!(again.open("/settings").await.says("Гимназия № 19"));

    // The switch in the header, without a new trip.
    let requests = world.stand().token_requests();
    let settings = again.open("/settings").await;
    assert!(settings.says("Сменить профиль"), "{settings:?}");
    assert!(early.open("/settings/sessions").await.says("Сменить профиль"), "as soon as there is another");
    let chooser = again.open("/login/profile").await;
    assert_eq!(choose(&again, &chooser, SCHOOL).await.leads_to(), "/settings");
    assert!(again.open("/settings").await.says("учитель математики"));
    assert_eq!(world.stand().token_requests(), requests);

    // Unlinking one leaves the other.
    let page = again.open("/settings/unlink").await;
    again.submit(&page, "/settings/unlink", &[]).await;
    assert_eq!((world.links_of("teacher").await, world.links_of("anna").await), (0, 1));
    assert!(anna.is_signed_in().await, "the other profile's session goes on");
    assert!(!anna.open("/settings").await.says("Сменить профиль"), "with nothing to switch to");
    assert_eq!(world.person().enter_as(ANNA).await.leads_to(), "/settings");
    world.end().await;
}

async fn ask_for_recovery(person: &Person, login: &str) -> Page {
    let page = person.open("/login/recover").await;
    let organisation = person.organisation("teacher").await;
    let values = [("organisation", &*organisation), ("login", login)];
    person.submit(&page, "/login/recover", &values).await
}

async fn a_password_is_recovered_by_letter(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    anna.signed_in("teacher").await;
    let forgetful = world.person();
    let known = forgetful.arrive(ask_for_recovery(&forgetful, "teacher").await).await;
    let unknown = forgetful.arrive(ask_for_recovery(&forgetful, "nobody-here").await).await;
    assert_eq!(known.heading(), "Проверьте электронную почту", "{known:?}");
    assert_eq!(known.text(), unknown.text(), "the answer does not tell who exists");

    let letter = world.letters_to("teacher@journal.example", 1).await.remove(0);
    let link = letter.text.split_whitespace().find(|word| word.contains("/login/recover/")).unwrap();
    let path = link.trim_end_matches('.').strip_prefix(&world.origin).expect("our address").to_owned();
    let token = path.rsplit('/').next().unwrap();
    let everything = format!("{:?}", world.contents().await);
    assert!(!everything.contains(token), "no live token is readable in the database");

    let page = forgetful.open(&path).await;
    assert_eq!(page.heading(), "Новый пароль", "{page:?}");
    let form_path = page
        .html
        .split("action=\"")
        .find_map(|rest| rest.split('"').next().filter(|a| a.starts_with("/login/recover/")))
        .unwrap()
        .to_owned();
    for (new, repeat) in
        [("", ""), ("короче", "короче"), ("Зимний сад 9", "Зимний сад 8"), ("password1", "password1")]
    {
        let again =
            forgetful.submit(&page, &form_path, &[("new_password", new), ("repeat_password", repeat)]).await;
        assert!(again.status == 200 && again.html.contains("class=\"error\""), "{new:?}: {again:?}");
    }
    let values = [("new_password", "Зимний сад 9"), ("repeat_password", "Зимний сад 9")];
    let done = forgetful.arrive(forgetful.submit(&page, &form_path, &values).await).await;
    assert_eq!(done.heading(), "Пароль изменён", "{done:?}");
    assert!(!anna.is_signed_in().await, "every session has ended");
    assert_eq!(forgetful.open(&path).await.heading(), "Ссылка не подошла", "used once");

    assert_ne!(world.person().sign_in("teacher").await.leads_to(), "/settings", "the old password is dead");
    world.person().with_password("Зимний сад 9").signed_in("teacher").await;

    // Another letter, too late.
    ask_for_recovery(&forgetful, "teacher").await;
    world.settled().await;
    let letters = world.letters_to("teacher@journal.example", 2).await;
    let words = letters.iter().flat_map(|letter| letter.text.split_whitespace());
    // Other letters name the page of recovery, without a token.
    let fresh: Vec<_> = words
        .filter(|word| word.contains("/login/recover/") && !word.ends_with("/login/recover/"))
        .filter(|word| !word.contains(token))
        .collect();
    world.wait(Duration::minutes(60) + Duration::seconds(1));
    let path = fresh[0].trim_end_matches('.').strip_prefix(&world.origin).unwrap().to_owned();
    assert_eq!(forgetful.open(&path).await.heading(), "Ссылка не подошла");
    world.end().await;
}

#[test]
fn a_new_place_is_told_by_letter_and_a_known_one_is_not() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        anna.sign_out().await;
        anna.signed_in("teacher").await;
        world.settled().await;
        assert_eq!(
            world.count("outbox_entries", "kind = 'new_sign_in_place'").await,
            0,
            "the first place is no news"
        );
        world.person().signed_in("teacher").await;
        let letters = world.letters_to("teacher@journal.example", 1).await;
        assert!(letters[0].text.contains("Firefox"), "{}", letters[0].text);
        assert!(!letters[0].text.contains("127.0.0.1"), "{}", letters[0].text);
        world.end().await;
    });
}

#[test]
fn t53_a_letter_goes_to_one_address_and_holds_no_number() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let hostile = Correction::LastName("Смирнова\r\nBcc: thief@evil.example,");
        let anna = world.person();
        anna.signed_in("teacher").await;
        let landed = anna.link_as(ANNA).await;
        let comparison = anna.browser.follow(&landed).await;
        world.correct("teacher", vec![hostile]).await;
        let fields = [("decision", "link")];
        anna.submit(&comparison, "/settings/link/confirm", &fields).await;
        world.settled().await;
        for entry in std::fs::read_dir(world.mail_folder()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "eml") {
                let raw = std::fs::read_to_string(path).unwrap();
                let head = raw.split("\r\n\r\n").next().unwrap();
                assert_eq!(head.lines().filter(|line| line.starts_with("To:")).count(), 1, "{head}");
                assert!(!head.to_lowercase().contains("bcc") && !head.contains("evil.example"), "{head}");
                assert!(!raw.contains("100-200-301") && !raw.contains("100200301"), "{raw}");
            }
        }
        world.end().await;
    });
}

/// Whether the sign-in page shows an organisation in one line, instead of lists.
async fn knows(person: &Person) -> bool {
    let page = person.open("/login").await;
    page.html.contains("class=\"known\"") && page.says(SCHOOL)
}

#[test]
fn the_organisation_is_remembered_but_not_on_a_shared_computer() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        assert!(!knows(&anna).await);
        anna.signed_in("teacher").await;
        anna.sign_out().await;
        assert!(knows(&anna).await, "remembered");
        let change = anna.open("/login?change=1").await;
        assert!(change.html.contains("<select"), "{change:?}");

        let (page, form) = anna.sign_in_form("teacher").await;
        anna.browser.show(anna.browser.post(&page, &form.with("shared_computer", "yes"))).await;
        anna.sign_out().await;
        assert!(!knows(&anna).await, "forgotten");

        // A cookie that somebody else wrote is no memory.
        anna.plant("organisation", "1.9999999999.AAAA");
        assert!(!knows(&anna).await);
        world.end().await;
    });
}

#[test]
fn a_shared_computer_has_the_short_session_whichever_way_one_came() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        world.person().link_whole("teacher", ANNA).await;
        let (by_password, by_esia) = (world.person(), world.person());
        let (page, form) = by_password.sign_in_form("parent").await;
        by_password.browser.show(by_password.browser.post(&page, &form.with("shared_computer", "yes"))).await;
        let login = by_esia.open("/login").await;
        let departure = by_esia.click(&login, "чужом компьютере").await;
        let back = by_esia.sign_in_at_stand(&departure, ANNA).await;
        assert_eq!(by_esia.browser.follow(&back).await.leads_to(), "/settings");
        assert!(by_password.is_signed_in().await && by_esia.is_signed_in().await);
        world.wait(Duration::minutes(15) + Duration::seconds(1));
        assert!(!by_password.is_signed_in().await && !by_esia.is_signed_in().await);
        world.end().await;
    });
}

#[test]
fn organisations_are_found_by_number_and_listed_by_place() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let person = world.person();
        let found = person.open("/orgs?q=12").await;
        assert!(found.says(SCHOOL) && found.says("Миасс"), "{found:?}");
        let page = person.click(&found, "СОШ № 12").await;
        assert!(page.path().starts_with("/login?organisation=") && page.says(SCHOOL), "{page:?}");
        assert_eq!(person.open("/orgs?q=").await.status, 200);
        assert!(!person.open("/orgs?q=%D1%89%D1%83%D0%BA%D0%B0").await.says(SCHOOL));
        let options = person.open("/options?level=municipality&parent=1").await;
        assert_eq!((options.status, options.header("cache-control")), (200, "public, max-age=3600"));
        assert!(options.html.contains("<option") && options.html.contains("Миасский"), "{options:?}");
        let url = person.url("/options?level=municipality&parent=1");
        let ask = crate::harness::browser::Ask::get(url).with("if-none-match", options.header("etag"));
        assert_eq!(person.browser.send(ask).await.status, 304);
        assert_eq!(person.open("/options?level=nothing").await.status, 404);
        world.end().await;
    });
}

#[test]
fn after_the_cut_over_the_password_opens_the_linking_door_only() {
    on_sqlite(async |database| {
        let world = after_the_cut_over().start(database).await;
        let anna = world.person();
        let page = anna.open("/login").await;
        assert_eq!(page.heading(), "Вход — только через Госуслуги", "{page:?}");
        assert!(page.form("/login").is_none(), "no password on this page");
        through_the_door(&anna, "teacher").await;
        let landed = anna.link_as(ANNA).await;
        let done = anna.confirm(&landed).await;
        assert_eq!(anna.arrive(done).await.heading(), "Учётная запись привязана");
        anna.sign_out().await;
        assert_eq!(anna.enter_as(ANNA).await.leads_to(), "/settings");
        world.end().await;
    });
}

#[test]
fn with_the_door_closed_too_a_password_is_told_118() {
    on_sqlite(async |database| {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1);
        let setup = Setup::default().with(move |s| {
            s.rollout.esia_only_from = day;
            s.rollout.linking_door = false;
        });
        let world = setup.start(database).await;
        let anna = world.person();
        let page = anna.open("/display").await;
        let mut form = crate::harness::person::filled(&page, "/display", &[]);
        form.action = "/login".into();
        let organisation = anna.organisation("teacher").await;
        let form =
            form.with("organisation", &organisation).with("login", "teacher").with("password", PASSWORD);
        let answer = anna.browser.show(anna.browser.post(&page, &form)).await;
        assert!(answer.leads_to().starts_with("/outcome/118"), "{answer:?}");
        assert_eq!(anna.arrive(answer).await.heading(), "Вход по логину и паролю отключён");
        assert!(!anna.is_signed_in().await);
        world.end().await;
    });
}

#[test]
fn the_settings_show_e_mail_and_telephone_masked() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let anna = world.person();
        anna.signed_in("teacher").await;
        let page = anna.open("/settings").await;
        assert!(page.says("t•••@journal.example") && page.says("+7 ••• •••-12-34"), "{page:?}");
        world.end().await;
    });
}

#[test]
fn an_authority_signs_in_on_its_own_tab() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let belova = world.person();
        belova.link_whole("authority", "belova@stand.example").await;
        belova.sign_out().await;
        assert_eq!(belova.enter_as("belova@stand.example").await.leads_to(), "/settings");
        world.end().await;
    });
}

#[test]
fn the_demo_shows_its_letters_and_nothing_outside_its_folder() {
    on_sqlite(async |database| {
        let world = Setup::default().demo().start(database).await;
        let anna = world.person();
        anna.link_whole("teacher", ANNA).await;
        world.letters_to("teacher@journal.example", 1).await;
        let list = anna.open("/demo/mail").await;
        assert!(list.says("teacher@journal.example"), "{list:?}");
        for name in ["..%2fmaster.key", "%2e%2e", "x", "00000000-0000-4000-8000-000000000000"] {
            assert_eq!(anna.open(&format!("/demo/mail/{name}")).await.status, 404, "{name}");
        }
        world.end().await;
    });
}
