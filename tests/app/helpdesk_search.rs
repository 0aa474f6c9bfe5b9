//! An operator looks for people: what is found, what is shown of it, and where it leaves no trace.

use privyazka::directory::{NewProfile, ProfileStatus, Role};
use privyazka::identity::{PersonName, Snils};
use privyazka::store::{organisations, profiles};

use crate::harness::page::Page;
use crate::harness::{Person, World, on_sqlite};
use crate::support::database::{TestDatabase, on_each_database};

on_each_database![
    people_are_found_by_all_that_they_may_say_of_themselves,
    t38_nobody_is_found_outside_the_area,
    t49_a_search_leaves_no_name_in_its_address_and_opens_for_nobody_else,
    many_people_are_shown_page_by_page,
];

const SEARCH: &str = "/helpdesk/profiles";

/// Fills in the form and goes where it leads.
async fn search(operator: &Person, values: &[(&str, &str)]) -> Page {
    let form = operator.open(SEARCH).await;
    let answer = operator.submit(&form, SEARCH, values).await;
    if answer.status == 303 { operator.open(&answer.leads_to()).await } else { answer }
}

async fn found(operator: &Person, typed: &str) -> String {
    search(operator, &[("q", typed)]).await.text()
}

async fn people_are_found_by_all_that_they_may_say_of_themselves(database: &TestDatabase) {
    let world = World::start(database).await;
    let operator = world.operator("helpdesk").await;
    let snils = Snils::with_control_sum(100_200_301);
    for (typed, says) in [
        ("смирнова", "2 результата по запросу « смирнова »"),
        ("АННА смирн", "2 результата"),
        ("викторовна", "2 результата"),
        ("teacher", "1 результат по"),
        ("TEACHER", "1 результат по"),
        ("teacher@journal.example", "1 результат по"),
        ("8 (900) 000-12-34", "10 результатов"),
        ("9000001234", "10 результатов"),
        (snils.digits(), "2 результата"),
        (&snils.formatted(), "2 результата"),
        (&format!("СНИЛС {}", snils.formatted()), "2 результата"),
        ("смирнова пётр", "0 результатов по запросу « смирнова пётр »"),
        // Signs of patterns are signs between words.
        ("%%%смир___", "2 результата"),
        ("с_ирнова", "0 результатов"),
    ] {
        let text = found(&operator, typed).await;
        assert!(text.contains(says), "{typed}: {text}");
    }
    let page = search(&operator, &[("q", "teacher")]).await;
    let text = page.text();
    for shown in ["Смирнова А. В.", "СОШ № 12", "учитель математики", "te•••", "Не привязана"]
    {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    for hidden in ["Анна", "Викторовна", "journal.example", "000-12-34", "1985"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    assert!(text.contains("Просмотр карточек записывается в журнал"), "{text}");
    for short in ["", "  ", "см", "а-б", "!?."] {
        let page = search(&operator, &[("q", short)]).await;
        assert!(page.says("Введите не меньше трёх знаков"), "{short:?}: {page:?}");
    }
    // By name, by login and by both at once: somebody who is both is one line.
    assert!(found(&operator, "renamed").await.contains("1 результат по"));
    world.end().await;
}

async fn t38_nobody_is_found_outside_the_area(database: &TestDatabase) {
    let world = World::start(database).await;
    let region = world.operator("helpdesk").await;
    let school = world.operator("helpdesk-school").await;
    let snils = Snils::with_control_sum(100_200_301).formatted();
    for typed in ["смирнова", &snils, "8 (900) 000-12-34"] {
        let all = found(&region, typed).await;
        let own = found(&school, typed).await;
        assert!(all.contains("Гимназия № 19") && !own.contains("Гимназия № 19"), "{typed}: {own}");
    }
    // In the gymnasium, so not there: the words are those of somebody who does not exist.
    for typed in ["anna", "anna@journal.example"] {
        assert!(found(&region, typed).await.contains("1 результат по"));
        let (foreign, missing) = (found(&school, typed).await, found(&school, "nobody-at-all").await);
        assert_eq!(foreign.replace(typed, "…"), missing.replace("nobody-at-all", "…"));
    }
    let filter = |name: &'static str| [("q", "смирнова"), ("organisation_name", name)];
    let page = search(&region, &filter("Гимназия 19")).await;
    assert!(page.says("1 результат по") && page.says("Гимназия № 19"), "{page:?}");
    let page = search(&region, &filter("лицей 900")).await;
    assert!(page.says("В вашей зоне нет такой организации"), "{page:?}");
    // A field that the page of a school's operator does not have.
    let form = school.open(SEARCH).await;
    assert!(!form.says("Организация"), "{form:?}");
    let answer = school.submit(&form, SEARCH, &filter("Гимназия 19")).await;
    assert!(answer.says("В вашей зоне нет такой организации"), "{answer:?}");
    world.end().await;
}

async fn t49_a_search_leaves_no_name_in_its_address_and_opens_for_nobody_else(database: &TestDatabase) {
    let world = World::start(database).await;
    let (operator, colleague) = (world.operator("helpdesk").await, world.operator("helpdesk-2").await);
    let form = operator.open(SEARCH).await;
    let answer = operator.submit(&form, SEARCH, &[("q", "Смирнова Анна")]).await;
    assert_eq!(answer.status, 303);
    let address = answer.leads_to();
    let decoded = url::form_urlencoded::parse(address.as_bytes())
        .map(|(name, value)| format!("{name}{value}"))
        .collect::<String>();
    for part in ["мирнов", "Анна", "smirnov"] {
        assert!(!decoded.contains(part) && !address.contains(part), "{address}");
    }
    assert_eq!(world.events("helpdesk:search:done").await, 0, "nothing was shown yet");
    for _ in 0..2 {
        let page = operator.open(&address).await;
        assert!(page.says("2 результата по запросу « Смирнова Анна »"), "a reload works: {page:?}");
        let title = page.html.split("</title>").next().unwrap();
        assert!(!title.contains("мирнов"), "{title}");
    }
    let foreign = colleague.open(&address).await;
    assert_eq!(foreign.status, 200);
    assert!(foreign.says("Эти результаты уже не открыть") && !foreign.says("мирнов"), "{foreign:?}");
    world.wait(chrono::Duration::minutes(20));
    let within = world.noted("operator_sessions", operator.open(&address)).await;
    assert!(within.says("2 результата"), "within the hour: {within:?}");
    for _ in 0..2 {
        world.wait(chrono::Duration::minutes(25));
        world.noted("operator_sessions", operator.open(SEARCH)).await;
    }
    assert!(operator.open(&address).await.says("Эти результаты уже не открыть"), "after the hour");
    assert_eq!(world.events("helpdesk:search:done").await, 3, "one for each page of people that was shown");
    let details = "SELECT details AS line FROM audit_events WHERE kind = 'helpdesk:search:done' LIMIT 1";
    assert_eq!(world.text(details).await, r#"{"found":2,"more":false,"sorts":["name"]}"#);
    world.end().await;
}

async fn many_people_are_shown_page_by_page(database: &TestDatabase) {
    let world = World::start(database).await;
    let now = world.clock.now();
    world
        .write(move |db| {
            let schools = organisations::list_organisations(db)?;
            let new: Vec<_> = (0..120)
                .map(|number| NewProfile {
                    uid: format!("many-{number}"),
                    organisation: schools[0].id,
                    login: format!("many-{number}"),
                    password_hash: None,
                    name: PersonName::new("Уткин", "Яков", None),
                    birth_date: None,
                    snils: None,
                    email: None,
                    phone: None,
                    post: None,
                    roles: vec![Role::Parent],
                    status: ProfileStatus::Active,
                    created_at: now,
                })
                .collect();
            profiles::insert_batch(db, &new).map(drop)
        })
        .await;
    let operator = world.operator("helpdesk").await;
    let mut page = search(&operator, &[("q", "утки")]).await;
    let (mut cards, mut pages) = (Vec::new(), Vec::new());
    loop {
        assert!(page.says("Найдено больше 50"), "{page:?}");
        assert!(page.says("Уточните запрос: добавьте имя или организацию."), "{page:?}");
        let on_page: Vec<String> = page
            .html
            .split("href=\"/helpdesk/profiles/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        pages.push(on_page.len());
        cards.extend(on_page);
        match page.link("Показать ещё") {
            Some(next) => page = operator.open(&next).await,
            None => break,
        }
    }
    assert_eq!(pages, [50, 50, 20]);
    cards.sort_unstable();
    cards.dedup();
    assert_eq!(cards.len(), 120, "everybody once");
    world.end().await;
}

#[test]
fn an_organisation_that_is_not_clear_is_asked_for() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let operator = world.operator("helpdesk").await;
        let page = search(&operator, &[("q", "смирнова"), ("organisation_name", "Миасс")]).await;
        assert!(page.says("Какая организация?"), "{page:?}");
        let chosen = page.values_of("organisation");
        assert!(chosen.len() > 1, "{chosen:?}");
        let mut found = Vec::new();
        for id in &chosen {
            let answer = operator.submit(&page, SEARCH, &[("organisation", id)]).await;
            assert_eq!(answer.status, 303, "{answer:?}");
            let page = operator.open(&answer.leads_to()).await;
            found.push(page.html.matches("href=\"/helpdesk/profiles/").count());
        }
        found.sort_unstable();
        assert_eq!(
            found.iter().sum::<usize>(),
            2,
            "one Smirnova in the school, one in the gymnasium: {found:?}"
        );
        world.end().await;
    });
}
