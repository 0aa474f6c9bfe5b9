//! Administrators keep operators: within their area, never themselves, at once, and every deed is recorded
//! (`docs/security.md`, T33, T38, T39, T41).

use privyazka::access::manage::{Managed, Manager, Wanted};
use privyazka::access::{Area, OperatorId, OperatorRole};
use privyazka::audit::RequestMeta;
use privyazka::store::organisations;

use crate::harness::page::Page;
use crate::harness::town::{PASSWORD, SCHOOL};
use crate::harness::{Person, World, on_sqlite};
use crate::support::database::{TestDatabase, on_each_database};

const LIST: &str = "/helpdesk/operators";
const NEW: &str = "/helpdesk/operators/new";

on_each_database!(
    an_administrator_adds_changes_resets_and_disables,
    t38_an_administrator_sees_and_touches_only_operators_within_their_own_area,
    the_last_administrator_of_a_region_stays,
);

/// The area of the town with this kind.
async fn area(world: &World, kind: &str) -> Area {
    let kind = kind.to_owned();
    world
        .read(move |db| {
            Ok(match kind.as_str() {
                "region" => Area::Region(organisations::list_regions(db)?[0].id),
                "municipality" => Area::Municipality(organisations::list_municipalities(db)?[0].id),
                _ => {
                    let all = organisations::list_organisations(db)?;
                    let school = all.iter().find(|one| &*one.short_name == SCHOOL).expect("the school");
                    Area::Organisation(school.id)
                }
            })
        })
        .await
}

/// Adds an operator as the command line does; gives the id and the password.
pub async fn add(world: &World, login: &str, role: &str, kind: &str) -> (i64, String) {
    let wanted = Wanted {
        login: login.to_owned(),
        name: "Новиков Глеб Юрьевич".to_owned(),
        email: None,
        role: OperatorRole::from_name(role).expect("a role"),
        area: area(world, kind).await,
        profile: None,
        needs_esia: false,
    };
    let management = &world.services.operator_management;
    match management.add(Manager::CommandLine, wanted, RequestMeta::default()).await.expect("added") {
        Managed::Password { operator, password } => (operator.0, password.expose().to_owned()),
        other => panic!("{login}: {other:?}"),
    }
}

/// The password that a page shows once.
fn shown_password(page: &Page) -> String {
    assert_eq!(page.heading(), "Пароль на один вход", "{page:?}");
    let code = page.html.split("<code class=\"nums\">").nth(1).expect("a password");
    code[..19].to_owned()
}

/// The first sign-in with a password that was handed over.
async fn settle_in(world: &World, login: &str, handed_over: &str) -> Person {
    let operator = world.person();
    let first = operator.sign_in_to_desk(login, handed_over).await;
    let page = operator.arrive(first).await;
    assert_eq!(page.heading(), "Придумайте свой пароль", "{page:?}");
    let values = [("new_password", PASSWORD), ("repeat_password", PASSWORD)];
    let done = operator.submit(&page, "/helpdesk/login/password", &values).await;
    assert_eq!(done.leads_to(), "/helpdesk", "{done:?}");
    operator
}

