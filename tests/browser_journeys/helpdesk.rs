//! An operator at work: finds a person, opens the card, ends a session.

use super::hands::Hands;
use super::person::Person;
use super::support::browser::Look;

/// From the search to the teacher's card, and the end of all their sessions.
async fn find_and_end(operator: &Person) {
    operator.press("Поиск").await;
    operator.arrive("Найти пользователя").await;
    operator.fill("q", "см").await;
    operator.press("Найти").await;
    operator.come_to("//*[@id='error-summary']", "what is wrong").await;
    operator.check("Поиск, слишком коротко").await;
    operator.reads("Введите не меньше трёх знаков").await;
    operator.fill("q", "анна смирн").await;
    operator.press("Найти").await;
    operator.come_to("//h2[contains(., 'результата по запросу')]", "two people").await;
    operator.check("Поиск, найдены двое").await;
    assert!(operator.path().await.starts_with("/helpdesk/profiles?found="), "{}", operator.path().await);
    // A reload asks nothing and shows the same.
    operator.reload().await;
    operator.come_to("//h2[contains(., 'результата по запросу')]", "the same people").await;
    let card = "//li[contains(., 'СОШ № 12')]//a";
    operator.hands.press(&operator.browser, card).await;
    operator.arrive("Смирнова Анна Викторовна").await;
    operator.reads("Просмотр карточек записывается в журнал").await;
    operator.reads("Не привязана").await;
    operator.press("Завершить все сеансы").await;
    operator.come_to("//*[@id='banner-title' and contains(., 'Все сеансы завершены')]", "the end").await;
    operator.check("Карточка, сеансы завершены").await;
    operator.reads("Сейчас вход нигде не выполнен.").await;
    operator.reads("Завершены сеансы: 1").await;
}

async fn journey(operator: Person) {
    let teacher = Person::beside(&operator).await;
    teacher.sign_in_at_school("teacher").await;
    operator.go_on_duty("helpdesk-miass").await;
    find_and_end(&operator).await;
    let stay = "return fetch(document.querySelector('[data-stay]').dataset.stay, { redirect: 'manual' })\
        .then((answer) => answer.ok)";
    assert_eq!(
        operator.browser.evaluate(stay).await,
        true,
        "«Остаться» is an act of the operator's own session"
    );
    teacher.open("/settings").await;
    teacher.arrive("Вход").await;
    teacher.browser.close().await;
    operator.browser.close().await;
}

#[actix_web::test]
async fn an_operator_finds_a_person_and_ends_their_sessions_by_keyboard_on_the_narrowest_screen() {
    journey(Person::on_a_phone(Hands::Keyboard, true, Look::Light).await).await;
}

#[actix_web::test]
async fn an_operator_finds_a_person_and_ends_their_sessions_at_a_desk() {
    journey(Person::at_a_desk().await).await;
}
