//! What the script adds to forms, and what a form must do with it or without.

use fantoccini::Locator;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::hands::{Hands, chosen};
use super::person::{PASSWORD, Person, SCHOOL, SMIRNOVA};
use super::support::browser::Look;

const ERRORS: &str = "//*[@id='error-summary']";
const SUBMIT: &str = "//form[@id='sign-in']//button[@type='submit']";

async fn title(person: &Person) -> String {
    person.browser.client.title().await.unwrap()
}

async fn type_of(person: &Person, field: &str) -> Value {
    person.browser.evaluate(&format!("return document.getElementById('{field}').type")).await
}

#[actix_web::test]
async fn after_an_error_the_title_and_the_focus_say_so_and_what_was_entered_stays() {
    let person = Person::on_a_phone(Hands::Mouse, true, Look::Light).await;
    person.open("/login").await;
    person.hands.press(&person.browser, SUBMIT).await;
    person.come_to(ERRORS, "list of errors").await;
    person.check("Вход с ошибками").await;
    assert!(title(&person).await.starts_with("Ошибка: "), "{}", title(&person).await);
    assert_eq!(person.browser.evaluate("return document.activeElement.id").await, "error-summary");
    for words in ["Выберите образовательную организацию", "Введите логин", "Введите пароль"]
    {
        person.reads(words).await;
    }
    // Each line of the summary leads to its field.
    person.press_here("Введите логин").await;
    let focus = "return document.activeElement.id";
    assert_eq!(person.browser.evaluate_until(focus, json!("login")).await, "login");

    person.choose_organisation(SCHOOL).await;
    person.sign_in("teacher", "не тот пароль").await;
    person.come_to(ERRORS, "list of errors").await;
    person.check("Вход с неверным паролем").await;
    person.reads("Логин или пароль не подошли").await;
    let field = |name| format!("return document.getElementById('{name}').value");
    assert_eq!(person.browser.evaluate(&field("login")).await, "teacher", "the login stays");
    assert_eq!(person.browser.evaluate(&field("password")).await, "", "the password does not");
    person.reads(SCHOOL).await;
    person.fill("password", PASSWORD).await;
    person.hands.press(&person.browser, SUBMIT).await;
    person.arrive("Персональные настройки").await;
    person.browser.close().await;
}

#[actix_web::test]
async fn a_password_can_be_shown_and_pasted_and_is_sent_as_a_password() {
    let person = Person::at_a_desk().await;
    person.open("/login").await;
    assert_eq!(type_of(&person, "password").await, "password");
    person.press_here("Показать пароль").await;
    assert_eq!(type_of(&person, "password").await, "text");
    person.press_here("Скрыть пароль").await;
    assert_eq!(type_of(&person, "password").await, "password");

    // Copied from the login's field, as a password manager's window would give it.
    person.fill("login", PASSWORD).await;
    press_with_control(&person, 'a').await;
    press_with_control(&person, 'c').await;
    person.browser.client.find(Locator::Id("password")).await.unwrap().click().await.unwrap();
    press_with_control(&person, 'v').await;
    let value = person.browser.evaluate("return document.getElementById('password').value").await;
    assert_eq!(value, PASSWORD);

    person.choose_organisation(SCHOOL).await;
    person.fill("login", "teacher").await;
    person.press_here("Показать пароль").await;
    // The browser's memory of forms must not take it for text.
    person.browser.evaluate(
        "document.getElementById('sign-in').addEventListener('submit', () => sessionStorage.setItem('type', document.getElementById('password').type))",
    ).await;
    person.hands.press(&person.browser, SUBMIT).await;
    person.arrive("Персональные настройки").await;
    assert_eq!(person.browser.evaluate("return sessionStorage.getItem('type')").await, "password");
    person.browser.close().await;
}

async fn press_with_control(person: &Person, letter: char) {
    let control = Key::Control.into();
    let strokes = KeyActions::new("keyboard".into())
        .then(KeyAction::Down { value: control })
        .then(KeyAction::Down { value: letter })
        .then(KeyAction::Up { value: letter })
        .then(KeyAction::Up { value: control });
    person.browser.client.perform_actions(strokes).await.unwrap();
}