async fn an_administrator_adds_changes_resets_and_disables(database: &TestDatabase) {
    let world = World::start(database).await;
    let admin = world.operator("admin").await;
    let list = admin.open(LIST).await;
    assert!(list.says("Котова Нина Сергеевна") && list.says("Рощина Марина Викторовна (вы)"), "{list:?}");
    let form = admin.click(&list, "Завести оператора").await;
    let empty = admin.submit(&form, NEW, &[]).await;
    for words in ["Введите фамилию, имя и отчество", "Введите логин", "Выберите роль", "Выберите зону"]
    {
        assert!(empty.says(words), "{words}: {empty:?}");
    }
    let values = [
        ("name", "Новиков Глеб Юрьевич"),
        ("login", "Novikov"),
        ("email", "novikov@journal.example"),
        ("role", "support"),
        ("organisation", SCHOOL),
    ];
    let taken =
        admin.submit(&form, NEW, &[&values[..1], &[("login", "HELPDESK")], &values[2..]].concat()).await;
    assert!(taken.says("Этот логин уже занят."), "{taken:?}");
    let added = admin.submit(&form, NEW, &values).await;
    let password = shown_password(&added);
    assert_eq!(world.events("operator:account:created").await, 1);
    let novikov = settle_in(&world, "novikov", &password).await;
    let desk = novikov.open("/helpdesk").await;
    assert!(desk.says("оператор поддержки, МБОУ \"СОШ № 12\""), "{desk:?}");
    let again = world.person();
    assert!(again.sign_in_to_desk("novikov", &password).await.says("не подошли"), "good for one sign-in");

    // Another role and area count from the next request.
    let path = format!("{LIST}/8");
    let page = admin.open(&path).await;
    let region = format!("region:{}", area(&world, "region").await.id());
    let values = [("role", "analyst"), ("area", region.as_str()), ("organisation", "")];
    let changed = admin.submit(&page, &format!("{path}/change"), &values).await;
    assert!(admin.arrive(changed).await.says("Сохранено"));
    assert!(novikov.open("/helpdesk").await.says("аналитик, Челябинская область"));

    // A reset ends everything and gives a new password.
    let page = admin.open(&path).await;
    let password = shown_password(&admin.submit(&page, &format!("{path}/reset"), &[]).await);
    assert!(!novikov.is_on_duty().await);
    assert!(again.sign_in_to_desk("novikov", PASSWORD).await.says("не подошли"));
    let novikov = settle_in(&world, "novikov", &password).await;

    let page = admin.open(&path).await;
    let disabled = admin.submit(&page, &format!("{path}/disable"), &[]).await;
    let page = admin.arrive(disabled).await;
    assert!(page.says("отключён 22 ноября 2026 года") && page.form(&format!("{path}/reset")).is_none());
    assert!(!novikov.is_on_duty().await);

    // Enabled: in the same place, with proofs of their own making again.
    let enabled = admin.submit(&page, &format!("{path}/enable"), &[]).await;
    let given = shown_password(&enabled);
    assert!(again.sign_in_to_desk("novikov", PASSWORD).await.says("не подошли"));
    let twice = admin.submit(&page, &format!("{path}/enable"), &[]).await;
    assert_eq!(twice.leads_to(), path, "at work already, and the password shown first stays good");
    let novikov = settle_in(&world, "novikov", &given).await;
    assert!(novikov.open("/helpdesk").await.says("аналитик, Челябинская область"));
    let page = admin.open(&path).await;
    assert!(
        page.form(&format!("{path}/enable")).is_none() && page.form(&format!("{path}/disable")).is_some()
    );
    for (kind, count) in [("changed", 1), ("reset", 1), ("disabled", 1), ("enabled", 1)] {
        assert_eq!(world.events(&format!("operator:account:{kind}")).await, count, "{kind}");
    }
    let details = world.contents().await["audit_events"].join("\n");
    assert!(!details.contains("Новиков") && !details.contains("novikov"), "no personal data: {details}");
    world.end().await;
}

