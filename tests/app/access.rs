//! Operators signing in and out, their sessions and their cookie (`docs/security.md`, T31–T33, T39, T46, T67).

use chrono::Duration;

use crate::harness::town::PASSWORD;
use crate::harness::{Setup, World, on_sqlite};
use crate::support::database::{TestDatabase, on_each_database};

const COOKIE: &str = "privyazka-operator";

on_each_database!(
    an_operator_signs_in_and_out,
    t33_t39_a_session_ends_by_itself_and_a_disabled_operators_at_once,
    t67_guessing_an_operators_password_is_slowed_down_and_the_operator_still_gets_in,
);

async fn an_operator_signs_in_and_out(database: &TestDatabase) {
    let world = World::start(database).await;
    let operator = world.person();
    assert_eq!(operator.open("/helpdesk").await.leads_to(), "/helpdesk/login?next=start");
    let empty = operator.sign_in_to_desk("", "").await;
    assert!(empty.says("Введите логин") && empty.says("Введите пароль"), "{empty:?}");
    for (login, password) in
        [("helpdesk", "не тот пароль"), ("nobody-at-all", PASSWORD), ("teacher", PASSWORD)]
    {
        let wrong = operator.sign_in_to_desk(login, password).await;
        assert!(wrong.says("Логин или пароль не подошли."), "{login}: {wrong:?}");
        assert!(operator.cookie(COOKIE).is_none());
    }
    assert_eq!(world.events("operator:sign_in:refused").await, 3);

    assert_eq!(operator.sign_in_to_desk("HelpDesk-Miass ", PASSWORD).await.leads_to(), "/helpdesk");
    let desk = operator.open("/helpdesk").await;
    assert!(desk.says("Зимина Вера Олеговна"), "{desk:?}");
    assert!(desk.says("оператор поддержки, Миасский городской округ"), "{desk:?}");
    assert!(desk.says("Просмотр карточек записывается в журнал."), "{desk:?}");
    assert_eq!(operator.open("/helpdesk/login").await.leads_to(), "/helpdesk", "signed in already");
    assert_eq!(world.events("operator:sign_in:succeeded").await, 1);

    let left = operator.submit(&desk, "/helpdesk/logout", &[]).await;
    assert_eq!(left.leads_to(), "/helpdesk/login");
    assert_eq!(left.header("clear-site-data"), "\"cache\"");
    assert!(operator.cookie(COOKIE).is_none() && !operator.is_on_duty().await);
    assert_eq!(world.count("operator_sessions", "ended_at IS NULL").await, 0);
    assert_eq!(world.events("operator:sign_out:done").await, 1);
    world.end().await;
}

#[test]
fn an_analyst_is_told_nothing_of_people() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let analyst = world.operator("analyst").await;
        let desk = analyst.open("/helpdesk").await;
        assert!(desk.says("аналитик, Челябинская область") && !desk.says("Просмотр карточек"), "{desk:?}");
        world.end().await;
    });
}

#[test]
fn t31_a_planted_token_is_never_adopted_and_each_sign_in_makes_a_new_one() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let operator = world.person();
        let planted = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        operator.plant(COOKIE, planted);
        assert_eq!(operator.sign_in_to_desk("helpdesk", PASSWORD).await.leads_to(), "/helpdesk");
        let first = operator.cookie(COOKIE).unwrap();
        assert_ne!(first, planted);
        operator.forget(COOKIE);
        assert_eq!(operator.sign_in_to_desk("helpdesk", PASSWORD).await.leads_to(), "/helpdesk");
        let second = operator.cookie(COOKIE).unwrap();
        assert_ne!(second, first);
        // The database knows digests only.
        let rows = world.contents().await["operator_sessions"].join("\n");
        assert!(!rows.contains(&first) && !rows.contains(&second));
        // A journal session is no operator's, nor the other way round.
        let teacher = world.person();
        teacher.signed_in("teacher").await;
        let session = teacher.cookie("session").unwrap();
        teacher.plant(COOKIE, &session);
        assert!(!teacher.is_on_duty().await);
        operator.plant("session", &second);
        assert!(!operator.is_signed_in().await);
        world.end().await;
    });
}

