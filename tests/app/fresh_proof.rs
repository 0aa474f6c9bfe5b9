//! Operators prove once more who they are before a deed, come back to where they were, and lose nothing of
//! what they typed (`docs/security.md`, T31, T36, T46).

use chrono::Duration;
use privyazka::web::helpdesk::rights::{self, Proof};

use crate::desk_rights::{MATRIX, furnish, send};
use crate::harness::page::Page;
use crate::harness::town::PASSWORD;
use crate::harness::{Person, World, on_sqlite};
use crate::second_factor::{at_the_code, enrol, required};
use crate::support::database::{TestDatabase, on_each_database};

const ANNA: &str = "smirnova@stand.example";
const PROVE: &str = "/helpdesk/prove";
const HEADING: &str = "Подтвердите, что это вы";
const BASIS: &str = "Заявление № 2026-114 в канцелярии";
const COOKIE: &str = "privyazka-operator";

on_each_database!(t36_a_form_that_comes_too_late_is_kept_and_sent_after_the_proof);

/// Until the proof of a session that has just begun is too old.
fn too_long() -> Duration {
    Duration::minutes(15) + Duration::seconds(1)
}

async fn prove(operator: &Person, page: &Page) -> Page {
    operator.submit(page, PROVE, &[("password", PASSWORD)]).await
}

#[test]
fn t36_every_route_that_changes_somebodys_way_in_asks_for_a_fresh_proof_and_none_else_does() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        furnish(&world).await;
        crate::operators::add(&world, "spare", "support", "region").await;
        let operator = world.operator("admin").await;
        let token = operator.desk_token().await;
        world.wait(Duration::minutes(15));
        let early = world.noted("operator_sessions", operator.open("/helpdesk/profiles/1/freeze")).await;
        assert_eq!(early.status, 200, "at a quarter of an hour: {early:?}");
        world.wait(Duration::seconds(1));
        // Signing out ends the session the others need.
        for row in MATRIX.iter().filter(|row| row.1 != "/helpdesk/logout") {
            let proof = rights::ROUTES.iter().find(|known| known.0 == row.0 && known.1 == row.1);
            let (proof, before) = (proof.expect("a row").3, world.contents().await);
            let answer = send(&world, &operator, row, &token).await;
            let asks = answer.leads_to().starts_with(PROVE) || answer.heading() == HEADING;
            match (proof, row.0) {
                (Proof::Session, _) => assert!(!asks || row.1 == PROVE, "{row:?}: {answer:?}"),
                (Proof::Fresh, "POST") => {
                    assert!(!answer.values_of("kept")[0].is_empty(), "{row:?}: {answer:?}");
                    assert_eq!(world.changed_since(&before).await, [""; 0], "{row:?}");
                }
                (Proof::Fresh | Proof::FreshAndNothingKept, _) => {
                    assert!(answer.leads_to().starts_with(PROVE), "{row:?}: {answer:?}");
                    assert_eq!(world.changed_since(&before).await, [""; 0], "{row:?}");
                }
            }
        }
        assert_eq!(send(&world, &operator, &MATRIX[0], &token).await.status, 200);
        world.end().await;
    });
}

