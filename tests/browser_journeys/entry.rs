//! Operators come in and go: second factor, recovery codes, first sign-in with a given password, and the end
//! of an account at once.

use super::operator::Telephone;
use super::person::{PASSWORD, Person};

/// As in earnest: everybody needs a second factor.
pub const REQUIRED: &str = "[access]\nsecond_factor = \"required\"\n";
const OWN_PASSWORD: &str = "зимний вечер 2026";
const NEW: &str = "Новикова Ольга Юрьевна";

/// Signs in three times: with a new second factor, with a code of the app, with a recovery code.
async fn come_in(admin: &Person) {
    admin.open("/helpdesk/login").await;
    admin.arrive("Вход для операторов").await;
    admin.is_refused("Войти", "Введите логин").await;
    admin.enter_desk("admin", PASSWORD).await;
    let (phone, recovery) = Telephone::set_up(admin).await;
    admin.press("Продолжить").await;
    admin.arrive("Пульт поддержки").await;

    admin.press("Выйти").await;
    admin.arrive("Вход для операторов").await;
    admin.enter_desk("admin", PASSWORD).await;
    admin.arrive("Код подтверждения").await;
    admin.fill("code", "12345").await;
    admin.is_refused("Продолжить", "Код не подошёл").await;
    phone.give_code(admin, "Продолжить", "Пульт поддержки").await;

    admin.press("Выйти").await;
    admin.arrive("Вход для операторов").await;
    admin.enter_desk("admin", PASSWORD).await;
    admin.arrive("Код подтверждения").await;
    admin.fill("code", &recovery[0]).await;
    admin.press("Продолжить").await;
    admin.arrive("Пульт поддержки").await;
    admin.press("Моя учётная запись").await;
    admin.arrive("Моя учётная запись").await;
    admin.reads("осталось: 9 кодов восстановления").await;
}

/// Adds an operator for Миасс; answers the password for one sign-in.
async fn add(admin: &Person) -> String {
    admin.press("Операторы").await;
    admin.arrive("Операторы").await;
    admin.press("Завести оператора").await;
    admin.arrive("Завести оператора").await;
    admin.is_refused("Завести", "Выберите роль").await;
    admin.fill("name", NEW).await;
    admin.fill("login", "novikova").await;
    admin.hands.pick(&admin.browser, "//input[@id='role-support']").await;
    admin.hands.choose(&admin.browser, "area", "Миасский городской округ").await;
    admin.press("Завести").await;
    admin.arrive("Пароль на один вход").await;
    admin.texts("main dd code").await.pop().expect("a password")
}

/// The first sign-in of somebody whose password was given to them.
async fn begin(operator: &Person, given: &str) {
    operator.open("/helpdesk/login").await;
    operator.arrive("Вход для операторов").await;
    operator.enter_desk("novikova", given).await;
    operator.arrive("Придумайте свой пароль").await;
    operator.fill("new_password", "коротко").await;
    operator.fill("repeat_password", "коротко").await;
    operator.is_refused("Сохранить", "Пароль короче 8 знаков").await;
    operator.fill("new_password", OWN_PASSWORD).await;
    operator.fill("repeat_password", OWN_PASSWORD).await;
    operator.press("Сохранить").await;
    Telephone::set_up(operator).await;
    operator.press("Продолжить").await;
    operator.arrive("Пульт поддержки").await;
    operator.reads("Ваша зона: Миасский городской округ").await;
}

#[actix_web::test]
async fn an_operator_comes_in_with_codes_adds_a_colleague_and_disables_them_at_once() {
    let admin = Person::with_keys(REQUIRED).await;
    come_in(&admin).await;
    let given = add(&admin).await;
    let colleague = Person::with_keys_beside(&admin).await;
    begin(&colleague, &given).await;

    admin.press("К списку операторов").await;
    admin.arrive("Операторы").await;
    admin.press(NEW).await;
    admin.arrive(NEW).await;
    admin.press("Отключить").await;
    admin.arrive(NEW).await;
    admin.reads("отключён").await;
    colleague.press("Поиск").await;
    colleague.arrive("Вход для операторов").await;
    colleague.enter_desk("novikova", OWN_PASSWORD).await;
    colleague.come_to(super::operator::ERRORS, "a refusal").await;

    admin.press("Операторы").await;
    admin.arrive("Операторы").await;
    admin.press("Зимина Вера Олеговна").await;
    admin.arrive("Зимина Вера Олеговна").await;
    admin.press("Сбросить пароль и второй фактор").await;
    admin.arrive("Пароль на один вход").await;
    admin.browser.close().await;
    colleague.browser.close().await;
}
