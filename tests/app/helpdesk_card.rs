//! A person's card: what an operator sees of them, what outside the area does not exist, and the sessions
//! that can be ended from it.

use crate::harness::page::Page;
use crate::harness::{Person, World};
use crate::support::database::{TestDatabase, on_each_database};

on_each_database![
    a_card_tells_where_a_person_stands_and_what_happened,
    the_verdict_of_a_match_is_what_the_person_saw_and_never_the_values,
    t38_a_card_of_another_area_is_the_page_of_a_missing_one,
    t42_an_analyst_reaches_no_name,
    sessions_ended_from_the_card_end_at_once,
    t39_what_a_page_offered_is_judged_anew,
];

const ANNA: &str = "smirnova@stand.example";

/// The id of a login's profile.
async fn id_of(world: &World, login: &str) -> String {
    let sql = format!("SELECT CAST(id AS TEXT) AS line FROM profiles WHERE login = '{login}'");
    world.text(&sql).await
}

async fn card_of(world: &World, login: &str) -> String {
    format!("/helpdesk/profiles/{}", id_of(world, login).await)
}

/// The page without what differs from request to request.
fn shape(page: &Page) -> (u16, String) {
    let words = page.text().split(' ').filter(|word| !word.chars().any(|c| c.is_ascii_digit())).count();
    (page.status, format!("{} {words}", page.heading()))
}

async fn a_card_tells_where_a_person_stands_and_what_happened(database: &TestDatabase) {
    let world = World::start(database).await;
    let operator = world.operator("helpdesk").await;
    let address = card_of(&world, "teacher").await;
    let page = operator.open(&address).await;
    for shown in [
        "Смирнова Анна Викторовна",
        "Не привязана",
        "учитель математики",
        "t•••@journal.example",
        "+7 ••• •••-12-34",
        "***-***-*",
        "Сейчас вход нигде не выполнен.",
        "Записей нет.",
        "Просмотр карточек записывается в журнал",
    ] {
        assert!(page.says(shown), "{shown}: {page:?}");
    }
    for hidden in ["000-12-34", "100-200", "1985", "teacher@"] {
        assert!(!page.says(hidden), "{hidden}: {page:?}");
    }
    let person = world.person();
    person.link_whole("teacher", ANNA).await;
    world.settled().await;
    world.wait(chrono::Duration::minutes(1));
    let page = operator.open(&address).await;
    for shown in [
        "Привязана",
        "подтверждённая",
        "По логину и паролю",
        "Учётная запись Госуслуг привязана, данные совпали",
        "Письмо о привязке: отправлено",
        "Открыта карточка",
        "оператор Котова Нина Сергеевна",
        "владелец профиля",
        "Firefox",
    ] {
        assert!(page.says(shown), "{shown}: {page:?}");
    }
    let newest_first =
        ["Открыта карточка", "Письмо о привязке", "Учётная запись Госуслуг привязана", "Вход по логину"];
    let history = page.html.split("id=\"history-title\"").nth(1).unwrap();
    let card_again = operator.open(&address).await;
    let later = card_again.html.split("id=\"history-title\"").nth(1).unwrap();
    assert!(later.find(newest_first[0]) < later.find(newest_first[2]), "newest first");
    assert!(history.find(newest_first[1]) < history.find(newest_first[2]), "the letter after the deed");
    assert!(history.find(newest_first[2]) < history.find(newest_first[3]), "the sign-in before the link");
    assert_eq!(world.events("helpdesk:card:opened").await, 3);

    let unlink = person.open("/settings/unlink").await;
    let done = person.submit(&unlink, "/settings/unlink", &[("reason", "mistake")]).await;
    assert!(done.status < 400, "{done:?}");
    let page = operator.open(&address).await;
    assert!(page.says("Отвязана 22 ноября 2026 года"), "{page:?}");
    assert!(page.says("Учётную запись Госуслуг отвязал владелец"), "{page:?}");
    world.end().await;
}

