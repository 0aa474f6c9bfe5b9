//! Cases: «Сообщить в поддержку» from a problem page, answered by a letter; «Это был не я» from a letter.

use super::operator::ERRORS;
use super::person::{Person, SMIRNOVA};

/// The number of the case, off the page that names it to the person.
async fn number(person: &Person, selector: &str) -> String {
    person.texts(selector).await.into_iter().next().expect("a number")
}

/// From the start page to a case of the queue.
async fn open_case(operator: &Person, number: &str) {
    operator.press("Новые обращения: 1").await;
    operator.arrive("Обращения").await;
    operator.press(number).await;
    operator.arrive(&format!("Обращение {number}")).await;
}

#[actix_web::test]
async fn a_problem_is_reported_and_answered_by_a_letter() {
    let person = Person::with_keys("").await;
    person.hurry(true);
    person.sign_in_at_school("mismatch").await;
    person.return_from_esia("sidorov@stand.example").await;
    person.arrive("СНИЛС не совпал").await;
    person.hurry(false);
    person.press("Сообщить в поддержку").await;
    person.arrive("Сообщить в поддержку").await;
    person.reads("код 115").await;
    person.is_refused("Отправить", "Напишите, что случилось").await;
    person.fill("text", "В школе СНИЛС записан с опечаткой").await;
    person.press("Отправить").await;
    person.arrive("Обращение принято").await;
    let number = number(&person, "main strong.nums").await;

    let operator = Person::with_keys_beside(&person).await;
    operator.go_on_duty("helpdesk-school").await;
    open_case(&operator, &number).await;
    operator.reads("В школе СНИЛС записан с опечаткой").await;
    operator.press("Взять в работу").await;
    operator.come_to("//button[normalize-space()='Ответить и закрыть']", "answer").await;
    operator.check("Обращение в работе").await;
    operator.is_refused("Ответить и закрыть", "Напишите ответ или заметку").await;
    operator.fill("text", "Школа исправила номер. Попробуйте ещё раз.").await;
    operator.press("Ответить и закрыть").await;
    operator.come_to("//*[@id='banner-title' and contains(., 'Ответ отправлен')]", "answer sent").await;
    operator.check("Ответ отправлен").await;
    operator.reads("закрыто").await;

    person.open_letter("Ответ на обращение").await;
    person.come_to("//h1[contains(., 'Ответ на обращение')]", "letter").await;
    person.check("Письмо с ответом").await;
    person.reads("Школа исправила номер. Попробуйте ещё раз.").await;
    person.browser.close().await;
    operator.browser.close().await;
}

#[actix_web::test]
async fn t30_it_was_not_me_works_signed_out_asks_once_and_opens_a_case() {
    let operator = Person::with_keys("").await;
    let other = Person::beside(&operator).await;
    other.link_at_school("teacher", SMIRNOVA).await;

    // The owner of the profile reads the letter in a browser that was never here.
    let owner = Person::with_keys_beside(&operator).await;
    owner.open_letter("Учётная запись Госуслуг привязана").await;
    owner.hands.press(&owner.browser, "//main//a[contains(@href, '/undo/')]").await;
    owner.arrive("Это были не вы?").await;
    other.open("/settings").await;
    other.arrive("Персональные настройки").await;
    owner.press("Это был не я").await;
    owner.arrive("Сообщение принято").await;
    owner.reads("Все сеансы профиля завершены").await;
    let number = number(&owner, "main .ref .nums").await;
    other.open("/settings").await;
    other.arrive("Вход").await;

    operator.go_on_duty("helpdesk").await;
    open_case(&operator, &number).await;
    operator.reads("Это был не я").await;
    operator.press("Взять в работу").await;
    operator.come_to("//button[normalize-space()='Вернуть в очередь']", "the case taken").await;
    // Two operators at one case: the second form is of a case that has changed.
    let colleague = Person::beside(&operator).await;
    colleague.go_on_duty("helpdesk-2").await;
    colleague.open(&format!("/helpdesk/cases/{number}")).await;
    colleague.arrive(&format!("Обращение {number}")).await;
    operator.press("Вернуть в очередь").await;
    operator
        .come_to("//main[not(.//button[normalize-space()='Вернуть в очередь'])]", "the case given back")
        .await;
    operator.check("Обращение возвращено").await;
    colleague.press("Взять в работу").await;
    colleague.come_to("//*[@id='banner-title' and contains(., 'Обращение изменилось')]", "a refusal").await;
    colleague.check("Обращение изменилось").await;
    assert!(colleague.browser.client.find_all(fantoccini::Locator::XPath(ERRORS)).await.unwrap().is_empty());
    for person in [operator, other, owner, colleague] {
        person.browser.close().await;
    }
}
