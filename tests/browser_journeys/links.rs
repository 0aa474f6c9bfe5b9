//! What operators do to a link: unlink and give back, freeze and open again, and ask a colleague first.

use super::operator::GROUNDS;
use super::person::{PASSWORD, Person, SCHOOL, SMIRNOVA};

const TEACHER: &str = "Смирнова Анна Викторовна";
const AUTHORITY: &str = "Управление образования Миасского городского округа";
const OFFICIAL: &str = "Белова Татьяна Николаевна";

/// From the first page of an unlink to the second.
pub async fn come_to_check(operator: &Person) {
    operator.hands.pick(&operator.browser, "//input[@name='reason'][@value='application']").await;
    operator.fill("basis", GROUNDS).await;
    operator.press("Продолжить").await;
    operator.arrive("Проверьте, что произойдёт").await;
}

/// A deed of one page: its words on the card, its button, the heading of what came of it.
async fn do_at_once(operator: &Person, deed: &str, button: &str, done: &str) {
    operator.press(deed).await;
    operator.arrive(deed).await;
    operator.fill("basis", GROUNDS).await;
    operator.press(button).await;
    operator.arrive(done).await;
    operator.press("Открыть карточку").await;
    operator.arrive(TEACHER).await;
}

#[actix_web::test]
async fn a_link_is_unlinked_with_a_reason_and_given_back() {
    let operator = Person::with_keys("").await;
    let teacher = Person::beside(&operator).await;
    teacher.link_at_school("teacher", SMIRNOVA).await;
    operator.go_on_duty("helpdesk-miass").await;
    operator.open_card("анна смирн", SCHOOL, TEACHER).await;
    operator.press("Отвязать").await;
    let heading = format!("Отвязать учётную запись Госуслуг: {TEACHER}, {SCHOOL}");
    operator.arrive(&heading).await;
    operator.is_refused("Продолжить", "Укажите причину").await;
    come_to_check(&operator).await;
    operator.reads("Завершится: 1 сеанс").await;
    // Back with what was typed, and on again.
    operator.press("Изменить").await;
    operator.arrive(&heading).await;
    assert_eq!(operator.browser.evaluate("return document.getElementById('basis').value").await, GROUNDS);
    operator.press("Продолжить").await;
    operator.arrive("Проверьте, что произойдёт").await;
    operator.press("Отвязать").await;
    operator.arrive("Учётная запись отвязана").await;
    teacher.open("/settings").await;
    teacher.arrive("Вход").await;

    operator.press("Открыть карточку").await;
    operator.arrive(TEACHER).await;
    operator.reads("Отвязана").await;
    do_at_once(&operator, "Вернуть привязку", "Вернуть привязку", "Привязка возвращена").await;
    operator.reads("Поддержка вернула привязку").await;
    teacher.press("Войти через Госуслуги").await;
    teacher.arrive("Персональные настройки").await;
    teacher.reads("Привязана").await;
    teacher.browser.close().await;
    operator.browser.close().await;
}

#[actix_web::test]
async fn a_frozen_link_signs_nobody_in_until_it_is_opened_again() {
    let operator = Person::with_keys("").await;
    let teacher = Person::beside(&operator).await;
    teacher.link_at_school("teacher", SMIRNOVA).await;
    operator.go_on_duty("helpdesk").await;
    operator.open_card("анна смирн", SCHOOL, TEACHER).await;
    do_at_once(&operator, "Приостановить привязку", "Приостановить", "Привязка приостановлена").await;
    teacher.open("/settings").await;
    teacher.arrive("Вход").await;
    teacher.press("Войти через Госуслуги").await;
    teacher.arrive("Привязка приостановлена").await;
    teacher.reads("Код 122").await;

    do_at_once(&operator, "Возобновить привязку", "Возобновить", "Привязка возобновлена").await;
    teacher.open("/login").await;
    teacher.arrive("Вход").await;
    teacher.press("Войти через Госуслуги").await;
    teacher.arrive("Персональные настройки").await;
    teacher.browser.close().await;
    operator.browser.close().await;
}

/// Links the profile of somebody at an authority.
pub async fn link_official(official: &Person) {
    official.hurry(true);
    official.open("/login/authority").await;
    let lists = [
        ("region", "Челябинская область"),
        ("municipality", "Миасский городской округ"),
        ("organisation", AUTHORITY),
    ];
    official.choose_from(&lists).await;
    official.sign_in("authority", PASSWORD).await;
    official.arrive("Персональные настройки").await;
    official.come_to_compare("belova@stand.example").await;
    official.press("Привязать").await;
    official.arrive("Учётная запись привязана").await;
    official.hurry(false);
}

/// Asks to unlink the official.
pub async fn ask(operator: &Person) {
    operator.open_card("белова", AUTHORITY, OFFICIAL).await;
    operator.press("Отвязать").await;
    operator.arrive(&format!("Отвязать учётную запись Госуслуг: {OFFICIAL}, {AUTHORITY}")).await;
    come_to_check(operator).await;
    operator.reads("Отвязку согласует второй оператор").await;
    operator.press("Запросить отвязку").await;
    operator.arrive("Отвязка ждёт согласования").await;
}

/// From the start page to the queue, and what is decided there.
async fn decide(operator: &Person, decision: &str, done: &str) {
    operator.open("/helpdesk").await;
    operator.arrive("Пульт поддержки").await;
    operator.press("Ждут решения: 1").await;
    operator.arrive("Согласования").await;
    operator.reads(OFFICIAL).await;
    operator.press_beginning(decision).await;
    operator.arrive(done).await;
}

#[actix_web::test]
async fn an_unlink_of_an_official_is_refused_withdrawn_and_agreed_to_by_a_second_operator() {
    let first = Person::with_keys("").await;
    let official = Person::beside(&first).await;
    link_official(&official).await;

    let second = Person::with_keys_beside(&first).await;
    first.go_on_duty("helpdesk").await;
    second.go_on_duty("helpdesk-2").await;
    ask(&first).await;
    decide(&second, "Отклонить", "Запрос отклонён").await;

    // The pages of asking are judged once.
    first.hurry(true);
    ask(&first).await;
    first.press("Согласования").await;
    first.hurry(false);
    first.arrive("Согласования").await;
    first.press_beginning("Отозвать").await;
    first.arrive("Запрос отозван").await;
    first.press("Согласования").await;
    first.arrive("Согласования").await;
    first.reads("Сейчас ничего не ждёт согласования.").await;

    first.hurry(true);
    second.hurry(true);
    ask(&first).await;
    official.open("/settings").await;
    official.arrive("Персональные настройки").await;
    decide(&second, "Согласовать и отвязать", "Учётная запись отвязана").await;
    official.open("/settings").await;
    official.arrive("Вход").await;
    for person in [first, second, official] {
        person.browser.close().await;
    }
}