async fn the_verdict_of_a_match_is_what_the_person_saw_and_never_the_values(database: &TestDatabase) {
    let world = World::start(database).await;
    let person = world.person();
    person.signed_in("teacher").await;
    // Somebody else's account: everything differs.
    let landed = person.link_as("petrov@stand.example").await;
    assert!(landed.leads_to().starts_with("/outcome/115"), "{landed:?}");
    let operator = world.operator("helpdesk").await;
    let page = operator.open(&card_of(&world, "teacher").await).await;
    assert!(page.says("Попытка не удалась, код 115: СНИЛС не совпал"), "{page:?}");
    assert!(page.says("СНИЛС Отличается") && page.says("Фамилия Отличается"), "{page:?}");
    for stranger in ["Петров", "Константин", "Игоревич", "1983"] {
        assert!(!page.says(stranger), "{stranger}: {page:?}");
    }
    let stored = "SELECT details AS line FROM audit_events WHERE kind = 'attempt:esia:refused'";
    let stored = world.text(stored).await;
    assert!(stored.contains(r#""snils":"differs""#) && !stored.contains("етров"), "{stored}");
    world.end().await;
}

async fn t38_a_card_of_another_area_is_the_page_of_a_missing_one(database: &TestDatabase) {
    let world = World::start(database).await;
    let school = world.operator("helpdesk-school").await;
    let neighbour = card_of(&world, "anna").await;
    let own = card_of(&world, "teacher").await;
    assert_eq!(school.open(&own).await.status, 200);
    let missing = school.open("/helpdesk/profiles/999999999").await;
    assert_eq!(missing.status, 404);
    for address in [
        &*neighbour,
        "/helpdesk/profiles/0",
        "/helpdesk/profiles/-1",
        "/helpdesk/profiles/9223372036854775807",
        "/helpdesk/profiles/9223372036854775808",
        "/helpdesk/profiles/anna",
        "/helpdesk/profiles/1%20OR%201=1",
    ] {
        let page = school.open(address).await;
        assert_eq!(shape(&page), shape(&missing), "{address}");
        assert!(!page.says("мирнов") && !page.says("Гимназия"), "{page:?}");
    }
    assert_eq!(world.events("helpdesk:card:opened").await, 1);
    assert_eq!(world.events("helpdesk:card:missing").await, 5, "every number that was asked for");

    // The neighbour's session, through a form that was changed by hand.
    let person = world.person();
    person.signed_in("anna").await;
    let session = "SELECT CAST(max(id) AS TEXT) AS line FROM browser_sessions";
    let session = world.text(session).await;
    let before = world.contents().await;
    let colleague = world.person();
    colleague.signed_in("teacher").await;
    let page = school.open(&own).await;
    let id = id_of(&world, "teacher").await;
    let foreign =
        school.submit(&page, &format!("/helpdesk/profiles/{id}/sessions"), &[("end", &session)]).await;
    assert_eq!(shape(&foreign), shape(&missing), "as for a session that never was");
    assert!(person.is_signed_in().await, "a session of somebody else is not touched");
    let changed = world.changed_since(&before).await;
    assert!(!changed.contains(&"profiles") && !changed.contains(&"links"), "{changed:?}");
    world.end().await;
}

async fn t42_an_analyst_reaches_no_name(database: &TestDatabase) {
    let world = World::start(database).await;
    let analyst = world.operator("analyst").await;
    let card = card_of(&world, "teacher").await;
    let missing = analyst.open("/helpdesk/nowhere").await;
    for address in ["/helpdesk/profiles", "/helpdesk/profiles?found=AAAA", &*card] {
        let page = analyst.open(address).await;
        assert_eq!(shape(&page), shape(&missing), "{address}: {page:?}");
    }
    let start = analyst.open("/helpdesk").await;
    assert!(!start.html.contains("/helpdesk/profiles"), "{start:?}");
    assert_eq!(world.count("audit_events", "kind LIKE 'helpdesk:%'").await, 0);
    world.end().await;
}

/// The form of the card, sent by an operator.
async fn end(operator: &Person, page: &Page, card: &str, which: &str) -> Page {
    operator.submit(page, &format!("{card}/sessions"), &[("end", which)]).await
}

async fn sessions_ended_from_the_card_end_at_once(database: &TestDatabase) {
    let world = World::start(database).await;
    let operator = world.operator("helpdesk-school").await;
    let (one, two, three) = (world.person(), world.person(), world.person());
    for person in [&one, &two, &three] {
        person.signed_in("teacher").await;
        world.wait(chrono::Duration::seconds(1));
    }
    let card = card_of(&world, "teacher").await;
    let page = operator.open(&card).await;
    let newest = "SELECT CAST(max(id) AS TEXT) AS line FROM browser_sessions";
    let newest = world.text(newest).await;
    let answer = end(&operator, &page, &card, &newest).await;
    assert_eq!(answer.leads_to(), format!("{card}?ended=one"));
    assert!(operator.open(&answer.leads_to()).await.says("Сеанс завершён"));
    assert!(!three.is_signed_in().await, "the very next request is signed out");
    assert!(one.is_signed_in().await && two.is_signed_in().await);
    assert_eq!(world.events("session:end:done").await, 1);
    // The page is as it was: a second press does nothing twice.
    end(&operator, &page, &card, &newest).await;
    assert_eq!(world.events("session:end:done").await, 1);

    let answer = end(&operator, &page, &card, "all").await;
    assert!(operator.open(&answer.leads_to()).await.says("Все сеансы завершены"));
    assert!(!one.is_signed_in().await && !two.is_signed_in().await);
    let told = "SELECT actor || ' ' || details AS line FROM audit_events \
                WHERE kind = 'session:end:done' ORDER BY id DESC LIMIT 1";
    let told = world.text(told).await;
    assert!(told.starts_with("operator:") && told.ends_with(r#"{"count":2,"reason":"operator"}"#), "{told}");
    let page = operator.open(&card).await;
    assert!(page.says("Завершены сеансы: 2") && page.says("оператор Лаптева Юлия Романовна"), "{page:?}");
    for nonsense in ["one", "1;2", "-"] {
        let again = world.person();
        again.signed_in("teacher").await;
        let page = operator.open(&card).await;
        assert_eq!(end(&operator, &page, &card, nonsense).await.status, 400, "{nonsense}");
        assert!(again.is_signed_in().await);
    }
    world.end().await;
}

async fn t39_what_a_page_offered_is_judged_anew(database: &TestDatabase) {
    let world = World::start(database).await;
    let person = world.person();
    person.signed_in("teacher").await;
    let card = card_of(&world, "teacher").await;
    let moved = "UPDATE operators SET area_kind = 'organisation', area_id = \
                 (SELECT organisation_id FROM profiles WHERE login = 'anna') WHERE login = 'helpdesk-school'";
    let demoted = "UPDATE operators SET role = 'analyst' WHERE login = 'helpdesk-miass'";
    for (login, change) in [("helpdesk-school", moved), ("helpdesk-miass", demoted)] {
        let operator = world.operator(login).await;
        let page = operator.open(&card).await;
        assert!(page.says("Завершить все сеансы"), "{page:?}");
        world.execute(change).await;
        let answer = end(&operator, &page, &card, "all").await;
        assert_eq!(answer.status, 404, "{login}: {answer:?}");
        assert!(person.is_signed_in().await, "{login}");
    }
    assert_eq!(world.events("session:end:done").await, 0);
    world.end().await;
}