async fn t38_an_administrator_sees_and_touches_only_operators_within_their_own_area(database: &TestDatabase) {
    let world = World::start(database).await;
    let (own, password) = add(&world, "miass-admin", "administrator", "municipality").await;
    let admin = settle_in(&world, "miass-admin", &password).await;
    let list = admin.open(LIST).await;
    assert!(list.says("helpdesk-miass") && list.says("helpdesk-school"), "{list:?}");
    for other in ["helpdesk-2", "analyst", "admin-2", "Рощина"] {
        assert!(!list.says(other), "{other}: {list:?}");
    }
    // Those of the region, a guessed number, and the administrator's own.
    let missing = admin.open("/helpdesk/nowhere").await;
    let before = world.contents().await;
    let token = admin.desk_token().await;
    for id in [1, 2, 5, 6, 7, own, 999_999] {
        let page = admin.open(&format!("{LIST}/{id}")).await;
        assert_eq!((page.status, page.heading()), (404, missing.heading()), "{id}: {page:?}");
        for deed in ["change", "reset", "disable", "enable"] {
            let path = format!("{LIST}/{id}/{deed}");
            let form = list.form("/helpdesk/logout").unwrap().with("csrf", &token);
            let mut form = form.with("role", "support").with("organisation", SCHOOL);
            form.action = path.clone();
            let answer = admin.browser.send(admin.browser.post(&list, &form)).await;
            assert_eq!(answer.status, 404, "{path}: {answer:?}");
        }
    }
    // An area outside one's own is no area.
    let region = format!("region:{}", area(&world, "region").await.id());
    let page = admin.open(&format!("{LIST}/3")).await;
    for area in [region.as_str(), "municipality:999", "municipality:x"] {
        let values = [("role", "support"), ("area", area)];
        let answer = admin.submit(&page, &format!("{LIST}/3/change"), &values).await;
        assert_eq!((answer.status, answer.heading()), (404, missing.heading()), "{area}: {answer:?}");
    }
    let answer = admin.submit(&page, &format!("{LIST}/3/change"), &[("role", "king"), ("area", "")]).await;
    assert!(answer.status == 200 && answer.says("Выберите"), "{answer:?}");
    assert_eq!(world.changed_since(&before).await, ["audit_events"], "each refusal is on record");
    // The form of a page that is open while the administrator is moved away.
    let school = area(&world, "organisation").await.id();
    let moved = format!(
        "UPDATE operators SET area_kind = 'organisation', area_id = {school} WHERE login = 'miass-admin'"
    );
    assert_eq!(world.execute(&moved).await, 1);
    let stale = admin.submit(&page, &format!("{LIST}/3/disable"), &[]).await;
    assert_eq!(stale.status, 404, "{stale:?}");
    assert_eq!(world.count("operators", "disabled_at IS NOT NULL").await, 0);
    world.end().await;
}

async fn the_last_administrator_of_a_region_stays(database: &TestDatabase) {
    let world = World::start(database).await;
    let management = &world.services.operator_management;
    let ids = [OperatorId(6), OperatorId(7)];
    // Two administrators disable each other at the same moment: one of them stays.
    let disable = |by, whom| management.disable(Manager::Operator(by), whom, RequestMeta::default());
    let (one, two) = futures_util::future::join(disable(ids[0], ids[1]), disable(ids[1], ids[0])).await;
    let done = [one.unwrap(), two.unwrap()].iter().filter(|done| matches!(done, Managed::Done)).count();
    assert_eq!(done, 1);
    assert_eq!(world.count("operators", "role = 'administrator' AND disabled_at IS NULL").await, 1);
    for id in ids {
        let whom = management.disable(Manager::CommandLine, id, RequestMeta::default()).await.unwrap();
        assert!(matches!(whom, Managed::LastAdministrator | Managed::Done), "{whom:?}");
    }
    assert_eq!(world.count("operators", "role = 'administrator' AND disabled_at IS NULL").await, 1);
    world.end().await;
}

#[test]
fn an_operator_is_added_for_one_of_several_organisations_of_a_name() {
    on_sqlite(async |database| {
        let world = World::start(database).await;
        let admin = world.operator("admin").await;
        let form = admin.open(NEW).await;
        let values = [("name", "Новиков Глеб Юрьевич"), ("login", "novikov"), ("role", "support")];
        let several = admin.submit(&form, NEW, &[&values[..], &[("organisation", "МБОУ")]].concat()).await;
        assert!(several.says("Подходят несколько организаций. Выберите одну"), "{several:?}");
        let id = several.values_of("organisation_id").remove(0);
        let chosen = [&values[..], &[("organisation", "МБОУ"), ("organisation_id", &id)]].concat();
        let added = admin.submit(&several, NEW, &chosen).await;
        shown_password(&added);
        let nowhere = [&values[..], &[("organisation", "Школа на Луне")]].concat();
        let nowhere = admin.submit(&form, NEW, &nowhere).await;
        assert!(nowhere.says("Выберите зону или укажите организацию"), "{nowhere:?}");
        world.end().await;
    });
}