#[test]
fn t32_the_operators_cookie_has_the_strictest_attributes() {
    on_sqlite(async |database| {
        let world = Setup::default().public_url("https://journal.example").start(database).await;
        let operator = world.operator("helpdesk").await;
        let told = operator.browser.set_cookies("journal.example", "").join("\n");
        let line = told.lines().find(|line| line.starts_with("__Host-privyazka-operator=")).expect(&told);
        for attribute in ["HttpOnly", "Secure", "Path=/", "SameSite=Strict"] {
            assert!(line.contains(attribute), "{line}");
        }
        assert!(!line.contains("Domain") && !line.contains("Max-Age"), "{line}");
        world.end().await;
    });
}

async fn t33_t39_a_session_ends_by_itself_and_a_disabled_operators_at_once(database: &TestDatabase) {
    let world = World::start(database).await;
    let idle = world.operator("helpdesk").await;
    world.wait(Duration::minutes(30) - Duration::seconds(1));
    assert!(world.noted("operator_sessions", idle.is_on_duty()).await);
    world.wait(Duration::minutes(30));
    assert!(!idle.is_on_duty().await);

    let operator = world.operator("helpdesk-school").await;
    let page = operator.open("/helpdesk").await;
    assert!(page.says("СОШ № 12"), "{page:?}");
    let moved = "UPDATE operators SET role = 'analyst', area_kind = 'municipality', area_id = \
                 (SELECT id FROM municipalities) WHERE login = 'helpdesk-school'";
    assert_eq!(world.execute(moved).await, 1);
    let page = operator.open("/helpdesk").await;
    assert!(page.says("аналитик, Миасский городской округ"), "{page:?}");
    let disabled = "UPDATE operators SET disabled_at = created_at WHERE login = 'helpdesk-school'";
    assert_eq!(world.execute(disabled).await, 1);
    let refused = operator.submit(&page, "/helpdesk/logout", &[]).await;
    assert!(refused.leads_to().starts_with("/helpdesk/login?next="), "{refused:?}");
    assert!(!operator.is_on_duty().await);
    let answer = operator.sign_in_to_desk("helpdesk-school", PASSWORD).await;
    assert!(answer.says("Логин или пароль не подошли."), "as a wrong password: {answer:?}");
    world.end().await;
}

async fn t67_guessing_an_operators_password_is_slowed_down_and_the_operator_still_gets_in(
    database: &TestDatabase,
) {
    let world = World::start(database).await;
    let operator = world.operator("helpdesk").await;
    let stranger = world.person();
    for _ in 0..5 {
        let wrong = stranger.sign_in_to_desk("helpdesk", "угадываю пароль").await;
        assert!(wrong.says("Логин или пароль не подошли."), "{wrong:?}");
    }
    let computed = world.count("login_failures", "failures = 5").await;
    assert_eq!(computed, 1);
    let delayed = stranger.sign_in_to_desk("helpdesk", PASSWORD).await;
    assert!(delayed.says("Слишком много неудачных попыток подряд. Повторите через 1 минуту."), "{delayed:?}");
    // An unknown login is answered the same.
    for _ in 0..5 {
        stranger.sign_in_to_desk("no-such-login", "угадываю пароль").await;
    }
    let delayed = stranger.sign_in_to_desk("no-such-login", "угадываю пароль").await;
    assert!(delayed.says("Повторите через 1 минуту."), "{delayed:?}");
    // A journal account of the same login is another matter, and the operator's own browser is counted apart.
    operator.forget(COOKIE);
    assert_eq!(operator.sign_in_to_desk("helpdesk", PASSWORD).await.leads_to(), "/helpdesk");
    world.wait(Duration::minutes(1));
    assert_eq!(stranger.sign_in_to_desk("helpdesk", PASSWORD).await.leads_to(), "/helpdesk");
    world.end().await;
}

#[test]
fn t46_a_sign_in_leads_to_a_section_and_never_to_an_address_from_input() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let operator = world.person();
        for payload in ["https://evil.example", "//evil.example", "/\\evil.example", "start", ""] {
            let encoded: String = url::form_urlencoded::byte_serialize(payload.as_bytes()).collect();
            let page = operator.open(&format!("/helpdesk/login?next={encoded}")).await;
            assert!(!page.html.contains("evil"), "{page:?}");
            let values = [("login", "helpdesk"), ("password", PASSWORD), ("next", payload)];
            let answer = operator.submit(&page, "/helpdesk/login", &values).await;
            assert_eq!(answer.leads_to(), "/helpdesk", "{payload}");
            operator.forget(COOKIE);
        }
        world.end().await;
    });
}
