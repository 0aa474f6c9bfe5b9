//! After signing out nothing of the person is left in the browser, and what remains elsewhere is said.

use fantoccini::Locator;

use super::person::{Person, SMIRNOVA};

#[actix_web::test]
async fn t34_back_after_signing_out_shows_nothing_of_the_person() {
    let person = Person::at_a_desk().await;
    person.sign_in_at_school("teacher").await;
    person.open("/settings/sessions").await;
    person.arrive("Где выполнен вход").await;
    person.press("Выйти").await;
    person.arrive("Вы вышли из Сетевого города").await;
    for _ in 0..2 {
        person.back().await;
        let shown = person.browser.evaluate("return document.documentElement.innerText").await.to_string();
        assert!(!shown.contains("Смирнова А. В.") && !shown.contains("Где выполнен вход"), "{shown}");
    }
    // The school is remembered all the same: what is cleared is the cache, never cookies.
    person.open("/login").await;
    person.reads("СОШ № 12").await;
    person.browser.close().await;
}

#[actix_web::test]
async fn t34_a_session_is_seen_and_ended_from_another_device() {
    let person = Person::at_a_desk().await;
    person.sign_in_at_school("teacher").await;
    let other = Person::beside(&person).await;
    other.sign_in_at_school("teacher").await;
    person.open("/settings/sessions").await;
    person.arrive("Где выполнен вход").await;
    let end = "//main//button[starts-with(normalize-space(), 'Завершить')]";
    let ends = person.browser.client.find_all(Locator::XPath(end)).await.unwrap();
    assert_eq!(ends.len(), 1, "every other session, and not one's own");
    person.hands.press(&person.browser, end).await;
    let alone = "//main//ul[count(li) = 1]";
    person.come_to(alone, "one session").await;
    person.check("Сеансы после завершения").await;
    other.open("/settings").await;
    other.arrive("Вход").await;
    person.open("/settings").await;
    person.arrive("Персональные настройки").await;
    person.browser.close().await;
}

#[actix_web::test]
async fn leaving_the_service_offers_to_leave_esia_and_says_what_ended() {
    let person = Person::at_a_desk().await;
    person.sign_in_at_school("teacher").await;
    person.press("Выйти").await;
    person.arrive("Вы вышли из Сетевого города").await;
    person.reads("Сеанс на этом устройстве завершён").await;

    person.sign_in_at_school("teacher").await;
    person.come_to_compare(SMIRNOVA).await;
    person.press("Привязать").await;
    person.arrive("Учётная запись привязана").await;
    person.press("Выйти").await;
    person.arrive("Вы вышли из Сетевого города").await;
    person.reads("На Госуслугах вы могли остаться").await;
    person.press("Выйти и из Госуслуг").await;
    person.arrive("Вы вышли из Сетевого города").await;
    person.reads("вернулись после выхода из Госуслуг").await;
    // ESIA asks for the password again.
    person.press("Войти снова").await;
    person.arrive("Вход").await;
    person.press("Войти через Госуслуги").await;
    person.arrive("Вход на учебный портал").await;
    person.browser.close().await;
}