async fn t36_a_form_that_comes_too_late_is_kept_and_sent_after_the_proof(database: &TestDatabase) {
    let world = World::start(database).await;
    let anna = world.person();
    anna.link_whole("teacher", ANNA).await;
    let profile = world.profile("teacher").await.0;
    let unlink = format!("/helpdesk/profiles/{profile}/unlink");
    let operator = world.operator("helpdesk").await;
    let form = operator.open(&unlink).await;
    world.wait(too_long());
    let typed = [("reason", "application"), ("basis", BASIS)];
    let asked = operator.submit(&form, &unlink, &typed).await;
    assert_eq!((asked.status, asked.heading().as_str()), (200, HEADING), "{asked:?}");
    assert!(asked.says("То, что вы ввели, сохранится."), "{asked:?}");
    assert!(!asked.html.contains("2026-114"), "the form is carried encrypted");

    let empty = operator.submit(&asked, PROVE, &[]).await;
    assert!(empty.says("Введите пароль"), "{empty:?}");
    let wrong = operator.submit(&empty, PROVE, &[("password", "не тот пароль")]).await;
    assert!(wrong.says("Пароль не подошёл."), "{wrong:?}");
    assert_eq!(world.events("operator:proof:refused").await, 1);
    assert!(operator.submit(&form, &unlink, &typed).await.heading() == HEADING, "not proved yet");

    let before = operator.cookie(COOKIE);
    let ready = prove(&operator, &wrong).await;
    assert_eq!(ready.heading(), "Вы подтвердили, что это вы", "{ready:?}");
    assert_ne!(operator.cookie(COOKIE), before, "another proof, another token");
    assert_eq!(world.events("operator:proof:given").await, 1);
    assert_eq!(world.links_of("teacher").await, 1, "nothing has happened yet");
    let check = operator.submit(&ready, &unlink, &[]).await;
    assert_eq!(check.heading(), "Проверьте, что произойдёт", "{check:?}");
    assert!(check.says(BASIS) && check.says("Заявление пользователя"), "{check:?}");

    // The last step likewise, and then it is done.
    world.wait(too_long());
    let confirm = format!("{unlink}/confirm");
    let asked = operator.submit(&check, &confirm, &[]).await;
    assert_eq!(asked.heading(), HEADING, "{asked:?}");
    let ready = prove(&operator, &asked).await;
    let anna = world.person();
    anna.signed_in("teacher").await;
    let done = operator.submit(&ready, &confirm, &[]).await;
    assert_eq!(done.heading(), "Учётная запись отвязана", "{done:?}");
    assert!(!anna.is_signed_in().await);
    world.end().await;
}

#[test]
fn t36_an_operator_comes_back_to_the_page_they_asked_for() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let operator = world.operator("helpdesk").await;
        let profile = world.profile("teacher").await.0;
        let unlink = format!("/helpdesk/profiles/{profile}/unlink");
        assert_eq!(operator.open(PROVE).await.leads_to(), "/helpdesk", "nothing is to be proved");
        world.wait(too_long());
        let asked = operator.open_all(&unlink).await;
        assert_eq!(asked.path(), format!("{PROVE}?next=profiles.{profile}.unlink"));
        assert_eq!(asked.link("Отмена"), Some(format!("/helpdesk/profiles/{profile}")));
        for kept in ["", "AAAA", "//evil.example"] {
            let again = operator.submit(&asked, PROVE, &[("kept", kept), ("password", "не он")]).await;
            assert!(!again.html.contains("evil.example/"), "{again:?}");
        }
        let landed = prove(&operator, &asked).await;
        assert_eq!(landed.leads_to(), unlink, "{landed:?}");
        assert_eq!(operator.arrive(landed).await.path(), unlink);

        // What was kept for one operator is nothing in another's session.
        let freeze = format!("/helpdesk/profiles/{profile}/freeze");
        let other = world.operator("helpdesk-2").await;
        world.wait(too_long());
        let token = operator.desk_token().await;
        let late = send(&world, &operator, &("POST", "", freeze.clone().leak(), ""), &token).await;
        let kept = late.values_of("kept").remove(0);
        let asked = other.open_all(&freeze).await;
        let values = [("kept", kept.as_str()), ("password", PASSWORD)];
        assert_eq!(other.submit(&asked, PROVE, &values).await.leads_to(), freeze);
        world.end().await;
    });
}