#[actix_web::test]
async fn lists_fill_one_after_the_other_without_losing_the_focus_or_the_way() {
    let person = Person::at_a_desk().await;
    // Somebody who opened a page of settings comes back to it, whatever the lists did in between.
    person.open("/settings/sessions").await;
    person.arrive("Вход").await;
    let here = person.path().await;
    assert!(here.contains("next=sessions"), "{here}");

    person.hands.choose(&person.browser, "municipality", "Миасский городской округ").await;
    let loaded = "//*[@id='lists-status'][starts-with(normalize-space(), 'Загружено: ')]";
    person.come_to(loaded, "loaded list").await;
    assert_eq!(person.path().await, here, "nothing is sent");
    let role = "return document.getElementById('lists-status').getAttribute('role')";
    assert_eq!(person.browser.evaluate(role).await, "status");
    person.choose_organisation(SCHOOL).await;
    // Another choice above empties what is below.
    person.hands.choose(&person.browser, "municipality", "Агаповский муниципальный район").await;
    assert_ne!(chosen(&person.browser, "organisation").await, SCHOOL);
    person.choose_organisation(SCHOOL).await;
    person.sign_in("teacher", "не тот пароль").await;
    person.come_to(ERRORS, "list of errors").await;
    person.fill("password", PASSWORD).await;
    person.hands.press(&person.browser, SUBMIT).await;
    person.arrive("Где выполнен вход").await;
    person.browser.close().await;
}

#[actix_web::test]
async fn lists_without_script_lead_on_to_the_page_that_was_asked_for() {
    let person = Person::on_a_phone(Hands::Mouse, false, Look::Light).await;
    person.open("/settings/sessions").await;
    person.arrive("Вход").await;
    person.choose_organisation(SCHOOL).await;
    person.sign_in("teacher", PASSWORD).await;
    person.arrive("Где выполнен вход").await;
    person.browser.close().await;
}

#[actix_web::test]
async fn a_list_that_cannot_be_fetched_shows_its_button_again() {
    let person = Person::at_a_desk().await;
    person.open("/login").await;
    person.browser.devtools("Network.enable", json!({})).await;
    person.browser.devtools("Network.setBlockedURLs", json!({ "urls": ["*/options*"] })).await;
    person.hands.choose(&person.browser, "municipality", "Миасский городской округ").await;
    let failed = "//*[@id='lists-status'][starts-with(normalize-space(), 'Не удалось')]";
    person.come_to(failed, "failure").await;
    person.browser.take_console().await;
    person.hands.press(&person.browser, "//select[@id='municipality']/following-sibling::button").await;
    person.come_to("//select[@id='settlement']/option[2]", "settlements").await;
    assert_eq!(chosen(&person.browser, "municipality").await, "Миасский городской округ");
    person.browser.close().await;
}

#[actix_web::test]
async fn a_double_click_links_once_and_is_no_error() {
    let person = Person::at_a_desk().await;
    person.sign_in_at_school("teacher").await;
    person.come_to_compare(SMIRNOVA).await;
    // Past the script's guard too: two submissions, as of an impatient person without script.
    let path = "button[name=decision][value=link]";
    person.browser.evaluate(&format!(
        "const form = document.querySelector('{path}').form; const body = new URLSearchParams(new FormData(form)); \
         body.set('decision', 'link'); const once = () => fetch(form.action, {{ method: 'POST', body }}); \
         return Promise.all([once(), once()]).then((all) => all.map((a) => a.url + ' ' + a.status))"
    )).await.as_array().unwrap().iter().for_each(|answer| {
        let answer = answer.as_str().unwrap();
        assert!(answer.contains("/settings/link/done") && answer.ends_with(" 200"), "{answer}");
    });
    person.browser.leave().await;
    person
        .browser
        .evaluate(&format!("const b = document.querySelector('{path}'); b.click(); b.click()"))
        .await;
    person.arrive("Учётная запись привязана").await;
    person.open("/demo/mail").await;
    let letters =
        person.browser.client.find_all(Locator::XPath("//main//li[contains(., 'teacher@')]")).await.unwrap();
    assert!(letters.len() <= 1, "{} letters of one link", letters.len());
    person.browser.close().await;
}

#[actix_web::test]
async fn the_end_of_an_idle_session_is_announced_in_time() {
    let person = Person::at_a_desk().await;
    person.sign_in_at_school("teacher").await;
    // The page's clock goes 26 minutes ahead; the script looks at it when the tab is looked at again.
    person.browser.evaluate(
        "const now = Date.now; Date.now = () => now() + 26 * 60000; document.dispatchEvent(new Event('visibilitychange'))",
    ).await;
    person.come_to("//dialog[@open]", "question").await;
    person.check("Вы ещё здесь?").await;
    let inside = "return document.querySelector('dialog').contains(document.activeElement)";
    assert_eq!(person.browser.evaluate(inside).await, true);
    person.press_here("Остаться").await;
    person.come_to("//dialog[not(@open)]", "end of the question").await;
    person.console_is_empty("after staying").await;
    person.open("/settings").await;
    person.arrive("Персональные настройки").await;
    person.browser.close().await;
}
