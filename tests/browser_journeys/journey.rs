//! The whole way of a person, on the narrowest telephone: link, leave, come back through Gosuslugi, link a
//! second profile, choose and switch, unlink, recover the password.

use super::hands::Hands;
use super::person::{GYMNASIUM, PASSWORD, Person, SCHOOL, SMIRNOVA};
use super::support::browser::Look;

const NEW_PASSWORD: &str = "зимний вечер 2026";

/// Signs in as the teacher and links.
async fn link_the_teacher(person: &Person) {
    person.open("/login").await;
    person.arrive("Вход").await;
    person.choose_organisation(SCHOOL).await;
    person.check("Вход, организация выбрана").await;
    person.sign_in("teacher", PASSWORD).await;
    person.arrive("Персональные настройки").await;
    person.reads("не привязана").await;
    person.come_to_compare(SMIRNOVA).await;
    person.reads("Данные совпали").await;
    person.press("Привязать").await;
    person.arrive("Учётная запись привязана").await;
}

/// Leaves, and comes back through Gosuslugi.
async fn return_through_esia(person: &Person) {
    person.press("Выйти").await;
    person.arrive("Вы вышли из Сетевого города").await;
    // The link was made in this session: whoever comes next to a shared computer finds ESIA open.
    person.reads("На Госуслугах вы могли остаться").await;
    person.press("Войти снова").await;
    person.arrive("Вход").await;
    person.reads(SCHOOL).await;
    person.press("Войти через Госуслуги").await;
    person.arrive("Персональные настройки").await;
    person.reads("Привязана").await;
}

/// Links the same person's profile in another school; ESIA still knows them.
async fn link_the_parent(person: &Person) {
    person.press("Выйти").await;
    person.arrive("Вы вышли из Сетевого города").await;
    person.press("Войти снова").await;
    person.arrive("Вход").await;
    person.be_at(GYMNASIUM).await;
    person.sign_in("anna", PASSWORD).await;
    person.arrive("Персональные настройки").await;
    person.press("Привязать учётную запись портала Госуслуг").await;
    person.arrive("Сейчас вы перейдёте на Госуслуги").await;
    person.press("Продолжить").await;
    person.arrive("Сравните данные").await;
    person.press("Привязать").await;
    person.arrive("Учётная запись привязана").await;
}

/// Chooses a profile when coming in, and another one later.
async fn choose_and_switch(person: &Person) {
    person.press("Выйти").await;
    person.arrive("Вы вышли из Сетевого города").await;
    person.press("Войти снова").await;
    person.arrive("Вход").await;
    person.press("Войти через Госуслуги").await;
    person.arrive("Выберите профиль").await;
    choose(person, GYMNASIUM).await;
    person.press("Сменить профиль").await;
    person.arrive("Выберите профиль").await;
    choose(person, SCHOOL).await;
    // The last choice is remembered; another one is in the header.
    person.press("Выйти").await;
    person.arrive("Вы вышли из Сетевого города").await;
    person.press("Войти снова").await;
    person.arrive("Вход").await;
    person.press("Войти через Госуслуги").await;
    person.arrive("Персональные настройки").await;
    person.reads(&format!("Организация\n{SCHOOL}")).await;
}

async fn choose(person: &Person, organisation: &str) {
    let radio = format!("//div[contains(., '{organisation}')]/input[@type='radio']");
    person.hands.pick(&person.browser, &radio).await;
    person.press("Продолжить").await;
    person.arrive("Персональные настройки").await;
    person.reads(&format!("Организация\n{organisation}")).await;
}

async fn unlink(person: &Person) {
    person.press("Отвязать").await;
    person.arrive("Отвязать учётную запись Госуслуг?").await;
    person.press("Отвязать").await;
    person.arrive("Учётная запись отвязана").await;
    person.press("Войти").await;
    person.arrive("Вход").await;
}

async fn recover(person: &Person) {
    person.press("Восстановить пароль").await;
    person.arrive("Восстановить пароль").await;
    person.be_at(SCHOOL).await;
    person.fill("login", "teacher").await;
    person.press("Получить ссылку").await;
    person.arrive("Проверьте электронную почту").await;
    person.open_letter("парол").await;
    person.hands.press(&person.browser, "//main//a[contains(@href, '/login/recover/')]").await;
    person.arrive("Новый пароль").await;
    person.fill("new_password", NEW_PASSWORD).await;
    person.fill("repeat_password", NEW_PASSWORD).await;
    person.press("Сохранить пароль").await;
    person.arrive("Пароль изменён").await;
    person.press("Войти").await;
    person.arrive("Вход").await;
    person.be_at(SCHOOL).await;
    person.sign_in("teacher", NEW_PASSWORD).await;
    person.arrive("Персональные настройки").await;
    person.reads("не привязана").await;
}

async fn walk(person: Person) {
    link_the_teacher(&person).await;
    link_the_parent(&person).await;
    choose_and_switch(&person).await;
    unlink(&person).await;
    recover(&person).await;
    assert!(person.pages() >= 30, "{} pages were checked", person.pages());
    person.browser.close().await;
}

#[actix_web::test]
async fn the_whole_way_on_a_phone_with_script() {
    walk(Person::on_a_phone(Hands::Mouse, true, Look::Light).await).await;
}

#[actix_web::test]
async fn the_whole_way_on_a_phone_without_script() {
    walk(Person::on_a_phone(Hands::Mouse, false, Look::Dark).await).await;
}

#[actix_web::test]
async fn the_whole_way_by_keyboard_alone() {
    walk(Person::on_a_phone(Hands::Keyboard, true, Look::ForcedColours).await).await;
}

#[actix_web::test]
async fn the_link_by_keyboard_alone_without_script() {
    let person = Person::on_a_phone(Hands::Keyboard, false, Look::Light).await;
    link_the_teacher(&person).await;
    return_through_esia(&person).await;
    person.browser.close().await;
}