#[test]
fn t36_the_proof_is_everything_a_sign_in_asks_for() {
    on_sqlite(async |database| {
        let world = required().start(database).await;
        let operator = world.person();
        let (telephone, _) = enrol(&world, &operator, "admin").await;
        world.wait(too_long());
        let asked = operator.open_all("/helpdesk/operators/new").await;
        assert_eq!(asked.heading(), HEADING);
        let values = |password, code| [("password", password), ("code", code)];
        let no_code = operator.submit(&asked, PROVE, &values(PASSWORD, " ")).await;
        assert!(no_code.says("Введите код"), "{no_code:?}");
        let code = telephone.code(&world, 0);
        let no_password = operator.submit(&asked, PROVE, &values("не тот пароль", &code)).await;
        assert!(no_password.says("Пароль не подошёл."), "{no_password:?}");
        let wrong = operator.submit(&asked, PROVE, &values(PASSWORD, "000000")).await;
        assert!(wrong.says("Код не подошёл."), "{wrong:?}");
        assert_eq!(operator.open("/helpdesk/operators/new").await.leads_to(), asked.path());
        // The wrong password has not used the code up; the right one does.
        let right = operator.submit(&asked, PROVE, &values(PASSWORD, &code)).await;
        assert_eq!(right.leads_to(), "/helpdesk/operators/new", "{right:?}");
        world.wait(too_long());
        let asked = operator.open_all("/helpdesk/operators/new").await;
        for _ in 0..5 {
            operator.submit(&asked, PROVE, &values(PASSWORD, "12345")).await;
        }
        let late = operator.submit(&asked, PROVE, &values(PASSWORD, &telephone.code(&world, 0))).await;
        assert!(late.says("Слишком много неверных кодов подряд."), "{late:?}");
        world.end().await;
    });
}

#[test]
fn t46_a_sign_in_of_several_steps_leads_to_the_page_that_was_asked_for() {
    on_sqlite(async |database| {
        let world = required().start(database).await;
        let (telephone, _) = enrol(&world, &world.person(), "helpdesk").await;
        world.wait(Duration::minutes(1));
        let profile = world.profile("teacher").await.0;
        let card = format!("/helpdesk/profiles/{profile}");
        let operator = world.person();
        let login = operator.open_all(&card).await;
        assert_eq!(login.path(), format!("/helpdesk/login?next=profiles.{profile}"));
        let values = [("login", "helpdesk"), ("password", PASSWORD)];
        let first = operator.submit(&login, "/helpdesk/login", &values).await;
        let page = operator.arrive(first).await;
        assert_eq!(page.path(), format!("/helpdesk/login/code?next=profiles.{profile}"));
        let wrong = operator.submit(&page, "/helpdesk/login/code", &[("code", "12345")]).await;
        let code = telephone.code(&world, 0);
        let right = operator.submit(&wrong, "/helpdesk/login/code", &[("code", &code)]).await;
        assert_eq!(right.leads_to(), card, "{right:?}");
        assert_eq!(operator.arrive(right).await.path(), card);

        // Whoever sets a second factor up on the way comes there from the recovery codes.
        let newcomer = world.person();
        let login = newcomer.open_all("/helpdesk/cases").await;
        let values = [("login", "helpdesk-2"), ("password", PASSWORD)];
        let first = newcomer.submit(&login, "/helpdesk/login", &values).await;
        let page = newcomer.arrive(first).await;
        assert_eq!(page.path(), "/helpdesk/login/factor?next=cases");
        let telephone = crate::second_factor::Authenticator::from_page(&page);
        let code = telephone.code(&world, 0);
        let done = newcomer.submit(&page, "/helpdesk/login/factor", &[("code", &code)]).await;
        assert_eq!(done.link("Продолжить").as_deref(), Some("/helpdesk/cases"), "{done:?}");

        // An address in the name's place is none.
        let (stranger, page) = at_the_code(&world, "helpdesk").await;
        let mut form = page.form("/helpdesk/login/code").unwrap().with("code", "12345");
        form.action = "/helpdesk/login/code?next=//evil.example".into();
        let answer = stranger.browser.send(stranger.browser.post(&page, &form)).await;
        assert!(answer.says("Код не подошёл.") && !answer.html.contains("evil"), "{answer:?}");
        world.end().await;
    });
}
